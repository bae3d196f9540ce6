"""One article page, from the request to its text."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from spiders.engine.exchange import Exchange, Wanted, site_of
from spiders.engine.judging import judge_status
from spiders.engine.limits import Limits
from spiders.engine.reading import read_article
from spiders.engine.visiting import ACCEPT_PAGE
from spiders.items import Page, Source
from spiders.readers.page_api import api_address

# Kept with a page as evidence: what was served, when, by whom, and what it claimed to be.
_EVIDENCE = ("content-type", "date", "etag", "last-modified", "server", "content-language", "age", "via")


class Paging:
    """Reads article pages through an exchange."""

    def __init__(self, exchange: Exchange, limits: Limits, pool: ThreadPoolExecutor) -> None:
        self._exchange = exchange
        self._limits = limits
        self._pool = pool

    async def read(self, url: str, source: Source, *, deadline: float, fetched: datetime) -> Page:
        """Return the page. Raises FetchError."""
        asked = api_address(url, source.page_api) or url
        answer = await self._exchange.fetch(
            Wanted(
                url=asked,
                deadline=deadline,
                max_bytes=self._limits.page_bytes,
                max_pdf_bytes=self._limits.pdf_bytes,
                headers={"Accept": ACCEPT_PAGE},
                own_headers=source.headers if site_of(asked) == site_of(source.url) else {},
                delay=source.min_delay.total_seconds(),
                allow_private=source.allow_private,
                obey_robots=source.obey_robots,
            )
        )
        reply = answer.reply
        judge_status(reply)
        loop = asyncio.get_running_loop()
        page = await loop.run_in_executor(self._pool, read_article, reply, source, url, fetched, self._limits)
        return replace(
            page,
            url=url,
            http_status=reply.status,
            body=reply.body,
            headers={name: reply.headers[name] for name in _EVIDENCE if name in reply.headers},
            sha256=sha256(reply.body).hexdigest(),
        )
