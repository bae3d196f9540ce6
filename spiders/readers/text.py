"""plain gives a feed's or page's text as text: no tags, entities decoded, one space between words.

Only real elements of HTML, SVG and MathML count as tags, so "2 < 3", "<someone@example.org>" and
"List<String>" stay as they were written. Nothing here makes markup safe: the result is not markup.
Every pattern is linear in its input.
"""

import html
import re

_BLOCK_NAMES = (
    "address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table "
    "tbody td tfoot th thead tr ul"
)
_INLINE_NAMES = (
    "a abbr acronym applet area audio b base basefont bdi bdo bgsound big blink body button canvas circle "
    "cite code col colgroup data datalist defs del desc dfn em embed font frame frameset g head html i "
    "iframe img input ins kbd label legend line link map mark marquee math mi mn mo mrow msub msup "
    "meta meter nobr noframes noscript object optgroup option output param path "
    "picture polygon progress q rect rp rt ruby s samp script select slot small source span "
    "strike strong style sub sup svg template textarea time title track tt u use var video wbr"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
_INSTEAD = dict.fromkeys(_INLINE_NAMES.split(), "") | dict.fromkeys(BLOCKS, "\n")
_TAG = re.compile(r"(</?([A-Za-z][A-Za-z0-9:-]*)(?:[\s/][^<>]*)?>|<[!?][A-Za-z][^<>]*>)")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)(?:\s[^<>]*)?>.*?(?:</\1\s*>|\Z)", re.I | re.S)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.S)
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]{1,31});")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\u2060\u00ad]")


def plain(markup: str) -> str:
    """One line of plain text, for titles. Double-encoded entities are decoded too."""
    text = markup.strip()
    # No printable character is white space but the space itself: most titles are ready as they are.
    if "<" not in text and "&" not in text and "  " not in text and text.isprintable():
        return text
    text = " ".join((_stripped(text) if "<" in text or "&" in text else text).split())
    return text if text.isprintable() else _visible(text)


def plain_lines(markup: str) -> str:
    """Plain text with a line for each block, for summaries and contents."""
    if "<" not in markup and "&" not in markup and "\n" not in markup:
        return plain(markup) if markup else markup
    if "<" in markup or "&" in markup:
        markup = _stripped(markup)
    if markup.replace("\n", "").isprintable():  # so the space is all the white space there is
        while "  " in markup:
            markup = markup.replace("  ", " ")
        return "\n".join(filter(None, map(str.strip, markup.split("\n"))))
    text = "\n".join(filter(None, [" ".join(line.split()) for line in markup.split("\n")]))
    return text if text.replace("\n", "").isprintable() else _visible(text)


def _visible(text: str) -> str:
    """Without invisible characters; C1 controls are bytes of windows-1252 or UTF-8 in disguise."""
    text = _INVISIBLE.sub("", text)
    if not _C1.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return _C1.sub(lambda found: bytes([ord(found[0])]).decode("cp1252", "ignore"), text)


def _stripped(markup: str) -> str:
    """Without tags and with entities decoded.

    A second layer of escaping is undone too: its entities always, its tags only where they come in
    pairs, so that a text about "the <blink> tag" keeps its words.
    """
    had_tags = "<" in markup
    if had_tags:
        without = _without_tags(markup)
        had_tags, markup = without != markup, without
    text = html.unescape(markup)
    if not had_tags and "</" in text:
        text = _without_tags(text)
    return html.unescape(text) if "&" in text and _ENTITY.search(text) else text


def _without_tags(markup: str) -> str:
    if "<![" in markup:
        markup = _CDATA.sub(r"\1", markup)
    if "<!--" in markup or "<s" in markup or "<S" in markup:
        markup = _HIDDEN.sub(" ", markup)
    texts = _TAG.split(markup)  # text, tag, its name, text, tag, its name, text …
    if len(texts) == 1:
        return markup
    names = texts[2::3]
    texts[1::3] = [
        _INSTEAD[name] if name in _INSTEAD else _instead_of_tag(tag, name)
        for tag, name in zip(texts[1::3], names, strict=True)
    ]
    del texts[2::3]
    return "".join(texts)


def _instead_of_tag(tag: str, name: str | None) -> str:
    """For a tag in an unusual spelling, of another vocabulary ("o:p"), or no tag at all ("List<String>")."""
    name = (name or "!").lower()
    return _INSTEAD.get(name, "" if ":" in name or name == "!" else tag)
