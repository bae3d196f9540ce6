"""read_feed gives the entries of a feed's bytes; parse_feed also what the feed says of itself.

    bytes | plain_root_of | strict tree ................................ read_tree
    bytes | as_utf8 | root_of | strict tree ............................ read_tree
                              | not well-formed: repaired, strict tree .. read_tree
                              | still not: recovering tree and feedparser, the one that saved more

Everything is pure and works on the bytes alone. A JSON Feed is told by its first character.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from lxml import etree

from spiders.challenges import refusal_in
from spiders.items import Entry
from spiders.readers.channel import channel_of
from spiders.readers.charset import as_utf8, is_plainly_utf8
from spiders.readers.context import Context
from spiders.readers.failures import BlockedError, EmptyBodyError, MalformedError, NotAFeedError
from spiders.readers.identity import DAY_KEY
from spiders.readers.jsonfeed import read_json_feed
from spiders.readers.safe_xml import (
    parse_recovering,
    parse_strict,
    plain_root_of,
    repaired,
    root_of,
    with_own_entities,
    without_controls,
)
from spiders.readers.tree import items_of, read_tree
from spiders.readers.vocabulary import in_core_namespace, key_of
from spiders.readers.with_feedparser import read_with_feedparser

_ROOTS = frozenset({"rss", "feed", "RDF", "rdf", "channel", "item", "entry", "items"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that was read: its entries, and what it says of itself."""

    entries: tuple[Entry, ...]
    title: str = ""
    fresh_for: timedelta | None = None  # its ttl or update period, at most a day
    hub: str | None = None  # a WebSub hub
    topic: str | None = None  # its own address, by which the hub knows it
    partial: bool = False  # saved from a broken document: entries may be missing or cut
    next_page: str | None = None  # where a listing goes on


def read_feed(
    body: bytes, url: str, content_type: str | None = None, *, zone: str = "UTC", language: str | None = None
) -> tuple[Entry, ...]:
    """The entries of an RSS, RDF, Atom or JSON feed, in the order of the document.

    `url` is where the body came from (relative links mean it), `content_type` the HTTP header if
    there was one, `zone` (IANA) what dates without a zone mean. Text is plain, times are aware UTC.
    Raises UnreadableError (a ValueError; see spiders.readers.failures) for what is no feed.
    """
    return parse_feed(body, url, content_type, zone=zone, language=language).entries


def parse_feed(
    body: bytes, url: str, content_type: str | None = None, *, zone: str = "UTC", language: str | None = None
) -> Feed:
    """The same with the feed's title, freshness, hub, and whether it was saved from a broken document."""
    if not body or body.isspace():
        raise EmptyBodyError("the body is empty")
    context = Context(url=url, zone=zone, language=language)
    if (
        (markup := plain_root_of(body))
        and is_plainly_utf8(markup)
        and (feed := _read_strictly(markup, context))
    ):
        return feed
    document = as_utf8(body, content_type)
    if document.lstrip()[:1] in (b"{", b"["):
        found = read_json_feed(document.decode("utf-8", "replace"), context)
        return Feed(entries=found.entries, title=found.title, hub=found.hub, topic=found.topic)
    return _read_xml(document, context)


def _read_xml(document: bytes, context: Context) -> Feed:
    markup = root_of(document)
    if feed := _read_strictly(markup, context):
        return feed
    markup = in_core_namespace(markup)
    context = replace(context, is_flat=_is_flat(markup))
    _refuse_what_is_no_feed(document, markup)
    markup = repaired(without_controls(in_core_namespace(root_of(with_own_entities(document))) or markup))
    tree = parse_strict(markup)
    if tree is not None:
        return _feed_of(tree, context)
    return _saved(markup, context)


def _read_strictly(markup: bytes, context: Context) -> Feed | None:
    """The Feed of a well-formed document; None for any other."""
    markup = in_core_namespace(markup)
    tree = parse_strict(markup) if markup else None
    if tree is None or not _is_feed(tree):
        return None
    return _feed_of(tree, replace(context, is_flat=_is_flat(markup)))


def _is_flat(markup: bytes) -> bool:
    """No xml:base anywhere and no xml:lang below the root: most feeds, and they need less care."""
    below = markup.find(b">")
    return markup.find(b"xml:", below) < 0 and markup.find(b"xml:base", 0, below) < 0


def _saved(markup: bytes, context: Context) -> Feed:
    """What can be saved from a broken document: by the recovering tree or feedparser, whoever has more."""
    tree = parse_recovering(markup)
    feed = _feed_of(tree, context) if tree is not None and _is_feed(tree) else Feed(entries=())
    announced = markup.count(b"<item") + markup.count(b"<entry")
    if len(feed.entries) < announced or not feed.entries:
        others = read_with_feedparser(markup, context)
        if _worth(others) > _worth(feed.entries):
            feed = replace(feed, entries=others)
    if not feed.entries and (tree is None or not _is_feed(tree)):
        raise MalformedError("broken XML in which no entry is left")
    return replace(feed, entries=_complete(feed.entries, markup), partial=True)


def _complete(entries: tuple[Entry, ...], markup: bytes) -> tuple[Entry, ...]:
    """Without a last item that was cut before its link: it will come again, whole, under its own id."""
    opened = max(markup.rfind(b"<item"), markup.rfind(b"<entry"))
    closed = max(markup.rfind(b"</item"), markup.rfind(b"</entry"))
    is_cut = opened > closed and len(entries) > 1
    is_bare = is_cut and not entries[-1].link and entries[-1].id.startswith(DAY_KEY)
    return entries[:-1] if is_bare else entries


def _worth(entries: tuple[Entry, ...]) -> tuple[int, int]:
    """More entries first, then more of their fields filled."""
    fields = sum(
        bool(e.link) + bool(e.content or e.summary) + bool(e.published or e.updated) for e in entries
    )
    return len(entries), fields


def _refuse_what_is_no_feed(document: bytes, markup: bytes) -> None:
    if refusal := refusal_in(document):
        raise BlockedError(str(refusal))
    head = document[:1024].lower().lstrip()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head[:600]:
        raise NotAFeedError("HTML where a feed was expected")
    if not markup:
        raise NotAFeedError("no XML and no JSON: plain text or binary data")


def _is_feed(tree: etree._Element) -> bool:
    return isinstance(tree.tag, str) and (key_of(tree.tag) in _ROOTS or bool(items_of(tree)))


def _feed_of(tree: etree._Element, context: Context) -> Feed:
    if not _is_feed(tree):
        raise NotAFeedError(f"XML, but no feed: <{tree.tag}>")
    channel = channel_of(tree, context.url)
    context = replace(context, site=channel.site, language=channel.language or context.language)
    return Feed(
        entries=read_tree(tree, context),
        title=channel.title,
        fresh_for=channel.fresh_for,
        hub=channel.hub,
        topic=channel.topic,
    )
