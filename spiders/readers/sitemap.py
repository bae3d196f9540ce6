"""read_sitemap gives the entries of a sitemap or news sitemap (sitemaps.org; Google's news namespace)."""

import gzip
import zlib

from lxml import etree

from spiders.challenges import refusal_in
from spiders.items import Entry, Source
from spiders.readers.charset import as_text, as_utf8
from spiders.readers.dates import parse_date
from spiders.readers.failures import (
    BlockedError,
    EmptyBodyError,
    MalformedError,
    NotAFeedError,
    TooCostlyError,
)
from spiders.readers.feed import Feed
from spiders.readers.identity import entry_of
from spiders.readers.links import resolve
from spiders.readers.safe_xml import parse_recovering, parse_strict, repaired, root_of, without_controls
from spiders.readers.text import plain

_UNPACKED_LIMIT = 20_000_000  # bytes: its tree takes five times that, and news sitemaps are small
_NEWEST = 5_000  # a whole site's sitemap is no news: the newest by lastmod are enough


def read_sitemap(body: bytes, url: str, content_type: str | None, source: Source) -> Feed:
    """The pages listed, at most the newest 5,000; of an index none, but its newest sitemap to go on.

    Raises UnreadableError for what is no sitemap.
    """
    body = unpacked(body)
    if not body.strip():
        raise EmptyBodyError("the sitemap is empty")
    markup = root_of(as_utf8(body, content_type))
    tree = parse_strict(markup) if markup else None
    if tree is None:
        tree = _recovered(markup)
    if tree is None:
        return _from_lines(body, url, content_type)
    name = str(tree.tag).rpartition("}")[2]
    if name == "sitemapindex":
        return Feed(entries=(), next_page=_newest_sitemap(tree, url))
    if name != "urlset":
        if refusal := refusal_in(body):
            raise BlockedError(str(refusal))
        raise NotAFeedError(f"no sitemap: <{name}>")
    entries = [entry for page in tree.iterchildren("{*}url") if (entry := _entry(page, url, source))]
    if len(entries) > _NEWEST:
        entries.sort(key=lambda entry: str(entry.updated or entry.published or ""), reverse=True)
    return Feed(entries=tuple(entries[:_NEWEST]))


def _recovered(markup: bytes) -> etree._Element | None:
    return parse_recovering(repaired(without_controls(markup))) if markup else None


def unpacked(body: bytes) -> bytes:
    """What is in a gzip file; any other body as it is. Raises MalformedError and TooCostlyError."""
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _UNPACKED_LIMIT + 1)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise MalformedError(f"a broken gzip file: {error}") from error
    if len(unpacked) > _UNPACKED_LIMIT:
        raise TooCostlyError("the sitemap unpacks to more than 20 MB")
    return unpacked


def _entry(page: etree._Element, url: str, source: Source) -> Entry | None:
    link = _below(page, "loc")
    if not link:
        return None
    return entry_of(
        id="",
        link=resolve(url, link),
        title=plain(_below(page, "news/title")),
        published=parse_date(_below(page, "news/publication_date"), source.zone),
        updated=parse_date(_below(page, "lastmod"), source.zone),
        language=_below(page, "news/publication/language") or source.language,
    )


def _below(element: etree._Element, path: str) -> str:
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return " ".join((element.findtext(steps) or "").split())


def _newest_sitemap(tree: etree._Element, url: str) -> str | None:
    """By lastmod; without any, the last one named, where the newest usually stands."""
    children = [
        (str(parse_date(_below(child, "lastmod")) or ""), at, _below(child, "loc"))
        for at, child in enumerate(tree.iterchildren("{*}sitemap"))
        if _below(child, "loc")
    ]
    return resolve(url, max(children)[2]) if children else None


def _from_lines(body: bytes, url: str, content_type: str | None) -> Feed:
    """A sitemap in plain text: one address a line."""
    lines = [line.strip() for line in as_text(body, content_type).splitlines() if line.strip()]
    if not lines or not all(line.startswith(("http://", "https://")) and " " not in line for line in lines):
        raise NotAFeedError("neither XML nor a list of addresses")
    return Feed(
        entries=tuple(entry_of(id="", link=resolve(url, line), title="") for line in lines[-_NEWEST:])
    )
