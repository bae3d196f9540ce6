"""read_listing gives the entries of an HTML page that lists news, by the selectors of its source.

Everything is looked up inside each item, so that an item without a date never shifts the others.
"""

from datetime import datetime

import lxml.html

from spiders.challenges import refusal_in
from spiders.items import Entry, Selectors, Source
from spiders.readers.date_format import parse_with_format
from spiders.readers.dates import parse_date
from spiders.readers.failures import BlockedError, EmptyBodyError, NotAFeedError
from spiders.readers.feed import Feed
from spiders.readers.identity import entry_of
from spiders.readers.links import resolve
from spiders.readers.markup import base_of, parse_html, select, text

_ANY_LINK = "a[href]::attr(href)"


def read_listing(body: bytes, url: str, content_type: str | None, source: Source) -> Feed:
    """The page's entries in its own order, and its next page. Relative links mean the final `url`.

    Raises BlockedError for a challenge page, EmptyBodyError, and NotAFeedError where the selectors find
    no item, or items without links: the page's structure has changed.
    """
    if not body.strip():
        raise EmptyBodyError("the page is empty")
    if refusal := refusal_in(body):
        raise BlockedError(str(refusal))
    selectors = source.selectors
    if not selectors.item:
        raise NotAFeedError("a listing needs selectors.item")
    tree = parse_html(body, content_type)
    base = base_of(tree, url)
    items = select(tree, selectors.item)
    found = [entry for item in items if (entry := _entry(item, base, source)) is not None]
    if not found:
        what = f"{len(items)} items without links" if items else "nothing"
        raise NotAFeedError(f"the page's structure has changed: {selectors.item!r} finds {what}")
    next_page = text(tree, selectors.next_page)
    return Feed(
        entries=tuple(dict.fromkeys(found)),
        title=text(tree, "title"),
        next_page=resolve(base, next_page) if next_page else None,
        partial=_has_lost_dates(found, selectors),
    )


def _entry(item: lxml.html.HtmlElement, base: str, source: Source) -> Entry | None:
    selectors = source.selectors
    link = text(item, _with_ending(selectors.link, "attr(href)") or _ANY_LINK)
    if not link or link.startswith(("javascript:", "#", "mailto:")):
        return None
    return entry_of(
        id="",
        link=resolve(base, link),
        title=" ".join((text(item, selectors.title) or text(item, _element_of(selectors.link))).split()),
        summary=text(item, selectors.summary),
        published=_date(item, source),
        language=source.language,
    )


def _with_ending(selector: str | None, ending: str) -> str | None:
    return selector if selector is None or "::" in selector else f"{selector}::{ending}"


def _element_of(selector: str | None) -> str:
    return selector.partition("::")[0] if selector else "a[href]"


def _date(item: lxml.html.HtmlElement, source: Source) -> datetime | None:
    """By date_format where given, else by common sense; <time datetime> before its text."""
    selectors = source.selectors
    if not selectors.date:
        return None
    written = [] if "::" in selectors.date else [text(item, f"{selectors.date}::attr(datetime)")]
    for candidate in (*written, text(item, selectors.date)):
        if selectors.date_format and (
            found := parse_with_format(candidate, selectors.date_format, source.zone, source.language)
        ):
            return found
        if found := parse_date(" ".join(candidate.split()), source.zone, source.language):
            return found
    return None


def _has_lost_dates(entries: list[Entry], selectors: Selectors) -> bool:
    """More than half without a date where the source should have them: the structure is drifting."""
    return bool(selectors.date) and sum(entry.published is None for entry in entries) * 2 > len(entries)
