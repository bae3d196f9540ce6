"""What is wrong with a page's HTML, for the checks that need no browser."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import html

FIELDS = "//input[not(@type='hidden')] | //select | //textarea"


def faults(body: str) -> list[str]:
    """One line for each fault: the rules of WCAG 2.2 that can be seen in the markup alone."""
    tree = html.document_fromstring(body)
    return [*_landmarks(tree), *_headings(tree), *_names(tree), *_tables(tree), *_inline(tree)]


def _landmarks(tree: Any) -> Iterator[str]:
    for tag in ("main", "h1", "header", "footer", "title"):
        if (number := len(tree.xpath(f"//body//{tag}" if tag != "title" else "//head/title"))) != 1:
            yield f"{number} times <{tag}>"
    if not tree.get("lang"):
        yield "the page has no language"
    for value, number in Counter(tree.xpath("//@id")).items():
        if number > 1:
            yield f"id {value!r} stands {number} times"
    known = set(tree.xpath("//@id"))
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        for value in tree.xpath(f"//@{attribute}"):
            yield from (f"{attribute} names no element: {one!r}" for one in value.split() if one not in known)


def _headings(tree: Any) -> Iterator[str]:
    level = 0
    for heading in tree.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]"):
        here = int(heading.tag[1])
        if here > level + 1:
            yield f"<{heading.tag}> follows a heading of level {level}: {heading.text_content()!r}"
        if not heading.text_content().strip():
            yield f"an empty <{heading.tag}>"
        level = here


def _names(tree: Any) -> Iterator[str]:
    labelled = set(tree.xpath("//label/@for"))
    for field in tree.xpath(FIELDS):
        if field.get("id") not in labelled:
            yield f"no label for {field.get('name')!r}"
    for one in tree.xpath("//a | //button"):
        if not (one.get("aria-label") or one.text_content().strip()):
            yield f"a <{one.tag}> without a name"
    for svg in tree.xpath("//svg[not(@aria-hidden)]"):
        if not svg.xpath("./title") or not svg.xpath("./desc"):
            yield "an <svg> without title or description"


def _tables(tree: Any) -> Iterator[str]:
    for table in tree.xpath("//table"):
        if not table.xpath(".//thead//th"):
            yield "a table without headers"
        yield from (
            "a header without a scope" for cell in table.xpath(".//th[not(@scope)]") if cell is not None
        )
        columns = len(table.xpath(".//thead//th"))
        for row in table.xpath(".//tbody/tr"):
            if sum(int(cell.get("colspan", 1)) for cell in row) != columns:
                yield f"a row of {len(row)} cells under {columns} headers"


def _inline(tree: Any) -> Iterator[str]:
    """What our Content-Security-Policy forbids, and whatever is loaded from elsewhere."""
    for element in tree.iter():
        for name, value in element.attrib.items():
            if name.startswith("on") or name == "style":
                yield f"<{element.tag} {name}=…> is code or style in the page"
            if name in ("src", "action") and not value.startswith("/"):
                yield f"<{element.tag}> goes to {value}"
            if name == "href" and element.tag == "link" and not value.startswith("/assets/"):
                yield f"<link> loads {value}"
            if name == "href" and not re.match(r"(/|#|https?://)", value):
                yield f"a link to {value!r}"
    if tree.xpath("//style") or tree.xpath("//script[not(@src)]"):
        yield "a style or script in the page"
