"""The seam to the readers: a body in, entries or a page out, every refusal as a FetchError.

Called in a thread: reading is bounded work, but too long for the loop that everybody shares.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from spiders.engine.faults import FetchError
from spiders.engine.limits import Limits
from spiders.engine.wire import Reply
from spiders.items import Entry, Failure, Kind, Page, Source
from spiders.readers.failures import UnreadableError
from spiders.readers.limits import read_page, read_source
from spiders.readers.page_api import api_address, page_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a reader found in one body."""

    entries: tuple[Entry, ...]
    title: str = ""
    fresh_for: timedelta | None = None
    hub: str | None = None
    topic: str | None = None
    next_page: str | None = None
    partial: bool = False


def read_listing(reply: Reply, source: Source, limits: Limits) -> Listing:
    """Return the entries of an answer. Raises FetchError where it is not what the source should yield."""
    try:
        feed = read_source(
            reply.body,
            reply.url,
            reply.headers.get("content-type"),
            source,
            seconds=limits.parse_seconds,
            megabytes=limits.parse_megabytes,
        )
    except UnreadableError as error:
        raise FetchError(error.failure, str(error), status=reply.status) from error
    if len(feed.entries) > limits.feed_entries and source.kind is not Kind.SITEMAP:
        found = f"{len(feed.entries)} entries; no feed should have more than {limits.feed_entries}"
        raise FetchError(Failure.TOO_LARGE, found, status=reply.status)
    return Listing(
        entries=feed.entries,
        title=feed.title,
        fresh_for=feed.fresh_for,
        hub=feed.hub,
        topic=feed.topic,
        next_page=feed.next_page,
        partial=feed.partial,
    )


def read_article(reply: Reply, source: Source, link: str, fetched: datetime, limits: Limits) -> Page:
    """Return the text of one article page, or of what the interface of its source gives for `link`.

    Raises FetchError where there is none.
    """
    body, url, content_type = reply.body, reply.url, reply.headers.get("content-type")
    try:
        if source.page_api is not None and api_address(link, source.page_api) is not None:
            body, url, content_type = page_in(body, content_type, source.page_api), link, "text/html"
        return read_page(
            body,
            url,
            content_type,
            source,
            fetched=fetched,
            seconds=limits.parse_seconds,
            megabytes=limits.page_megabytes,
        )
    except UnreadableError as error:
        raise FetchError(error.failure, str(error), status=reply.status) from error
