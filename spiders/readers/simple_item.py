"""simple_entry gives the Entry of a plain RSS item, quickly: most items of most feeds are plain.

Plain is: each element once, none inside another, a title, an absolute link. For anything else it gives
None, and the item is read the careful way (spiders.readers.tree), with the same result and more effort.
"""

from lxml import etree

from spiders.items import Entry
from spiders.readers.context import Context
from spiders.readers.dates import parse_date
from spiders.readers.links import ABSOLUTE
from spiders.readers.text import plain, plain_lines
from spiders.readers.vocabulary import ABOUT, key_of
from spiders.urls import canonical_url

_SIMPLE = frozenset({"title", "link", "guid", "pubDate", "description", "content:encoded", "dc:date"})
_MOST_TAGS = 4096
# These may stand for a missing description, and are not asked where there is one.
_STAND_INS = frozenset({"itunes:summary", "itunes:subtitle", "media:content", "media:group"})
# These are never asked in an item that has a title and a link.
_IGNORED = frozenset({
    "category", "author", "comments", "enclosure", "source", "dc:creator", "slash:comments",
    "wfw:commentRss", "wfw:comment", "dc:subject", "dc:publisher", "dc:rights", "dc:language",
    "itunes:author", "itunes:duration", "itunes:explicit", "itunes:image", "itunes:keywords",
    "itunes:episode", "itunes:season", "itunes:block", "itunes:episodeType", "itunes:order",
    "itunes:isClosedCaptioned", "itunes:title", "media:thumbnail", "media:credit", "georss:point",
    "geo:lat", "geo:long", "dcterms:valid",
})  # fmt: skip


class _Roles(dict[object, str]):
    """Tag -> the name of a simple element, or what to do about another. Looked up some ten times an item."""

    def __missing__(self, tag: object) -> str:
        if len(self) > _MOST_TAGS:  # a document may make up any number
            self.clear()
        key = key_of(tag)
        other = "stand-in" if key in _STAND_INS else "ignored" if key in _IGNORED else "unknown"
        self[tag] = role = key if key in _SIMPLE else other
        return role


_ROLES = _Roles()


def simple_entry(item: etree._Element, context: Context) -> Entry | None:
    """The Entry, or None for an item that needs the careful way."""
    texts: dict[str, str] = {}
    has_stand_in = False
    for child in item:
        role = _ROLES[child.tag]
        if role == "ignored":
            continue
        if role == "stand-in":
            has_stand_in = True
        elif role == "unknown" or role in texts or len(child):
            return None
        else:
            texts[role] = child.text or ""
    if "title" not in texts or "link" not in texts:
        return None
    link, title = texts["link"].strip(), plain(texts["title"])
    summary = plain_lines(texts["description"]) if "description" in texts else ""
    if not title or not link.startswith(ABSOLUTE) or "\n" in link or (has_stand_in and not summary):
        return None
    zone, language = context.zone, context.language
    updated = parse_date(texts["dc:date"], zone, language) if "dc:date" in texts else None
    published = parse_date(texts["pubDate"], zone, language) if "pubDate" in texts else None
    return Entry(
        id=" ".join((texts.get("guid") or item.get(ABOUT) or "").split()) or canonical_url(link),
        link=link,
        title=title,
        summary=summary,
        content=plain_lines(texts["content:encoded"]) if "content:encoded" in texts else "",
        published=published or updated,
        updated=updated,
        language=language,
    )
