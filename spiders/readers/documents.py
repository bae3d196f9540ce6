"""documents_of gives the PDFs that an article page links from its text; often it only announces them."""

from urllib.parse import urlsplit

import lxml.html
from lxml import etree

from spiders.items import Document
from spiders.readers.links import resolve
from spiders.readers.markup import base_of
from spiders.urls import canonical_url

_MOST = 3
# Where a page names a document: as a link, or shown within it.
_LINKED = {"a": "href", "iframe": "src", "embed": "src", "object": "data"}
# Reports, forms and price lists that every page of a site links.
_AROUND = frozenset({"nav", "header", "footer", "aside", "form"})


def documents_of(tree: lxml.html.HtmlElement, url: str) -> tuple[Document, ...]:
    """At most three, in the order of the page, each once; of the page's own site or a part of it."""
    base, site = base_of(tree, url), _host(url)
    found: dict[str, Document] = {}
    for link in tree.iter(*_LINKED):
        address = resolve(base, link.get(_LINKED[link.tag]) or "").partition("#")[0]
        if not _is_pdf(address, link.get("type") or "") or not _is_of(_host(address), site):
            continue
        if any(one.tag in _AROUND and not _is_in_article(one) for one in link.iterancestors()):
            continue
        name = " ".join(link.text_content().split())[:200]
        found.setdefault(canonical_url(address), Document(url=address, name=name))
        if len(found) == _MOST:
            break
    return tuple(found.values())


def _is_pdf(address: str, kind: str) -> bool:
    if not address.startswith(("http://", "https://")):
        return False
    path = address.partition("?")[0]  # a broken address, "http://[", has no parts to be split into
    return kind.lower().startswith("application/pdf") or path.lower().endswith(".pdf")


def _is_of(host: str, site: str) -> bool:
    return bool(host) and (host == site or host.endswith(f".{site}") or site.endswith(f".{host}"))


def _is_in_article(element: etree._Element) -> bool:
    """An article has a header and footer of its own, which may hold its attachments."""
    return element.tag in ("header", "footer", "aside") and any(
        one.tag == "article" for one in element.iterancestors()
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
