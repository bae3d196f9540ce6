"""A request with its redirects: every hop checked by the guard, counted, and within robots.txt."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import ada_url

from spiders.engine.faults import FetchError
from spiders.engine.limits import Limits
from spiders.engine.robots import Robots
from spiders.engine.wire import Order, Reply
from spiders.guard import Guard, Refused
from spiders.items import Failure

_PERMANENT = (301, 308)
_KEEPING_THE_METHOD = (307, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
ENCODINGS = "gzip, deflate, br, zstd"


class Engine(Protocol):
    """Sends one order; the real one is ScrapyEngine."""

    async def send(self, order: Order) -> Reply:
        """Return the answer. Raises FetchError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be fetched, and under which conditions."""

    url: str
    deadline: float  # on the event loop's clock
    max_bytes: int
    max_pdf_bytes: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    own_headers: Mapping[str, str] = field(default_factory=dict)  # the source's; never sent to another site
    delay: float = 1.0
    allow_private: bool = False
    obey_robots: bool = False
    form: Mapping[str, str] | None = None  # posted instead of a GET


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The last answer of a chain of redirects."""

    reply: Reply
    moved_to: str | None = None  # where permanent redirects alone lead


class Exchange:
    """Fetches what is wanted through the engine, hop by hop."""

    def __init__(self, engine: Engine, *, user_agent: str, guard: Guard, limits: Limits) -> None:
        self._engine = engine
        self._user_agent = user_agent
        self._guard = guard
        self._limits = limits
        self._robots = Robots(limits)

    async def fetch(self, wanted: Wanted) -> Fetched:
        """Return the answer at the end of the redirects, whatever its status. Raises FetchError."""
        url, seen, moved_to, permanent = wanted.url, set[str](), None, True
        while True:
            reply, url = await self._hop(url, wanted)
            seen.add(url)
            target = _redirect_target(reply)
            if target is None:
                return Fetched(reply=reply, moved_to=moved_to)
            if wanted.form is not None and reply.status not in _KEEPING_THE_METHOD:
                raise FetchError(Failure.REDIRECT, f"a form is answered with {reply.status}")
            self._check_redirect(url, target, seen)
            permanent = permanent and reply.status in _PERMANENT
            moved_to = target if permanent else moved_to
            url = target

    async def sitemaps(self, wanted: Wanted) -> tuple[str, ...]:
        """Return the sitemaps that the site's robots.txt names. Raises FetchError where it cannot be read."""
        rules = await self._robots.rules_for(wanted.url, lambda url: self._fetch_robots(url, wanted))
        if rules.fault is not None:
            raise rules.fault
        return rules.sitemaps

    async def _hop(self, url: str, wanted: Wanted) -> tuple[Reply, str]:
        """Return one answer and the normal spelling of its URL."""
        verdict = self._guard.check(url, allow_private=wanted.allow_private)
        if isinstance(verdict, Refused):
            raise FetchError(Failure.ADDRESS_REFUSED, verdict.reason)
        delay = wanted.delay
        if wanted.obey_robots:
            rules = await self._robots.rules_for(verdict.url, lambda at: self._fetch_robots(at, wanted))
            rules.check(verdict.url, self._user_agent)
            delay = max(delay, rules.delay(self._user_agent, self._limits.crawl_delay))
        order = Order(
            url=verdict.url,
            headers=self._headers(verdict.url, wanted),
            deadline=wanted.deadline,
            max_bytes=wanted.max_bytes,
            max_pdf_bytes=wanted.max_pdf_bytes,
            delay=delay,
            private=verdict.private,
            form=urlencode(wanted.form).encode() if wanted.form is not None else None,
        )
        return await self._send(order), verdict.url

    async def _send(self, order: Order) -> Reply:
        """Return the answer; a request that nobody waits for any more is dropped, not sent."""
        sending = asyncio.ensure_future(self._engine.send(order))
        try:
            # Shielded: cancelling Scrapy in mid-download leaves its slots in doubt. The order's own
            # deadline cuts the download; this one is for a request that Scrapy loses.
            async with asyncio.timeout_at(order.deadline + 0.5):
                return await asyncio.shield(sending)
        except TimeoutError:
            raise FetchError(Failure.TIMEOUT, "no answer within the time allowed") from None
        finally:
            if not sending.done():
                order.abandoned = True
                sending.add_done_callback(_forget)

    def _headers(self, url: str, wanted: Wanted) -> dict[str, str]:
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": ENCODINGS, "Accept": "*/*"}
        headers.update(wanted.headers)
        if wanted.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if site_of(url) == site_of(wanted.url):
            headers.update(wanted.own_headers)
        return headers

    def _check_redirect(self, url: str, target: str, seen: set[str]) -> None:
        if target in seen:
            where = "itself" if target == url else "where it came from"
            raise FetchError(Failure.REDIRECT, f"{url} redirects to {where}")
        if len(seen) > self._limits.redirects:
            raise FetchError(Failure.REDIRECT, f"more than {self._limits.redirects} redirects")
        if url.startswith("https:") and target.startswith("http:"):
            raise FetchError(Failure.REDIRECT, f"redirects from https down to http: {target[:200]}")

    async def _fetch_robots(self, url: str, wanted: Wanted) -> Reply:
        """Return a site's robots.txt, redirects followed, within the time one connection may take."""
        seconds = self._limits.connect.total_seconds()
        fetched = await self.fetch(
            Wanted(
                url=url,
                deadline=asyncio.get_running_loop().time() + seconds,  # its own: others wait for it too
                max_bytes=self._limits.robots_bytes,
                delay=wanted.delay,
                allow_private=wanted.allow_private,
            )
        )
        return fetched.reply


def _redirect_target(reply: Reply) -> str | None:
    """Return the absolute address an answer redirects to, without its fragment, or None."""
    location = reply.headers.get("location", "").strip()
    if reply.status not in _REDIRECTS:
        return None
    if not location:
        raise FetchError(Failure.REDIRECT, f"{reply.status} without a Location", status=reply.status)
    try:
        return str(ada_url.URL(location, base=reply.url).href).partition("#")[0]
    except ValueError:
        raise FetchError(Failure.REDIRECT, "redirects to what is no address") from None


def site_of(url: str) -> tuple[str, str]:
    """Return scheme and host with port."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _forget(sending: "asyncio.Future[Reply]") -> None:
    """Take the result of an abandoned request, so that asyncio does not report it as lost."""
    if not sending.cancelled():
        sending.exception()
