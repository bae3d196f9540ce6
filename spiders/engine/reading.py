"""The seam to the readers: a body in, entries or a page out, every refusal as a FetchError.

Called in a thread: reading is bounded work, but too long for the loop that everybody shares.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from spiders.challenges import refusal_in
from spiders.engine.faults import FetchError
from spiders.engine.limits import Limits
from spiders.engine.wire import Reply
from spiders.items import Entry, Failure, Kind, Page, Source
from spiders.readers.failures import UnreadableError
from spiders.readers.limits import parse_limited
from spiders.urls import canonical_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a reader found in one body."""

    entries: tuple[Entry, ...]
    fresh_for: timedelta | None = None
    hub: str | None = None
    next_page: str | None = None
    partial: bool = False


Reader = Callable[[Reply, Source, Limits], Listing]


def read_listing(reply: Reply, source: Source, limits: Limits) -> Listing:
    """Return the entries of an answer. Raises FetchError where it is not what the source should yield."""
    read = _READERS.get(source.kind)
    if read is None:
        raise FetchError(Failure.INTERNAL, f"no reader for sources of kind {source.kind}")
    try:
        return read(reply, source, limits)
    except UnreadableError as error:
        raise FetchError(error.failure, str(error), status=reply.status) from error


def _read_feed(reply: Reply, source: Source, limits: Limits) -> Listing:
    feed = parse_limited(
        reply.body,
        reply.url,
        reply.headers.get("content-type"),
        zone=source.zone,
        language=source.language,
        seconds=limits.parse_seconds,
        megabytes=limits.parse_megabytes,
    )
    return Listing(
        entries=feed.entries,
        fresh_for=feed.fresh_for,
        hub=feed.hub,
        next_page=feed.next_page,
        partial=feed.partial,
    )


_READERS: dict[Kind, Reader] = {Kind.FEED: _read_feed, Kind.GOOGLE_NEWS: _read_feed}


def read_article(reply: Reply, source: Source, fetched: datetime) -> Page:
    """Return the text of one article page. Raises FetchError where there is none."""
    if not reply.body.strip():
        raise FetchError(Failure.EMPTY, "the page is empty", status=reply.status)
    if refusal := refusal_in(reply.body):
        raise FetchError(Failure.BLOCKED, f"{refusal} instead of the page", status=reply.status)
    import trafilatura

    found: Any = trafilatura.bare_extraction(reply.body, url=reply.url, with_metadata=True)
    if found is None or not found.text:
        raise FetchError(Failure.EMPTY, "no article text on the page", status=reply.status)
    return Page(
        url=reply.url,
        fetched=fetched,
        canonical_url=canonical_url(found.url or reply.url),
        title=found.title or "",
        text=found.text,
        published=_day(found.date),
        language=source.language,
    )


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
