"""read_tree gives the entries of an XML feed from its tree: every format, nothing lost.

The careful reader. It knows xml:base, Atom's text types, RDF and the modules, and reads a document as
far as a recovering parser gets.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from urllib.parse import urljoin

from lxml import etree

from spiders.items import Entry
from spiders.readers.dates import parse_date
from spiders.readers.element_text import element_text, is_textual, text_of
from spiders.readers.identity import entry_of
from spiders.readers.text import plain, plain_lines
from spiders.readers.vocabulary import RDF, XML, key_of
from spiders.urls import canonical_url

_BASE, _LANG, _ABOUT = f"{{{XML}}}base", f"{{{XML}}}lang", f"{{{RDF}}}about"
_TITLES = ("title", "dc:title", "media:title", "itunes:title", "xhtml:title")
_SUMMARIES = (
    "description", "summary", "abstract", "tagline", "dc:description", "dcterms:abstract",
    "googleplay:description", "itunes:summary", "itunes:subtitle", "media:description", "prism:teaser",
)  # fmt: skip
_CONTENTS = ("content:encoded", "content", "xhtml:body", "body", "fullitem", "xhtml:div", "payload:payload")
_PUBLISHED = (
    "pubDate", "published", "issued", "dcterms:issued", "dc:date", "created", "dcterms:created", "date",
    "prism:publicationDate",
)  # fmt: skip
_UPDATED = (
    "updated",
    "modified",
    "dcterms:modified",
    "dc:modified",
    "prism:modificationDate",
    "lastBuildDate",
    "dc:date",
)
_ABSOLUTE = ("http://", "https://")
_DEEPEST_BASE = 20  # how far up xml:base is looked for: feeds are five deep
Children = dict[str, list[etree._Element]]


# An item that has only these, each once and without elements inside, needs no further care.
_SIMPLE = frozenset({"title", "link", "guid", "pubDate", "description", "content:encoded"})
_IGNORED = frozenset({
    "category", "author", "comments", "enclosure", "source", "dc:creator", "slash:comments", "wfw:commentRss",
    "media:thumbnail", "dc:subject", "dc:publisher", "dc:rights",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What holds for a whole document: where it came from, and what its dates and links are relative to."""

    url: str
    zone: str = "UTC"
    language: str | None = None
    site: str = ""  # what relative links mean, once the document is known
    based: bool = True  # whether xml:base may occur in it


def read_tree(root: etree._Element, context: Context) -> tuple[Entry, ...]:
    """One Entry for each item or entry element, in document order."""
    context = replace(
        context, site=_site_base(root, context.url), language=declared_language(root) or context.language
    )
    return tuple(_simple_entry(item, context) or _entry(item, context) for item in items_of(root))


def items_of(root: etree._Element) -> list[etree._Element]:
    """Every item or entry, at whatever depth a broken document left it."""
    items = list(root.iter("{*}item", "{*}entry"))
    if items:
        return [one for one in items if key_of(one.tag) in ("item", "entry")]
    return [one for one in root.iter() if isinstance(one.tag, str) and key_of(one.tag) in ("item", "entry")]


def _simple_entry(item: etree._Element, context: Context) -> Entry | None:
    """The Entry of a plain RSS item; None for one that needs the careful way."""
    if context.based:
        return None
    texts: dict[str, str] = {}
    for child in item:
        tag = child.tag
        key = key_of(tag) if isinstance(tag, str) else "author"
        if key in _IGNORED:
            continue
        if key not in _SIMPLE or key in texts or len(child):
            return None
        texts[key] = child.text or ""
    link, title = texts.get("link", "").strip(), plain(texts.get("title", ""))
    if not title or "\n" in link or not link.startswith(_ABSOLUTE):
        return None
    return Entry(
        id=" ".join(texts.get("guid", "").split()) or canonical_url(link),
        link=link,
        title=title,
        summary=plain_lines(texts.get("description", "")),
        content=plain_lines(texts.get("content:encoded", "")),
        published=parse_date(texts.get("pubDate", ""), context.zone, context.language),
        language=context.language,
    )


def _site_base(root: etree._Element, url: str) -> str:
    """What relative links mean: the feed's address, or its site's where the feed lives on another host."""
    for link in _site_links(root):
        return url if link.split("/")[2:3] == url.split("/")[2:3] else link
    return url


def _site_links(root: etree._Element) -> Iterator[str]:
    channel = root if key_of(root.tag) == "feed" else next(root.iter("{*}channel"), root)
    for element in channel:
        if isinstance(element.tag, str) and key_of(element.tag) == "link":
            link = (element.get("href") or element.text or "").strip()
            if element.get("rel", "alternate") == "alternate" and link.startswith(("http://", "https://")):
                yield link


def resolve(base: str, link: str) -> str:
    """The absolute form of a link; the link itself where it cannot be resolved."""
    link = link.strip()
    if "\n" in link or "\r" in link:
        link = "".join(part.strip() for part in link.splitlines())
    if not link or not base or link.startswith(_ABSOLUTE):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _entry(item: etree._Element, context: Context) -> Entry:
    children = _children_of(item)
    guid = _guid(children, item)
    base = _base_of(item, context.site) if context.based else context.site
    summary, content = _texts(children)
    return entry_of(
        id=resolve(base, guid) if guid.startswith("/") and "id" in children else guid,
        link=_link(item, children, guid, base),
        title=text_of(_first(children, _TITLES)),
        summary=summary,
        content=content,
        published=_date(children, _PUBLISHED, context),
        updated=_date(children, _UPDATED, context) or parse_date(item.get("LASTMOD", ""), context.zone),
        language=item.get(_LANG) or context.language,
    )


def _children_of(item: etree._Element) -> Children:
    """The item's children by name, in document order; those of media:group count as its own."""
    children: Children = {}
    for child in item:
        if not isinstance(child.tag, str):
            continue
        key = key_of(child.tag)
        children.setdefault(key, []).append(child)
        if key in ("media:group", "media:content"):
            for inner in child:
                if isinstance(inner.tag, str):
                    children.setdefault(key_of(inner.tag), []).append(inner)
    return children


def _first(children: Children, keys: tuple[str, ...]) -> etree._Element | None:
    """The first child with something in it, by the order of names."""
    for key in keys:
        for element in children.get(key, ()):
            if len(element) or (element.text and element.text.strip()):
                return element
    return None


def _texts(children: Children) -> tuple[str, str]:
    """Summary and content. Of a description and a summary in one item, the later one is the content."""
    summary, content = _first(children, _SUMMARIES), _content(children)
    both = [one for key in ("description", "summary") for one in children.get(key, ())]
    if content is None and len(both) > 1 and "description" in children and "summary" in children:
        summary, content = sorted(both, key=lambda one: one.getparent().index(one))[:2]  # type: ignore[union-attr]
    body = text_of(content, lines=True)
    is_body = content is not None and key_of(content.tag) in ("xhtml:body", "body", "fullitem", "xhtml:div")
    return text_of(summary, lines=True) or (body if is_body else ""), body


def _content(children: Children) -> etree._Element | None:
    """content:encoded, then Atom's content (of several, the longest that is text), then an XHTML body."""
    for key in _CONTENTS:
        filled = [one for one in children.get(key, ()) if len(one) or (one.text or "").strip()]
        if filled:
            return max(filled, key=lambda one: sum(map(len, one.itertext())) if is_textual(one) else 0)
    return None


def _guid(children: Children, item: etree._Element) -> str:
    """guid or id, then rdf:about, then dc:identifier."""
    element = _first(children, ("guid", "id"))
    if element is None and not (item.get(_ABOUT) or "").strip():
        element = _first(children, ("dc:identifier",))
    text = element_text(element) if element is not None else item.get(_ABOUT) or ""
    return " ".join(text.split())


def _link(item: etree._Element, children: Children, guid: str, base: str) -> str:
    original = _first(children, ("feedburner:origLink",))
    if original is not None:
        return resolve(base, original.text or "")
    ranked = sorted(
        ((_rank(one), at, one) for at, one in enumerate(children.get("link", ()))), key=lambda r: r[:2]
    )
    for rank, _, element in ranked:
        target = (element.get("href") or element.text or "").strip()
        if target and rank < 9:
            own = element.get(_BASE)
            return resolve(resolve(base, own) if own else base, target)
    return resolve(base, item.get("href") or item.get("HREF") or "") or _link_from_guid(children, guid, base)


def _rank(element: etree._Element) -> int:
    """A plain link, then rel="alternate" (HTML first), then other relations; self, enclosures never."""
    if element.get("href") is None:
        return 0
    relation = element.get("rel", "alternate").strip().lower().rpartition("/")[2]
    if relation == "alternate":
        return 1 if element.get("type", "text/html") in ("text/html", "application/xhtml+xml") else 2
    return 3 if "://" in element.get("rel", "") and relation not in ("enclosure", "self") else 9


def _link_from_guid(children: Children, guid: str, base: str) -> str:
    guids = children.get("guid", [])
    permanent = not guids or (guids[0].get("isPermaLink") or "true").strip().lower() != "false"
    if permanent and guid.startswith(("http://", "https://")):
        return guid
    return resolve(base, guid) if guids and permanent and guid.startswith("/") else ""


def _base_of(element: etree._Element, site: str) -> str:
    """xml:base of the element and of all that contain it, each relative to the one outside it."""
    near = islice(chain((element,), element.iterancestors()), _DEEPEST_BASE)
    bases = [own for one in near if (own := one.get(_BASE))]
    for own in reversed(bases):
        site = resolve(site, own)
    return site


def _date(children: Children, keys: tuple[str, ...], context: Context) -> datetime | None:
    for key in keys:
        for element in reversed(children.get(key, ())):
            if found := parse_date(element_text(element), context.zone, context.language):
                return found
    return None


def declared_language(root: etree._Element) -> str | None:
    """What the feed says its language is (xml:lang or <language>): a claim, often a wrong one."""
    channel = root if key_of(root.tag) == "feed" else next(root.iter("{*}channel"), root)
    named = next(
        (one for one in channel if one.tag in ("language", "{http://purl.org/dc/elements/1.1/}language")),
        None,
    )
    text = root.get(_LANG) or channel.get(_LANG) or (named.text if named is not None else "") or ""
    return text.strip() or None
