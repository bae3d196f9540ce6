"""What a site asks of robots (RFC 9309), kept a day for each site."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from protego import Protego

from spiders.engine.faults import FetchError
from spiders.engine.limits import Limits
from spiders.engine.wire import Reply
from spiders.items import Failure

logger = logging.getLogger(__name__)

# Fetches a robots.txt for us, redirects followed. Raises FetchError.
FetchRobots = Callable[[str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """One site's rules as far as we need them."""

    expires: float  # on the event loop's clock
    rules: Protego | None = None  # None: no rules, everything is allowed
    fault: FetchError | None = None  # robots.txt could not be read: nothing is allowed for now

    def check(self, url: str, user_agent: str) -> None:
        """Return if `url` may be fetched. Raises FetchError otherwise."""
        if self.fault is not None:
            raise self.fault
        if self.rules is not None and not self.rules.can_fetch(url, user_agent):
            raise FetchError(Failure.ROBOTS, "robots.txt asks robots not to fetch this page")

    def delay(self, user_agent: str, cap: timedelta) -> float:
        """Return the crawl-delay in seconds, at most `cap`; 0.0 where none is asked for."""
        asked = self.rules.crawl_delay(user_agent) if self.rules is not None else None
        return min(float(asked or 0.0), cap.total_seconds())

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that robots.txt names."""
        return tuple(self.rules.sitemaps) if self.rules is not None else ()


class Robots:
    """Each site's rules, fetched once a day and once only however many ask at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: dict[str, RobotsRules] = {}
        self._asking: dict[str, asyncio.Task[RobotsRules]] = {}

    async def rules_for(self, url: str, fetch: FetchRobots) -> RobotsRules:
        """Return the rules of the site `url` belongs to (its scheme, host and port). Never raises FetchError.

        By RFC 9309 section 2.3.1: 4xx means no rules; 5xx, 429 or no answer means that nothing may be
        fetched until robots.txt can be read, or by the last rules known.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        known = self._known.get(site)
        if known is not None and known.expires > asyncio.get_running_loop().time():
            return known
        asking = self._asking.get(site)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(site, fetch))
            self._asking[site] = asking
            asking.add_done_callback(lambda _: self._asking.pop(site, None))
        return await asyncio.shield(asking)

    async def _ask(self, site: str, fetch: FetchRobots) -> RobotsRules:
        try:
            reply = await fetch(f"{site}/robots.txt")
            rules = await asyncio.to_thread(self._read, reply, asyncio.get_running_loop().time())
        except FetchError as error:
            rules = self._unread(site, error)
        self._known.pop(site, None)
        self._known[site] = rules
        while len(self._known) > self._limits.robots_sites:
            del self._known[next(iter(self._known))]
        return rules

    def _read(self, reply: Reply, now: float) -> RobotsRules:
        """Return the rules of an answer; half a second's work for the largest, so in a thread."""
        if reply.status == 429 or reply.status >= 500:
            raise FetchError(
                Failure.ROBOTS,
                f"robots.txt answers {reply.status}: nothing may be fetched until it can be read",
                status=reply.status,
            )
        expires = now + self._limits.robots_fresh.total_seconds()
        if reply.status != 200:
            return RobotsRules(expires=expires)
        return RobotsRules(expires=expires, rules=Protego.parse(reply.body.decode("utf-8", "replace")))

    def _unread(self, site: str, error: FetchError) -> RobotsRules:
        """Return the last rules known, or none but the fault; asked again soon."""
        known = self._known.get(site)
        expires = asyncio.get_running_loop().time() + self._limits.robots_retry.total_seconds()
        if known is not None and known.fault is None:
            return RobotsRules(expires=expires, rules=known.rules)
        if error.failure is Failure.TOO_LARGE or error.failure is Failure.REDIRECT:
            return RobotsRules(expires=expires)  # RFC 9309 2.3.1.2: more than five redirects count as 4xx
        return RobotsRules(expires=expires, fault=error)
