"""A running crawler and a source for tests: private addresses allowed, no delays, short deadlines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from spiders import Crawler
from spiders.items import Source

USER_AGENT = "PactWatchTest/1 (+mailto:test@example.org)"


def make_source(url: str, **changes: Any) -> Source:
    """Return a source on loopback that is given one second."""
    given: dict[str, Any] = {
        "id": "office",
        "url": url,
        "allow_private": True,
        "min_delay": timedelta(0),
        "timeout": timedelta(seconds=1),
    }
    return Source(**{**given, **changes})


@asynccontextmanager
async def crawling(**settings: Any) -> AsyncIterator[Crawler]:
    """Give a running crawler, stopped at the end."""
    crawler = Crawler(user_agent=USER_AGENT, **settings)
    await crawler.start()
    try:
        yield crawler
    finally:
        await crawler.stop(seconds=0.1)
