"""One poll of a source, from the request to the entries."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from spiders.engine.exchange import Exchange, Fetched, Wanted
from spiders.engine.faults import FetchError
from spiders.engine.headers import conditional_headers, read_fresh_for, read_hub, read_topic, read_validators
from spiders.engine.judging import judge_status
from spiders.engine.limits import Limits
from spiders.engine.reading import Listing, read_listing
from spiders.engine.wire import Reply
from spiders.items import Entry, Failure, Kind, Outcome, Source, Validators, Visit

logger = logging.getLogger(__name__)

ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"

# Feeds, sitemaps and APIs are published to be polled by programs; robots.txt is about crawling pages.
# RFC 9309 section 1 speaks of "crawlers"; feed readers do not ask it (so do miniflux and reader).
_ASKS_ROBOTS = frozenset((Kind.LISTING, Kind.TELEGRAM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one visit has to go by."""

    source: Source
    validators: Validators | None  # None: ask unconditionally and read whatever comes
    started: datetime
    deadline: float  # on the event loop's clock


class Visiting:
    """Polls sources through an exchange; bodies are read in a few threads of their own."""

    def __init__(self, exchange: Exchange, limits: Limits, pool: ThreadPoolExecutor) -> None:
        self._exchange = exchange
        self._limits = limits
        self._pool = pool

    async def visit(self, poll: Poll, clock: Callable[[], datetime]) -> Visit:
        """Return the visit, CHANGED or UNCHANGED; `clock` says when it is finished. Raises FetchError."""
        fetched = await self._exchange.fetch(self._wanted(poll, poll.source.url))
        reply = fetched.reply
        judge_status(reply)
        if reply.status == 304:
            return _unchanged(poll, fetched, _after_304(poll, reply), clock())
        digest = sha256(reply.body).hexdigest()
        validators = read_validators(reply.headers, digest)
        if poll.validators is not None and poll.validators.body_sha256 == digest:
            return _unchanged(poll, fetched, validators, clock())
        listing = await self._read(reply, poll.source)
        further, next_page = await self._further_pages(poll, listing)
        return Visit(
            source_id=poll.source.id,
            started=poll.started,
            finished=clock(),
            outcome=Outcome.CHANGED,
            entries=listing.entries + further,
            http_status=reply.status,
            final_url=reply.url,
            moved_to=fetched.moved_to,
            validators=Validators() if listing.partial else validators,
            body_bytes=len(reply.body),
            fresh_for=read_fresh_for(reply.headers) or listing.fresh_for,
            hub=read_hub(reply.headers) or listing.hub,
            topic=read_topic(reply.headers) or listing.topic,
            partial=listing.partial,
            next_page=next_page,
        )

    def _wanted(self, poll: Poll, url: str) -> Wanted:
        source = poll.source
        accept = ACCEPT_PAGE if source.kind in _ASKS_ROBOTS else ACCEPT_FEED
        return Wanted(
            url=url,
            deadline=poll.deadline,
            max_bytes=self._limits.feed_bytes,
            headers={"Accept": accept, **conditional_headers(poll.validators)},
            own_headers=source.headers,
            delay=source.min_delay.total_seconds(),
            allow_private=source.allow_private,
            obey_robots=source.obey_robots and source.kind in _ASKS_ROBOTS,
        )

    async def _further_pages(self, poll: Poll, first: Listing) -> tuple[tuple[Entry, ...], str | None]:
        """Return the entries of the next pages, as many as the source allows (one that fails ends them),
        and where it would go on."""
        entries: list[Entry] = []
        next_page, seen = first.next_page, {poll.source.url}
        unconditional = replace(poll, validators=None)
        while next_page and next_page not in seen and len(seen) < poll.source.pages:
            seen.add(next_page)
            try:
                reply = (await self._exchange.fetch(self._wanted(unconditional, next_page))).reply
                judge_status(reply)
                listing = await self._read(reply, poll.source)
            except FetchError as error:
                logger.info("%s: page %s ends the listing: %s", poll.source.id, next_page, error.message)
                return tuple(entries), next_page
            entries.extend(listing.entries)
            next_page = listing.next_page
        return tuple(entries), next_page if next_page not in seen else None

    async def _read(self, reply: Reply, source: Source) -> Listing:
        """Return what the reader found, read in a thread: a slow body must not stop the loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, read_listing, reply, source, self._limits)


def _after_304(poll: Poll, reply: Reply) -> Validators:
    """Return the validators to go on with: new ones where the 304 brings them (RFC 9110 section 15.4.5)."""
    known = poll.validators
    if known is None or not (known.etag or known.last_modified):
        raise FetchError(Failure.HTTP, "the server answers 304 although nothing was asked", status=304)
    new = read_validators(reply.headers, known.body_sha256)
    return Validators(
        etag=new.etag or known.etag,
        last_modified=new.last_modified or known.last_modified,
        body_sha256=known.body_sha256,
    )


def _unchanged(poll: Poll, fetched: Fetched, validators: Validators, finished: datetime) -> Visit:
    reply = fetched.reply
    return Visit(
        source_id=poll.source.id,
        started=poll.started,
        finished=finished,
        outcome=Outcome.UNCHANGED,
        http_status=reply.status,
        final_url=reply.url,
        moved_to=fetched.moved_to,
        validators=validators,
        body_bytes=len(reply.body),
        fresh_for=read_fresh_for(reply.headers),
        hub=read_hub(reply.headers),
        topic=read_topic(reply.headers),
    )
