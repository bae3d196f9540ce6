"""The long-lived Scrapy crawler: one spider that waits for ever, one politeness slot a host.

What is asked goes through Scrapy's downloader (its slots, its handler) by `engine.download_async`, which
hands the answer or the error to the one who asked: nothing is lost between a callback and an errback.
Every middleware is off but what we switch on: redirects, robots, retries and limits are ours.
"""

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.core.downloader import Downloader
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.logformatter import LogFormatter
from scrapy.settings import Settings, default_settings
from scrapy.utils.reactor import is_reactor_installed

from spiders.engine.faults import FetchError
from spiders.engine.handler import ORDER, Answer
from spiders.engine.wire import Order, Reply
from spiders.items import Failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp
    from scrapy.core.downloader import Slot

logger = logging.getLogger(__name__)


class PoliteDownloader(Downloader):
    """Scrapy's downloader with the delay of a host's slot taken from the order."""

    def _get_slot(self, request: scrapy.Request, spider: Any = None) -> "tuple[str, Slot]":
        key, slot = super()._get_slot(request)
        asked: float = request.meta[ORDER].delay
        slot.delay = max(slot.delay, asked) if slot.active else asked
        return key, slot


class QuietFormatter(LogFormatter):
    """Says nothing a crawled page: visits are recorded, not logged."""

    def crawled(self, request: scrapy.Request, response: scrapy.http.Response, spider: scrapy.Spider) -> Any:
        """Return nothing to log (Scrapy reads None so, though its types do not say it)."""
        return None


class WaitingSpider(scrapy.Spider):
    """Keeps the crawler open until it is stopped; what is fetched is asked of the engine."""

    name = "pactwatch"

    def __init__(self, *, sessions: "dict[bool, aiohttp.ClientSession]", opened: asyncio.Event) -> None:
        super().__init__()
        self.sessions = sessions
        self._opened = opened

    async def start(self) -> "AsyncIterator[scrapy.Request]":
        """Yield nothing, for ever."""
        self._opened.set()
        await asyncio.Event().wait()
        yield scrapy.Request("data:,")  # never reached; makes this an asynchronous generator


class ScrapyEngine:
    """Sends orders through one long-lived Scrapy crawler.

    Without a Twisted reactor by default, which Scrapy calls experimental and which costs half as much; with
    `twisted` on Twisted's asyncio reactor, installed into the running loop. The handler is the same.
    """

    def __init__(
        self, sessions: "dict[bool, aiohttp.ClientSession]", *, jitter: float, twisted: bool = False
    ) -> None:
        self._sessions = sessions
        self._twisted = twisted
        self._runner = AsyncCrawlerRunner(scrapy_settings(jitter, twisted=twisted))
        self._crawler = self._runner.create_crawler(WaitingSpider)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when the crawler takes orders."""
        logging.getLogger("scrapy").setLevel(logging.WARNING)
        if self._twisted and not is_reactor_installed():
            from twisted.internet import asyncioreactor

            asyncioreactor.install(asyncio.get_running_loop())  # type: ignore[no-untyped-call]
        opened = asyncio.Event()
        self._running = self._runner.crawl(self._crawler, sessions=self._sessions, opened=opened)
        waiting = asyncio.ensure_future(opened.wait())
        await asyncio.wait({self._running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            waiting.cancel()
            self._running.result()  # why it did not start
            raise RuntimeError("the crawler ended before it began")

    def turn_after(self, host: str) -> float:
        """Return the seconds until a new order for `host` would be sent, by what waits for it already."""
        slot = self._crawler.engine.downloader.slots.get(host)
        if slot is None:
            return 0.0
        since = asyncio.get_running_loop().time() - slot.lastseen
        return float(max(0.0, slot.delay - since) + slot.delay * len(slot.queue))

    async def send(self, order: Order) -> Reply:
        """Return the answer. Raises FetchError, or the error itself where it is a bug of ours."""
        if self._running is None or self._running.done():
            raise FetchError(Failure.OFFLINE, "the crawler is not running")
        request = scrapy.Request(order.url, meta={ORDER: order, "verbatim_url": True}, dont_filter=True)
        answer = await self._crawler.engine.download_async(request)
        assert isinstance(answer, Answer)
        return answer.reply

    async def stop(self, *, seconds: float = 5.0) -> None:
        """Close the crawler; what is in flight has been waited for or cut by then."""
        if self._running is None:
            return
        stopping = asyncio.ensure_future(self._runner.stop())
        done, _ = await asyncio.wait({stopping}, timeout=seconds)
        if not done:
            logger.warning("the crawler did not stop within %g s", seconds)
            self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({self._running}, timeout=1)


def scrapy_settings(jitter: float, *, twisted: bool = False) -> Settings:
    """Return settings with everything off that we do ourselves or do not do at all."""
    handler = "spiders.engine.handler.WebHandler"
    return Settings(
        {
            "TWISTED_REACTOR_ENABLED": twisted,
            "TELNETCONSOLE_ENABLED": False,
            "DOWNLOAD_HANDLERS": {
                **dict.fromkeys(default_settings.DOWNLOAD_HANDLERS_BASE),
                "http": handler,
                "https": handler,
            },
            "DOWNLOADER": PoliteDownloader,
            # Emptied where Scrapy keeps them: what is only switched off it imports all the same, 7 MB.
            "DOWNLOADER_MIDDLEWARES_BASE": {},
            "SPIDER_MIDDLEWARES_BASE": {},
            "EXTENSIONS_BASE": {},
            "CONCURRENT_ITEMS": 1,
            "CONCURRENT_REQUESTS": 0,  # our own places bound it; a slot's queue must not hold up other hosts
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY_JITTER": jitter,
            "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
            "LOG_FORMATTER": QuietFormatter,
            "LOG_ENABLED": False,
            "STATS_DUMP": False,
        }
    )
