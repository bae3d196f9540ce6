"""An item's link among all that a feed may call one, and what relative links mean."""

from itertools import chain, islice
from urllib.parse import urljoin

from lxml import etree

from spiders.readers.vocabulary import XML, Children

ABSOLUTE = ("http://", "https://")
_BASE = f"{{{XML}}}base"
_DEEPEST_BASE = 20  # how far up xml:base is looked for: feeds are five deep
_NEVER = 9


def resolve(base: str, link: str) -> str:
    """The absolute form of a link; the link itself where it cannot be resolved."""
    link = link.strip()
    if "\n" in link or "\r" in link:
        link = "".join(part.strip() for part in link.splitlines())
    if not link or not base or link.startswith(ABSOLUTE):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def base_of(element: etree._Element, site: str) -> str:
    """xml:base of the element and of all that contain it, each relative to the one outside it."""
    near = islice(chain((element,), element.iterancestors()), _DEEPEST_BASE)
    bases = [own for one in near if (own := one.get(_BASE))]
    for own in reversed(bases):
        site = resolve(site, own)
    return site


def link_of(item: etree._Element, children: Children, guid: str, base: str) -> str:
    """Where the item's page is, absolute; empty where it names none.

    feedburner:origLink, then <link> and rel="alternate" (HTML first), then other relations, an href of
    the item (CDF), a guid that is a permanent link. Never self, enclosures and the like.
    """
    for original in children.get("feedburner:origLink", ()):
        if original.text and original.text.strip():
            return resolve(base, original.text)
    links = children.get("link", [])
    if len(links) > 1:
        links = sorted(links, key=_rank)
    for element in links:
        target = (element.get("href") or element.text or "").strip() or _behind(element)
        if target and _rank(element) < _NEVER:
            own = element.get(_BASE)
            return resolve(resolve(base, own) if own else base, target)
    return resolve(base, item.get("href") or item.get("HREF") or "") or _from_guid(children, guid, base)


def _behind(element: etree._Element) -> str:
    """The address behind an empty <link/>, as HTML serialisers leave RSS."""
    tail = (element.tail or "").strip()
    return tail if tail.startswith(ABSOLUTE) and len(element) == 0 else ""


def _rank(element: etree._Element) -> int:
    if element.get("href") is None:
        return 0
    relation = element.get("rel", "alternate").strip().lower().rpartition("/")[2]
    if relation == "alternate":
        return 1 if element.get("type", "text/html") in ("text/html", "application/xhtml+xml") else 2
    return 3 if "://" in element.get("rel", "") and relation not in ("enclosure", "self") else _NEVER


def _from_guid(children: Children, guid: str, base: str) -> str:
    guids = children.get("guid", [])
    permanent = not guids or (guids[0].get("isPermaLink") or "true").strip().lower() != "false"
    if permanent and guid.startswith(ABSOLUTE):
        return guid
    return resolve(base, guid) if guids and permanent and guid.startswith("/") else ""
