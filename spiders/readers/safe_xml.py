"""The XML of feeds, made safe and parsed: no DTD, no entity, no network, whatever the document says."""

import html
import re
import threading

from lxml import etree

_SKIPPABLE = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.S | re.I)
_ROOT = re.compile(
    rb"<\??(?:xml\s|(?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)[\s>/])", re.I
)
_PLAIN_HEAD = re.compile(
    rb"\s*(?:<\?xml\s+version=[\"']1\.0[\"'](?:\s+encoding=[\"']utf-?8[\"'])?(?:\s+standalone=[\"']\w+[\"'])?\s*\?>\s*)?"
    rb"(?:<\?xml-stylesheet\s[^<>]*\?>\s*)*(?=<(?:rss|feed|rdf:RDF)[\s>])",
    re.I,
)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*\[.*?\]\s*>", re.S | re.I)
_ENTITY = re.compile(rb"<!ENTITY\s+([A-Za-z][\w.-]{0,40})\s+[\"']([^\"'&%<]{0,100})[\"']\s*>")
_MOST_REFERENCES = 10_000
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_CDATA = re.compile(rb"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.S)
_AMPERSAND = re.compile(rb"&(#[0-9]+;|#[xX][0-9a-fA-F]+;|[A-Za-z][A-Za-z0-9]*;)?")
_XML_ENTITIES = frozenset({b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"})
_NAMED = re.compile(rb"&(?:amp|lt|gt|quot|apos);")
_BARE_LESS = re.compile(rb"<(?![A-Za-z_/!?])")
_PARSERS = threading.local()
_SPACE = re.compile(rb"\s*")
_LONGEST_DECLARATION = 1_000
_JUNK_LIMIT = 65_536  # bytes before a document in which its beginning is looked for


def with_own_entities(body: bytes) -> bytes:
    """With the document's own plain entities written out: short texts without references; nothing nests."""
    doctype = _DOCTYPE.search(body, 0, _JUNK_LIMIT)
    own = dict(_ENTITY.findall(doctype[0])) if doctype else {}
    if not own or sum(body.count(b"&%s;" % name) for name in own) > _MOST_REFERENCES:
        return body
    return re.sub(rb"&([A-Za-z][\w.-]*);", lambda found: own.get(found[1], found[0]), body)


def root_of(body: bytes) -> bytes:
    """The document from its root element on: no declaration, comment, DTD, white space or junk before it.

    Without a DTD there is no entity to expand and nothing external to load. Empty where nothing in it
    begins like an element.
    """
    at = 0
    while True:
        while match := _SKIPPABLE.match(body, at):
            at = match.end()
        at = _SPACE.match(body, at).end()  # type: ignore[union-attr]
        if body[at : at + 1] == b"<" and body[at + 1 : at + 2] not in (b"!", b"?"):
            return body[at:] if at else body
        begins = _begins(body, at)
        if begins is None:
            return b""
        at = begins


def _begins(body: bytes, at: int) -> int | None:
    """Where a document may begin behind junk; a declaration that does not end is junk, too."""
    for found in _ROOT.finditer(body, at, at + _JUNK_LIMIT):
        start = found.start()
        if found[0][1:2] != b"?" or body.find(b"?>", start, start + _LONGEST_DECLARATION) > 0:
            return start
    return None


def plain_root_of(body: bytes) -> bytes:
    """The same for a document in UTF-8, by its own word or none, with nothing else before its root.

    Whether it is in UTF-8 the strict parser tells. Empty for any other document.
    """
    head = _PLAIN_HEAD.match(body)
    return body[head.end() :] if head else b""


def without_controls(body: bytes) -> bytes:
    """Without the control characters that XML forbids; the same object when there are none."""
    cleaned = body.translate(None, _CONTROLS)
    return body if len(cleaned) == len(body) else cleaned


def parse_strict(body: bytes) -> etree._Element | None:
    """The tree of a well-formed document; None where it is not well-formed."""
    try:
        return etree.fromstring(body, _parser(recover=False))
    except etree.XMLSyntaxError:
        return None


def parse_recovering(body: bytes) -> etree._Element | None:
    """As much of a tree as can be saved; None where nothing can."""
    try:
        root = etree.fromstring(_numbered(body), _parser(recover=True))
    except etree.XMLSyntaxError:
        return None
    return root if isinstance(root, etree._Element) else None


def _numbered(body: bytes) -> bytes:
    """With references by number for those by name, which libxml2 drops behind the first error."""
    if b"&" not in body:
        return body
    parts = _CDATA.split(body)
    return b"".join(part if at % 2 else _NAMED.sub(_number, part) for at, part in enumerate(parts))


def _number(match: re.Match[bytes]) -> bytes:
    return b"&#%d;" % ord(html.unescape(match[0].decode()))


def repaired(body: bytes) -> bytes:
    """With what people get wrong put right: bare ampersands, HTML's entities, a lone "<"."""
    parts = _CDATA.split(body)
    return b"".join(part if at % 2 else _repaired_markup(part) for at, part in enumerate(parts))


def _repaired_markup(part: bytes) -> bytes:
    return _BARE_LESS.sub(b"&lt;", _AMPERSAND.sub(_reference, part))


def _reference(match: re.Match[bytes]) -> bytes:
    name = match[1]
    if name is None:
        return b"&amp;"
    if name in _XML_ENTITIES:
        return match[0]
    if name.startswith(b"#"):
        return match[0].lower() if _is_character(name) else b""  # XML knows no &#X41;
    meaning = html.unescape(match[0].decode())
    return (
        b"&amp;" + name
        if meaning == match[0].decode()
        else meaning.encode().replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    )


def _is_character(reference: bytes) -> bool:
    digits = reference[1:-1].decode()
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits[:9])
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def _parser(*, recover: bool) -> etree.XMLParser:
    """This thread's parser: making one costs as much as parsing a short feed."""
    name = "recovering" if recover else "strict"
    parser: etree.XMLParser | None = getattr(_PARSERS, name, None)
    if parser is None:
        parser = etree.XMLParser(
            encoding="utf-8",
            recover=recover,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            dtd_validation=False,
            huge_tree=True,
            collect_ids=False,
        )
        setattr(_PARSERS, name, parser)
    return parser
