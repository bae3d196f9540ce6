"""Polls every bad habit in one process on Twisted's asyncio reactor, and prints what became of each.

A reactor is for life, so this is a process of its own: `python -m tests.spiders.on_twisted PATH…`.
"""

import asyncio
import json
import sys

from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import hostile_web


async def main(paths: list[str]) -> None:
    """Print one JSON object: path to failure, or to null for a good visit."""
    async with hostile_web() as web, crawling(twisted=True) as crawler:
        visits = {path: await crawler.visit(make_source(web.url(path))) for path in paths}
    print(json.dumps({path: visit.failure for path, visit in visits.items()}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
