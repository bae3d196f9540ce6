"""read_google_news gives the items of a Google News RSS search: discovery only.

Links are opaque redirects; the publisher's site stands in <source url>, its name at the end of the title.
"""

from dataclasses import replace

from lxml import etree

from spiders.items import Entry, Source
from spiders.readers.charset import as_utf8
from spiders.readers.feed import Feed, parse_feed
from spiders.readers.safe_xml import parse_strict, root_of
from spiders.readers.tree import items_of


def read_google_news(body: bytes, url: str, content_type: str | None, source: Source) -> Feed:
    """The feed with the publishers' sites, and titles without the publishers' names."""
    feed = parse_feed(body, url, content_type, zone=source.zone)
    tree = parse_strict(root_of(as_utf8(body, content_type)))
    items = items_of(tree) if tree is not None else []
    if len(items) != len(feed.entries):
        return feed
    entries = (_named(entry, item) for entry, item in zip(feed.entries, items, strict=True))
    return replace(feed, entries=tuple(entries))


def _named(entry: Entry, item: etree._Element) -> Entry:
    source = item.find("{*}source")
    if source is None:
        return entry
    name = " ".join((source.text or "").split())
    title = entry.title.removesuffix(f" - {name}") if name else entry.title
    summary = "" if entry.summary.startswith(title[:40]) else entry.summary  # the title once more
    return replace(
        entry, title=title, summary=summary, publisher_url=(source.get("url") or "").strip() or None
    )
