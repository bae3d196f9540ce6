"""read_tree gives the entries of an XML feed from its tree: every format, nothing lost.

The careful reader. It knows xml:base, Atom's text types, RDF and the modules, and reads a document as
far as a recovering parser gets.
"""

from datetime import datetime

from lxml import etree

from spiders.items import Entry
from spiders.readers.context import Context
from spiders.readers.dates import parse_date
from spiders.readers.element_text import element_text, is_textual, text_of
from spiders.readers.identity import entry_of
from spiders.readers.links import base_of, link_of, resolve
from spiders.readers.simple_item import simple_entry
from spiders.readers.vocabulary import ABOUT, XML, Children, key_of

_LANG = f"{{{XML}}}lang"
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
_GROUPS = frozenset({"media:group", "media:content"})
_BODIES = frozenset({"xhtml:body", "body", "fullitem", "xhtml:div"})


def read_tree(root: etree._Element, context: Context) -> tuple[Entry, ...]:
    """One Entry for each item or entry element, in document order."""
    if not context.is_flat:
        return tuple(careful_entry(item, context) for item in items_of(root))
    return tuple(simple_entry(item, context) or careful_entry(item, context) for item in items_of(root))


def items_of(root: etree._Element) -> list[etree._Element]:
    """Every item or entry, at whatever depth a broken document left it."""
    items = list(root.iter("{*}item", "{*}entry"))
    if items:
        return [one for one in items if key_of(one.tag) in ("item", "entry")]
    return [one for one in root.iter() if isinstance(one.tag, str) and key_of(one.tag) in ("item", "entry")]


def careful_entry(item: etree._Element, context: Context) -> Entry:
    """The Entry of any item or entry, by all that the formats and modules allow."""
    children = _children_of(item)
    guid = _guid(children, item)
    base = context.site if context.is_flat else base_of(item, context.site)
    summary, content = _texts(children)
    return entry_of(
        id=resolve(base, guid) if guid.startswith("/") and "id" in children else guid,
        link=link_of(item, children, guid, base),
        title=text_of(_first(children, _TITLES)),
        summary=summary,
        content=content,
        published=_date(children, _PUBLISHED, context),
        updated=_date(children, _UPDATED, context) or _attribute_date(item, context),
        language=item.get(_LANG) or context.language,
    )


def _children_of(item: etree._Element) -> Children:
    """The item's children by name, in document order; those of media:group count as its own."""
    children: Children = {}
    for child in item:
        key = key_of(child.tag)
        if key in children:
            children[key].append(child)
        else:
            children[key] = [child]
        if key in _GROUPS:
            for inner in child:
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
    if content is None and "description" in children and "summary" in children:
        both = (children["description"][0], children["summary"][0])
        summary, content = sorted(both, key=lambda one: len(list(one.itersiblings(preceding=True))))
    body = text_of(content, lines=True)
    is_body = content is not None and key_of(content.tag) in _BODIES
    return text_of(summary, lines=True) or (body if is_body else ""), body


def _content(children: Children) -> etree._Element | None:
    """content:encoded, then Atom's content (of several, the longest that is text), then an XHTML body."""
    for key in _CONTENTS:
        filled = [one for one in children.get(key, ()) if len(one) or (one.text or "").strip()]
        if len(filled) == 1:
            return filled[0]
        if filled:
            return max(filled, key=lambda one: sum(map(len, one.itertext())) if is_textual(one) else 0)
    return None


def _guid(children: Children, item: etree._Element) -> str:
    """guid or id, then rdf:about, then dc:identifier."""
    element = _first(children, ("guid", "id"))
    if element is None and not (item.get(ABOUT) or "").strip():
        element = _first(children, ("dc:identifier",))
    text = element_text(element) if element is not None else item.get(ABOUT) or ""
    return " ".join(text.split())


def _date(children: Children, keys: tuple[str, ...], context: Context) -> datetime | None:
    for key in keys:
        for element in reversed(children.get(key, ())):
            if found := parse_date(element_text(element), context.zone, context.language):
                return found
    return None


def _attribute_date(item: etree._Element, context: Context) -> datetime | None:
    """CDF keeps it in an attribute."""
    written = item.get("LASTMOD") or item.get("lastmod")
    return parse_date(written, context.zone) if written else None
