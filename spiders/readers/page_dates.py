"""published_of gives when a page was published: structured data, meta tags, visible time, htmldate."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import lxml.html

from spiders.readers.dates import parse_date
from spiders.readers.markup import texts

_METAS = (
    "meta[property='article:published_time']::attr(content)",
    "meta[name='article:published_time']::attr(content)",
    "meta[itemprop=datePublished]::attr(content)",
    "meta[name='dcterms.date']::attr(content)",
    "meta[name='dcterms.issued']::attr(content)",
    "meta[name='DC.date.issued']::attr(content)",
    "meta[name='DC.Date']::attr(content)",
    "meta[name=pubdate]::attr(content)",
    "meta[name=publish-date]::attr(content)",
    "meta[name=date]::attr(content)",
    "[itemprop=datePublished]::attr(datetime)",
    "article time[datetime]::attr(datetime)",
    "main time[datetime]::attr(datetime)",
    "time[pubdate]::attr(datetime)",
)
_LD_TYPES = re.compile(r"article|posting|report|webpage", re.I)
_DEEPEST = 6


def published_of(tree: lxml.html.HtmlElement, zone: str, language: str | None, url: str) -> datetime | None:
    """Aware UTC. From htmldate only the day is known: midnight of the source's zone."""
    for written in (*_from_linked_data(tree), *(found for one in _METAS for found in texts(tree, one))):
        if moment := parse_date(written, zone, language):
            return moment
    return _by_htmldate(tree, zone, url)


def _from_linked_data(tree: lxml.html.HtmlElement) -> Iterator[str]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            document = json.loads(script.text_content() or "", strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _dates_in(document, _DEEPEST)


def _dates_in(value: Any, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(value, list):
        for one in value:
            yield from _dates_in(one, depth - 1)
    elif isinstance(value, dict):
        if _LD_TYPES.search(str(value.get("@type", ""))) and isinstance(value.get("datePublished"), str):
            yield value["datePublished"]
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _dates_in(value.get(name), depth - 1)


def _by_htmldate(tree: lxml.html.HtmlElement, zone: str, url: str) -> datetime | None:
    from htmldate import find_date  # loads slowly; needed only when a page hides its date

    found = find_date(tree, original_date=True, extensive_search=False, url=url)
    return parse_date(found, zone) if found else None
