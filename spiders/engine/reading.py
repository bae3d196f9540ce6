"""The seam to the readers: a body in, entries or a page out; pure but for its threads' time limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from spiders.items import Entry, Page, Source


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
    from lxml import etree

    from spiders.engine.faults import FetchError
    from spiders.items import Failure

    if not body.strip():
        raise FetchError(Failure.EMPTY, "the body is empty")
    if b"<html" in body[:2000].lower():
        raise FetchError(Failure.NOT_A_FEED, "HTML where a feed was expected")
    root = etree.fromstring(body, etree.XMLParser(recover=True, resolve_entities=False))
    entries = tuple(
        Entry(
            id=item.findtext("link") or "",
            link=item.findtext("link") or "",
            title=item.findtext("title") or "",
            published=parsedate_to_datetime(item.findtext("pubDate") or "")
            if item.findtext("pubDate")
            else None,
        )
        for item in root.iter("item")
    )
    return Listing(entries=entries)


def read_article(body: bytes, url: str, content_type: str | None, source: Source, fetched: datetime) -> Page:
    """Return the text of one article page. Raises FetchError where there is none."""
    return Page(url=url, fetched=fetched, canonical_url=url, text=body.decode("utf-8", "replace"))
