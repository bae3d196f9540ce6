"""read_with_feedparser gives what feedparser, the reference, reads: for documents too broken for a tree."""

from typing import Any

from spiders.items import Entry
from spiders.readers.context import Context
from spiders.readers.dates import parse_date
from spiders.readers.identity import entry_of
from spiders.readers.links import resolve
from spiders.readers.text import plain, plain_lines

_PUBLISHED = ("published", "issued", "created")
_UPDATED = ("updated", "modified")


def read_with_feedparser(body: bytes, context: Context) -> tuple[Entry, ...]:
    """The entries feedparser finds. Bytes only: it fetches nothing. Markup is ours to take away."""
    import feedparser

    parsed = feedparser.parse(
        body,
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": context.url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return tuple(_entry(entry, context) for entry in parsed.entries)


def _entry(entry: Any, context: Context) -> Entry:
    # What a broken document has begun and not ended is there as None.
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    return entry_of(
        id=" ".join((entry.get("id") or "").split()),
        link=resolve(context.url, entry.get("link") or ""),
        title=plain(entry.get("title") or ""),
        summary=plain_lines(entry.get("summary") or ""),
        content=plain_lines(max(contents, key=len, default="")),
        published=_date(entry, _PUBLISHED, context),
        updated=_date(entry, _UPDATED, context),
        language=entry.get("title_detail", {}).get("language") or context.language,
    )


def _date(entry: Any, names: tuple[str, ...], context: Context) -> Any:
    """The raw text read by us: feedparser takes unknown zones for UTC. No mapping of one name to another."""
    texts = (dict.get(entry, name) for name in names)
    dates = (parse_date(text, context.zone, context.language) for text in texts if text)
    return next((date for date in dates if date), None)
