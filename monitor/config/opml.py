"""OPML, the list of feeds that every reader can write and read (http://opml.org/spec2.opml)."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from monitor.config.sources import SourceSettings

# How some readers mark feeds: a scheme of their own, alone or before the true one.
_FEED_SCHEME = re.compile(r"\Afeed:(?://)?(https?:(?=//))?", re.I)


class OpmlError(ValueError):
    """The text is no OPML."""


def sources_in(body: bytes, *, tier: str = "press", taken: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
    """An entry for `sources` for each feed in the list, with an id that none of `taken` has.

    Raises OpmlError. Entities and foreign documents are never resolved.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise OpmlError(f"not XML: {error.msg}") from None
    if root.tag != "opml":
        raise OpmlError(f"not OPML but <{root.tag}>")
    ids = set(taken)
    for outline in root.iter("outline"):
        url = _FEED_SCHEME.sub(_as_http, (outline.get("xmlUrl") or "").strip())
        if url:
            host = _host(url)
            title = (outline.get("title") or outline.get("text") or "").strip() or host or url
            source_id = free_id(title, url, ids)
            ids.add(source_id)
            yield {"id": source_id, "publisher": title, "tier": tier, "url": url}


def slug(text: str) -> str:
    """Small ASCII letters, digits and dashes of a title: "The Kyiv Post" is the-kyiv-post."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48]


def free_id(title: str, url: str, taken: Collection[str]) -> str:
    """An id for a source: its title's slug, its host's where that says nothing in ASCII; with a number where
    it is taken."""
    wished = slug(title) or slug(_host(url)) or "source"
    name, number = wished, 1
    while name in taken:
        number += 1
        name = f"{wished}-{number}"
    return name


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.removeprefix("www.")
    except ValueError:
        return ""


def _as_http(found: re.Match[str]) -> str:
    """feed://host/ is http://host/, and feed:https://host/ what stands behind the colon."""
    return found[1] or "http://"


def opml_of(sources: Iterable[SourceSettings]) -> str:
    """The feeds among these sources as OPML 2.0."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "PactWatch"
    body = etree.SubElement(root, "body")
    for source in sources:
        if source.kind == "feed":
            etree.SubElement(
                body, "outline", type="rss", text=source.publisher, title=source.publisher, xmlUrl=source.url
            )
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text.decode("utf-8")
