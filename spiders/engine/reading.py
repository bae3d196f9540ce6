"""The seam to the readers: a body in, entries or a page out; pure but for its threads' time limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from spiders.engine.faults import FetchError
from spiders.items import Entry, Page, Source
from spiders.readers.failures import UnreadableError
from spiders.readers.limits import parse_limited


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a reader found in one body."""

    entries: tuple[Entry, ...]
    fresh_for: timedelta | None = None
    hub: str | None = None
    next_page: str | None = None
    partial: bool = False


def read_listing(body: bytes, url: str, content_type: str | None, source: Source) -> Listing:
    """Return the entries of one body. Raises FetchError where it is not what the source should yield."""
    try:
        feed = parse_limited(body, url, content_type, zone=source.zone, language=source.language)
    except UnreadableError as error:
        raise FetchError(error.failure, str(error)) from error
    return Listing(
        entries=feed.entries,
        fresh_for=feed.fresh_for,
        hub=feed.hub,
        next_page=feed.next_page,
        partial=feed.partial,
    )


def read_article(body: bytes, url: str, content_type: str | None, source: Source, fetched: datetime) -> Page:
    """Return the text of one article page. Raises FetchError where there is none."""
    return Page(url=url, fetched=fetched, canonical_url=url, text=body.decode("utf-8", "replace"))
