"""simple_entry gives the Entry of a plain RSS item, quickly: most items of most feeds are plain.

Plain is: each element once, none inside another, a title, an absolute link. For anything else it gives
None, and the item is read the careful way (spiders.readers.tree), with the same result and more effort.
"""

from dataclasses import dataclass

from lxml import etree

from spiders.items import Entry
from spiders.readers.context import Context
from spiders.readers.dates import parse_date
from spiders.readers.links import ABSOLUTE
from spiders.readers.quickly import made_entry
from spiders.readers.text import plain, plain_lines
from spiders.readers.vocabulary import ABOUT, key_of
from spiders.urls import canonical_url

_FIELDS = (
    "title", "link", "guid", "pubDate", "description", "content:encoded", "dc:date", "feedburner:origLink"
)  # fmt: skip
_SIMPLE = frozenset(_FIELDS)
_MOST_PLANS = 1024
# These stand in for a missing description, id or date, and are not asked where there is one.
_STAND_INS = frozenset({
    "abstract", "tagline", "dc:description", "dcterms:abstract", "googleplay:description", "itunes:summary",
    "itunes:subtitle", "media:description", "prism:teaser", "media:content", "media:group",
})  # fmt: skip
_IDS = frozenset({"dc:identifier"})
_DATES = frozenset({
    "published", "issued", "dcterms:issued", "created", "dcterms:created", "date", "prism:publicationDate"
})  # fmt: skip
# These may change what the others mean.
_CAREFUL = frozenset({
    "summary", "content", "xhtml:body", "body", "fullitem", "xhtml:div", "payload:payload", "id", "updated",
    "modified", "dcterms:modified", "dc:modified", "prism:modificationDate", "lastBuildDate",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Where an item whose elements have these names, in this order, keeps what; -1: nowhere."""

    title: int
    link: int
    guid: int
    published: int
    description: int
    content: int
    dc_date: int
    original: int
    read: tuple[int, ...]  # all of these
    has_stand_in: bool
    has_other_id: bool
    has_other_date: bool


class _Plans(dict[tuple[object, ...], _Plan | None]):
    """Names of an item's elements -> how to read it, None for the careful way. A feed has few of them."""

    def __missing__(self, tags: tuple[object, ...]) -> _Plan | None:
        if len(self) > _MOST_PLANS:  # a document may make up any number
            self.clear()
        self[tags] = plan = _plan_for(tags)
        return plan


def _plan_for(tags: tuple[object, ...]) -> _Plan | None:
    keys = [key_of(tag) for tag in tags]
    at = {key: number for number, key in enumerate(keys) if key in _SIMPLE}
    others = set(keys) - _SIMPLE
    is_plain = len(keys) - len(at) == sum(key not in _SIMPLE for key in keys) and not others & _CAREFUL
    if not is_plain or "title" not in at or "link" not in at:
        return None
    title, link, guid, published, description, content, dc_date, original = (
        at.get(key, -1) for key in _FIELDS
    )
    return _Plan(
        title=title,
        link=link,
        guid=guid,
        published=published,
        description=description,
        content=content,
        dc_date=dc_date,
        original=original,
        read=tuple(at.values()),
        has_stand_in=bool(others & _STAND_INS),
        has_other_id=bool(others & _IDS),
        has_other_date=bool(others & _DATES),
    )


_PLANS = _Plans()


def simple_entry(item: etree._Element, context: Context) -> Entry | None:
    """The Entry, or None for an item that needs the careful way."""
    children = list(item)
    plan = _PLANS[tuple([child.tag for child in children])]
    if plan is None:
        return None
    for at in plan.read:
        if len(children[at]):
            return None
    title, link = plain(children[plan.title].text or ""), _link(children, plan)
    summary = plain_lines(children[plan.description].text or "") if plan.description >= 0 else ""
    guid = " ".join(((children[plan.guid].text if plan.guid >= 0 else None) or item.get(ABOUT) or "").split())
    zone, language = context.zone, context.language
    published = (
        parse_date(children[plan.published].text or "", zone, language) if plan.published >= 0 else None
    )
    if not title or not link or (plan.has_stand_in and not summary):
        return None
    if (plan.has_other_id and not guid) or (plan.has_other_date and not published):
        return None
    updated = parse_date(children[plan.dc_date].text or "", zone, language) if plan.dc_date >= 0 else None
    return made_entry(
        guid or canonical_url(link),
        link,
        title,
        summary,
        plain_lines(children[plan.content].text or "") if plan.content >= 0 else "",
        published or updated,
        updated,
        language,
    )


def _link(children: list[etree._Element], plan: _Plan) -> str:
    """Where it is plain; else empty."""
    link = ((children[plan.original].text if plan.original >= 0 else None) or "").strip()
    link = link or (children[plan.link].text or "").strip()
    return link if link.startswith(ABSOLUTE) and "\n" not in link else ""
