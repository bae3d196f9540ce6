"""The crawler: a source goes in, a visit comes out, whatever the server does."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from spiders.engine.faults import FetchError
from spiders.engine.headers import read_retry_after
from spiders.engine.limits import Limits
from spiders.engine.reach import Reach
from spiders.guard import Guard
from spiders.items import Failure, Outcome, Page, Source, Validators, Visit

if TYPE_CHECKING:
    import ssl

    import aiohttp

    from spiders.engine.connecting import Lookup
    from spiders.engine.exchange import Exchange, Fetched, Wanted
    from spiders.engine.paging import Paging
    from spiders.engine.scrapy_engine import ScrapyEngine
    from spiders.engine.visiting import Visiting

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Crawler:
    """One long-lived Scrapy crawler that polls sources and reads pages until it is stopped.

    At most `concurrency` visits are under way at once, and as many pages; one more waits for its place.
    A host gets one request at a time, `source.min_delay` apart. Every visit and every page comes back:
    by `source.timeout` (and a second at most), counted from when it has its place. What is still under
    way when the crawler stops comes back as Failure.OFFLINE.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        concurrency: int = 32,
        limits: Limits | None = None,
        guard: Guard | None = None,
        lookup: "Lookup | None" = None,
        tls: "ssl.SSLContext | None" = None,
        twisted: bool = False,
    ) -> None:
        """Prepare a crawler; nothing is opened before `start`.

        `lookup` replaces the system's name resolution and `tls` the system's roots (an operator's own
        authority; the context must verify). `twisted` runs Scrapy on Twisted's asyncio reactor instead of
        none: one crawler a process then, since a reactor is for life.
        """
        self._user_agent = user_agent
        self._concurrency = concurrency
        self._limits = limits or Limits()
        self._guard = guard or Guard()
        self._lookup = lookup
        self._tls = tls
        self._twisted = twisted
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="reading")
        self._reach = Reach()
        self._places = asyncio.Semaphore(concurrency)
        self._page_places = asyncio.Semaphore(concurrency)
        self._under_way: set[asyncio.Task[object]] = set()
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._engine: ScrapyEngine | None = None
        self._exchange: Exchange | None = None
        self._visiting: Visiting | None = None
        self._paging: Paging | None = None

    async def start(self) -> None:
        """Return when visits can be made. Scrapy is imported here, not before."""
        from spiders.engine.connecting import open_session, system_lookup
        from spiders.engine.exchange import Exchange
        from spiders.engine.paging import Paging
        from spiders.engine.scrapy_engine import ScrapyEngine
        from spiders.engine.visiting import Visiting

        for private in (False, True):
            self._sessions[private] = open_session(
                self._limits,
                concurrency=self._concurrency,
                allow_private=private,
                lookup=self._lookup or system_lookup,
                tls=self._tls,
            )
        self._engine = ScrapyEngine(self._sessions, jitter=self._limits.jitter, twisted=self._twisted)
        await self._engine.start()
        exchange = self._exchange = Exchange(
            self._engine, user_agent=self._user_agent, guard=self._guard, limits=self._limits
        )
        self._visiting = Visiting(exchange, self._limits, self._pool)
        self._paging = Paging(exchange, self._limits, self._pool)

    async def visit(
        self, source: Source, *, validators: Validators | None = None, now: datetime | None = None
    ) -> Visit:
        """Return how polling `source` went; a failure is a visit too, and nothing is raised.

        With `validators` the request is conditional, and a body with the same hash comes back UNCHANGED,
        unread; with None whatever comes is read. `now` is when the visit starts (the wall clock's time
        otherwise). Where the host's own politeness would not let the request out in time, the visit says so
        at once: Failure.RATE_LIMITED with `retry_after`, and nothing was sent.
        """
        async with self._places:
            clock = _Clock(now or datetime.now(UTC))
            result = await self._bounded(source, self._poll(source, validators, clock))
        self._reach.note(_host(source.url), None if isinstance(result, Visit) else result.failure)
        if isinstance(result, Visit):
            return result
        failure = self._reach.name(result.failure)
        if failure is not result.failure:
            result = FetchError(failure, f"nothing can be reached; here: {result.message}")
        return Visit(
            source_id=source.id,
            started=clock.started,
            finished=clock.now(),
            outcome=Outcome.FAILED,
            failure=result.failure,
            error=result.message,
            http_status=result.status,
            retry_after=read_retry_after(result.retry_after, clock.now(), self._limits.retry_after),
        )

    async def read_page(self, url: str, source: Source) -> Page:
        """Return the article at `url`, read under the conditions of `source`; nothing is raised."""
        async with self._page_places:
            clock = _Clock(datetime.now(UTC))
            result = await self._bounded(source, self._read(url, source, clock), wait=self._turn_after(url))
        if isinstance(result, Page):
            return result
        return Page(
            url=url,
            fetched=clock.now(),
            canonical_url=url,
            failure=result.failure,
            error=result.message,
            http_status=result.status,
        )

    async def look(self, url: str, source: Source) -> "Fetched | FetchError":
        """Return the raw answer at `url`, for probes; guard, politeness and limits hold as for a visit."""
        return await self._bounded(source, self._look(url, source))

    async def post(self, url: str, form: Mapping[str, str], source: Source) -> str | None:
        """Return None where a form sent to `url` is taken (2xx), else why not, in one line.

        For WebSub hubs: guard, politeness and limits of `source` hold as for a visit, and a redirect may not
        turn the form into another request.
        """
        answer = await self._bounded(source, self._post(url, form, source))
        if isinstance(answer, FetchError):
            return answer.message
        status = answer.reply.status
        return None if 200 <= status < 300 else f"the server answers {status}"

    async def sitemaps(self, url: str, source: Source) -> tuple[str, ...]:
        """Return the sitemaps named by the robots.txt of the site of `url`; none where it cannot be read."""
        result = await self._bounded(source, self._sitemaps(url, source))
        return () if isinstance(result, FetchError) else result

    async def stop(self, *, seconds: float = 5.0) -> None:
        """Return when everything is closed: what is under way may finish within `seconds`, then it is cut."""
        under_way, visiting = set(self._under_way), self._visiting
        self._visiting = self._paging = None  # new visits come back OFFLINE
        if under_way and visiting is not None:
            await asyncio.wait(under_way, timeout=seconds)
            for task in under_way:
                task.cancel()
        for session in self._sessions.values():
            await session.close()  # cuts what is in flight; the engine would wait for it
        if self._engine is not None:
            await self._engine.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _poll(self, source: Source, validators: Validators | None, clock: "_Clock") -> Visit:
        from spiders.engine.visiting import Poll

        if self._visiting is None:
            raise FetchError(Failure.OFFLINE, "the crawler is not running")
        seconds, turn = source.timeout.total_seconds(), self._turn_after(source.url)
        if turn > seconds / 2:
            words = f"our own turn at {_host(source.url)} comes in {turn:.0f} s; nothing was asked"
            raise FetchError(Failure.RATE_LIMITED, words, retry_after=str(int(turn) + 1))
        deadline = asyncio.get_running_loop().time() + seconds
        poll = Poll(source=source, validators=validators, started=clock.started, deadline=deadline)
        return await self._visiting.visit(poll, clock.now)

    async def _read(self, url: str, source: Source, clock: "_Clock") -> Page:
        if self._paging is None:
            raise FetchError(Failure.OFFLINE, "the crawler is not running")
        seconds = source.timeout.total_seconds() + self._turn_after(url)
        deadline = asyncio.get_running_loop().time() + seconds
        return await self._paging.read(url, source, deadline=deadline, fetched=clock.started)

    async def _look(self, url: str, source: Source) -> "Fetched":
        return await self._running().fetch(self._wanted(url, source))

    async def _post(self, url: str, form: Mapping[str, str], source: Source) -> "Fetched":
        return await self._running().fetch(replace(self._wanted(url, source), form=form, own_headers={}))

    async def _sitemaps(self, url: str, source: Source) -> tuple[str, ...]:
        return await self._running().sitemaps(self._wanted(url, source))

    def _running(self) -> "Exchange":
        if self._exchange is None or self._visiting is None:
            raise FetchError(Failure.OFFLINE, "the crawler is not running")
        return self._exchange

    def _wanted(self, url: str, source: Source) -> "Wanted":
        from spiders.engine.exchange import Wanted

        return Wanted(
            url=url,
            deadline=asyncio.get_running_loop().time() + source.timeout.total_seconds(),
            max_bytes=self._limits.feed_bytes,
            own_headers=source.headers,
            delay=source.min_delay.total_seconds(),
            allow_private=source.allow_private,
        )

    async def _bounded(
        self, source: Source, work: Coroutine[object, object, T], *, wait: float = 0.0
    ) -> "T | FetchError":
        """Return what `work` returns or the fault it ended with; the one logging boundary of the web room."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        seconds = source.timeout.total_seconds() + wait
        try:
            async with asyncio.timeout(seconds + 0.75):
                return await task
        except FetchError as fault:
            return fault
        except TimeoutError:
            return FetchError(Failure.TIMEOUT, f"not done within {seconds:g} s")
        except asyncio.CancelledError:
            if not _cut_by_stop(task, self._visiting is None):
                raise
            return FetchError(Failure.OFFLINE, "the crawler was stopped meanwhile")
        except Exception as bug:
            logger.exception("%s: a bug of ours", source.id)
            return FetchError(Failure.INTERNAL, f"{type(bug).__name__}: {str(bug)[:160]}")
        finally:
            self._under_way.discard(task)

    def _turn_after(self, url: str) -> float:
        return self._engine.turn_after(_host(url)) if self._engine is not None else 0.0


def _cut_by_stop(task: "asyncio.Task[T]", is_stopping: bool) -> bool:
    """Return whether `stop` cancelled the work, and not somebody the one who waits for it."""
    me = asyncio.current_task()
    return is_stopping and task.cancelled() and (me is None or me.cancelling() == 0)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class _Clock:
    """Wall-clock times of one visit that never run backwards: started, and a monotonic span after it."""

    def __init__(self, started: datetime) -> None:
        self.started = started
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self.started + timedelta(seconds=time.monotonic() - self._since)
