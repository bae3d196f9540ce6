"""text_of gives the plain text of a feed's element, whatever way the text is wrapped.

Escaped HTML, CDATA, inline XHTML, Atom's text, html and xhtml, Atom 0.3's modes, base64.
"""

import base64
import binascii

from lxml import etree

from spiders.readers.text import BLOCKS, plain, plain_lines

_HIDDEN = frozenset({"script", "style"})


def text_of(element: etree._Element | None, *, lines: bool = False) -> str:
    """Plain text; with `lines`, one line for each block. Empty for None."""
    if element is None:
        return ""
    clean = plain_lines if lines else plain
    mode, kind = element.get("mode", "").lower(), element.get("type", "").lower()
    if len(element):
        text = tree_text(element)
        return "\n".join(text.split("\n")) if lines else " ".join(text.split())
    text = element.text or ""
    if mode == "base64" or (not mode and _is_binary(kind)):
        text = _from_base64(text)
    return clean(text)


def element_text(element: etree._Element) -> str:
    """The text as it stands, with that of elements inside; for ids and dates."""
    if len(element) == 0:
        return element.text or ""
    return "".join(str(part) for part in element.itertext())


def is_textual(element: etree._Element) -> bool:
    """Whether an Atom content is meant to be read and not, say, a film."""
    kind = element.get("type", "text").lower()
    return kind in ("text", "html", "xhtml") or kind.startswith("text/") or kind.endswith("xml")


def tree_text(element: etree._Element) -> str:
    """All text below an element, one line for each block; scripts and styles left out."""
    parts: list[str] = []
    hidden = 0
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            parts.append(node.tail or "")
            continue
        name = node.tag.rpartition("}")[2].lower()
        if event == "start":
            hidden += name in _HIDDEN
            parts.append("\n" if name in BLOCKS else "")
            parts.append("" if hidden else node.text or "")
        else:
            hidden -= name in _HIDDEN
            parts.append("\n" if name in BLOCKS else "")
            parts.append("" if hidden or node is element else node.tail or "")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _is_binary(kind: str) -> bool:
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "html"))


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text
