"""key_of gives an element's name in one vocabulary, whatever prefix or version of a format it wears.

Core elements of RSS, RDF and Atom have bare names ("item", "pubDate"); elements of modules have the
usual prefix ("dc:date", "content:encoded"); anything else is "?".
"""

import re
from functools import lru_cache

from lxml import etree

Children = dict[str, list[etree._Element]]  # an item's children by name, in document order
ATOM = "http://www.w3.org/2005/Atom"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ABOUT = f"{{{RDF}}}about"

# Namespaces of the core formats, as their specifications and the wild spell them.
_RSS = (
    "http://purl.org/rss/1.0/", "http://purl.org/net/rss1.1#", "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/", "http://backend.userland.com/rss",
    "http://backend.userland.com/rss2", "http://backend.userland.com/rss092", "http://my.netscape.com/publish/formats/rss-0.91.dtd",
    "http://blogs.law.harvard.edu/tech/rss", "http://cyber.law.harvard.edu/rss/rss.html",
    RDF,
)  # fmt: skip
_ATOM = (ATOM, "http://purl.org/atom/ns#", "https://www.w3.org/2005/Atom", "http://purl.org/atom/app#")
_MODULES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/dcterms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "https://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://purl.org/rss/1.0/modules/prism/": "prism",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism",
    "http://web.resource.org/cc/": "cc",
    "http://backend.userland.com/creativeCommonsRssModule": "cc",
    "http://www.georss.org/georss": "georss",
    "http://www.opengis.net/gml": "gml",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://purl.org/rss/1.0/modules/taxonomy/": "taxo",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://webns.net/mvcb/": "admin",
    "http://purl.org/net/rss1.1/payload#": "payload",
    XHTML: "xhtml",
    XML: "xml",
}
_CORE = frozenset({*_RSS, *_ATOM})
# Spellings that differ only in case ("pubdate", "TITLE" of CDF): the proper one for each.
_PROPER = {
    name.lower(): name
    for name in (
        *(
            "rss",
            "rdf",
            "feed",
            "channel",
            "item",
            "entry",
            "title",
            "link",
            "guid",
            "id",
            "description",
            "summary",
        ),
        *("abstract", "content", "pubDate", "published", "updated", "issued", "modified", "created", "date"),
        *(
            "lastBuildDate",
            "origLink",
            "ttl",
            "language",
            "updatePeriod",
            "updateFrequency",
            "encoded",
            "body",
        ),
    )
}
_OWN_NAMESPACE = re.compile(rb"<(feed|rss|channel)\s[^<>]*?(\bxmlns\s*=\s*[\"']([^\"'<>]*)[\"'])")
_PREFIXES = frozenset(_MODULES.values()) | {"atom", "rss"}


@lru_cache(maxsize=4096)
def key_of(tag: object) -> str:
    """The one name for an lxml tag such as "{http://purl.org/dc/elements/1.1/}date"; "!" for comments."""
    if not isinstance(tag, str):
        return "!"
    namespace, _, local = tag[1:].rpartition("}") if tag[:1] == "{" else ("", "", tag)
    if not namespace and ":" in local:  # an undeclared prefix, as the recovering parser leaves it
        prefix, _, local = local.partition(":")
        prefix = prefix.lower()
        namespace = prefix if prefix in _PREFIXES else "?"
        return _proper(local) if namespace in ("atom", "rss", "rdf") else f"{namespace}:{_proper(local)}"
    if not namespace or namespace in _CORE or namespace.rstrip("/#") in _CORE:
        return _proper(local)
    module = (
        _MODULES.get(namespace)
        or _MODULES.get(namespace.rstrip("/") + "/")
        or _MODULES.get(namespace.lower())
    )
    return f"{module}:{_proper(local)}" if module else f"?:{local}"


def in_core_namespace(markup: bytes) -> bytes:
    """The same document; a root like <feed xmlns="http://example.com/new#"> loses a namespace of its own."""
    found = _OWN_NAMESPACE.match(markup, 0, 2_000)
    if not found:
        return markup
    tag = f"{{{found[3].decode('utf-8', 'replace')}}}{found[1].decode()}"
    if not key_of(tag).startswith("?:"):
        return markup
    return markup[: found.start(2)] + markup[found.end(2) :]


def _proper(local: str) -> str:
    return _PROPER.get(local.lower(), local)
