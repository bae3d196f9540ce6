"""HTML parsed once, and CSS selectors looked up in it the way config writes them.

A selector is CSS with two endings of Scrapy's: `a::attr(href)` takes an attribute, `p::text` the
element's own text. Without an ending the whole text of the element is taken, one line for each block.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import lxml.html
from lxml import etree

from spiders.readers.charset import as_utf8
from spiders.readers.element_text import tree_text
from spiders.readers.failures import MalformedError, TooCostlyError
from spiders.readers.links import resolve

_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{10000,}")
_MOST_ATTRIBUTES = 1_000


class SelectorError(ValueError):
    """A selector of the config that is no CSS."""


def parse_html(body: bytes, content_type: str | None) -> lxml.html.HtmlElement:
    """The page's tree, whatever its encoding.

    Raises MalformedError where there is no element at all, TooCostlyError for a tag with thousands of
    attributes (extractors take a minute for a hundred thousand; a long data: address is no harm).
    """
    if any(tag[0].count(b"=") > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(body)):
        raise TooCostlyError("a tag with thousands of attributes")
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(as_utf8(body, content_type), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise MalformedError(f"no HTML: {error}") from error
    return tree


def base_of(tree: lxml.html.HtmlElement, url: str) -> str:
    """What relative links mean: <base href>, else the final address of the page."""
    return next((resolve(url, base) for base in tree.xpath("//base/@href")), url)


def select(element: lxml.html.HtmlElement, selector: str) -> list[lxml.html.HtmlElement]:
    """The elements that match, in document order; the element itself may be among them."""
    return [one for one in _matches(element, selector) if isinstance(one, etree._Element)]


def texts(element: lxml.html.HtmlElement, selector: str | None) -> Iterator[str]:
    """The text, or the attribute asked for, of every match that has any."""
    for match in _matches(element, selector) if selector else ():
        text = " ".join(str(match).split()) if not isinstance(match, etree._Element) else tree_text(match)
        if text:
            yield text


def text(element: lxml.html.HtmlElement, selector: str | None) -> str:
    """The first such text; empty where nothing matches."""
    return next(texts(element, selector), "")


def _matches(element: lxml.html.HtmlElement, selector: str) -> list[object]:
    found = _compiled(selector)(element)
    return list(found) if isinstance(found, list) else [found]


@lru_cache(maxsize=512)
def _compiled(selector: str) -> etree.XPath:
    from cssselect import SelectorError as CssError
    from parsel import css2xpath

    try:
        return etree.XPath(css2xpath(selector))
    except (CssError, etree.XPathError) as error:
        raise SelectorError(f"{selector!r} is no CSS selector: {error}") from error
