"""An Atom feed (RFC 4287) of steps or of what a search finds. Ids are stable: tag URIs (RFC 4151)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from lxml import etree

from monitor.alerts.rendering.inert import inert, safe_link
from monitor.alerts.rendering.words import words
from monitor.searching import Hit, marked
from storage.records import Glimpse, StepRecord

ATOM = "http://www.w3.org/2005/Atom"
TAG = "tag:pactwatch,2026"
LONGEST = 500
_PLAIN: Any = {None: ATOM}  # no prefix: some readers look for none


def feed_of_steps(
    steps: Iterable[StepRecord], seen: Mapping[str, Glimpse], *, title: str, now: datetime
) -> bytes:
    """The steps as Atom, in their order, each with the sentence it is known from and the article's address:
    `seen` has the first mention of each."""
    told, feed = words("en", "UTC"), _Feed(title, f"{TAG}:steps:{title}")
    for step in steps:
        first = seen[step.id].mentions[0] if step.id in seen else None
        day = told.day(step.date) + (f", {step.place}" if step.place else "")
        said = f"{day}. {told.named('corroboration', step.corroboration)}."
        sentence = f" “{first.mention.quote}” {first.article.publisher}" if first else ""
        links = ([first.article.url or first.article.canonical_url] if first else []) + [*step.sources]
        feed.add(
            f"{TAG}:step:{step.id}",
            f"{told.parties(step.agreement)}: {told.headline(step)}",
            said + sentence,
            at=step.first_seen or step.published,
            link=links[0] if links else None,
        )
    return feed.written(now)


def feed_of_articles(hits: Iterable[Hit], *, title: str, now: datetime) -> bytes:
    """The articles that a search found as Atom, in their order."""
    feed = _Feed(title, f"{TAG}:search:{title}")
    for hit in hits:
        article = hit.article
        feed.add(
            f"{TAG}:article:{article.id}",
            article.title,
            marked(hit.snippet),
            at=article.published or article.first_seen,
            link=article.url or article.canonical_url,
            author=article.publisher,
        )
    return feed.written(now)


class _Feed:
    def __init__(self, title: str, name: str) -> None:
        self._root = etree.Element(f"{{{ATOM}}}feed", nsmap=_PLAIN)
        _put(self._root, "id", _iri(name))
        _put(self._root, "title", title)
        _put(etree.SubElement(self._root, f"{{{ATOM}}}author"), "name", "PactWatch")
        self._newest: datetime | None = None
        self._entries: list[etree._Element] = []

    def add(
        self, name: str, title: str, text: str, *, at: datetime | None, link: str | None, author: str = ""
    ) -> None:
        entry = etree.Element(f"{{{ATOM}}}entry")
        moment = at or datetime(1970, 1, 1, tzinfo=UTC)
        self._newest = max(moment, self._newest or moment)
        _put(entry, "id", _iri(name))
        _put(entry, "title", title)
        _put(entry, "updated", moment.isoformat())
        if author:
            _put(etree.SubElement(entry, f"{{{ATOM}}}author"), "name", author)
        if address := safe_link(link):
            etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=address)
        _put(entry, "content", text)  # not a summary: without an address an entry must have its content
        self._entries.append(entry)

    def written(self, now: datetime) -> bytes:
        _put(self._root, "updated", (self._newest or now).isoformat())
        self._root.extend(self._entries)
        return bytes(etree.tostring(self._root, xml_declaration=True, encoding="utf-8"))


def _iri(name: str) -> str:
    """A tag URI may hold a search that somebody typed: what no IRI has is escaped."""
    return quote(inert(name, longest=LONGEST), safe=":,;/@!$&'()*+=~-._")


def _put(under: etree._Element, name: str, text: str) -> None:
    etree.SubElement(under, f"{{{ATOM}}}{name}").text = inert(text, longest=LONGEST)
