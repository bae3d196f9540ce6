"""as_utf8 gives a document's bytes in UTF-8, whatever encoding it came in and whatever it claims.

Order: byte-order mark, then valid UTF-8 (legacy text practically never is), the XML prolog or HTML
meta, the HTTP header, detection. A claim that does not decode is a claim that is wrong.
"""

import codecs
import re
from email.message import Message

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),  # "<?xm" in EBCDIC
)
_XML_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?\?>")
_PROLOG = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]+)", re.I)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.I)
_MARKUP = re.compile(rb"<[^<>]*>|[\x00-\x20]+")

# What a label really means on the web: the superset is tried when the narrow one fails
# (WHATWG Encoding Standard, section 4.2). A narrow one that decodes is exact.
_FAMILIES = (
    ("shift_jis", "cp932"),
    ("gb2312", "gbk", "gb18030"),
    ("euc_kr", "cp949"),
    ("big5", "big5hkscs", "cp950"),
    ("tis_620", "cp874"),
    ("euc_jp", "euc_jis_2004"),
)
_ALIASES = {
    "windows-31j": "cp932", "x-sjis": "shift_jis", "ms_kanji": "cp932", "x-euc-jp": "euc_jp",
    "x-gbk": "gbk", "x-big5": "big5", "ks_c_5601-1987": "euc_kr", "windows-949": "cp949",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
    "windows-874": "cp874", "unicode-1-1-utf-8": "utf-8", "x-cp1251": "cp1251", "x-cp1252": "cp1252",
}  # fmt: skip
_NO_TEXT = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "mbcs", "oem"})
_LATIN = frozenset({"iso8859-1", "ascii"})
_BY_ESCAPES = frozenset({"iso2022_jp", "iso2022_kr", "hz", "utf-7"})  # ASCII bytes that are not ASCII text
_DOUBLED = re.compile(rb"\xc3(?:[\x83\x90\x91]\xc2|\xa2\xc2\x80|\xa2\xe2\x82\xac)")
_STRAY = re.compile("[\udc80-\udcff]")
_C1 = re.compile("[\x80-\x9f]")
_KAZAKH = frozenset({"kz1048", "ptcp154"})
_DETECT_BYTES = 200_000
_PIECE = 65_536


def as_utf8(body: bytes, content_type: str | None = None) -> bytes:
    """The document in UTF-8, without byte-order mark; unchanged when it already was.

    An XML declaration that names another encoding is taken away. Bytes that no encoding explains
    become U+FFFD. Never raises.
    """
    if body.isascii() and not _escaped(body) and b"\x00" not in body[:4]:
        return _undeclared(body) if _PROLOG.match(body, 0, 500) else body
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _recoded(body[len(mark) :], encoding)
    for start, encoding in _UNMARKED:
        if body.lstrip(b" \t\r\n").startswith(start):
            return _recoded(body.lstrip(b" \t\r\n"), _ebcdic(body) if encoding == "cp037" else encoding)
    if b"\x00" in body[:100] and (wide := _wide(body)):
        return _recoded(body, wide)
    if not body.isascii() and _is_utf8(body):
        return _undoubled(_undeclared(body))
    return _undeclared(_legacy(body, content_type).encode("utf-8", "replace"))


def is_plainly_utf8(body: bytes) -> bool:
    """Whether as_utf8 leaves a body alone that begins like markup, is UTF-8 and declares nothing else."""
    hidden = b"~" in body and b"~{" in body  # text by escapes, in ASCII bytes
    return not hidden and not (b"\xc3" in body and _DOUBLED.search(body))


def as_text(body: bytes, content_type: str | None = None) -> str:
    """The same as text."""
    return as_utf8(body, content_type).decode("utf-8", "replace")


def _escaped(body: bytes) -> bool:
    tilde = b"~" in body and b"~{" in body  # one byte is looked for ten times as fast as two
    return tilde or b"\x1b" in body or b"utf-7" in body[:200].lower()


def _legacy(body: bytes, content_type: str | None) -> str:
    claims = [_codec(claim) for claim in (_in_document(body), _in_header(content_type))]
    if _escaped(body):
        claims = [claim for claim in claims if claim in _BY_ESCAPES]
    if "utf-8" in claims and (text := _mostly_utf8(body)) is not None:
        return text
    for claim in claims:
        if (
            claim
            and claim != "utf-8"
            and (text := _by_family(body, claim)) is not None
            and _is_plausible(text)
        ):
            return text
    import chardet  # slow to load, and most bodies are UTF-8

    head = body[:_DETECT_BYTES]
    for part in (head, _MARKUP.sub(b" ", head)):
        found = _codec(chardet.detect(part)["encoding"] or "")
        if found and found != "ascii" and (text := _by_family(body, found)) is not None:
            return text if found not in _KAZAKH or _is_kazakh(text) else _by_family(body, "cp1251") or text
    return body.decode("utf-8", "replace")


def _is_kazakh(text: str) -> bool:
    """Whether it is what its code page is for. In bytes that is windows-1251 but for a few letters, and one
    in eight short texts of Ukrainian was taken for it, with Ғ or Ә for Є. Қ stands there for Macedonian Ќ,
    a language without Ы."""
    return "қ" in text and "ы" in text


def _in_document(body: bytes) -> str:
    found = _PROLOG.match(body, 0, 1000) or _META.search(body, 0, 4000)
    return found[1].decode("ascii") if found else ""


def _in_header(content_type: str | None) -> str:
    if not content_type:
        return ""
    header = Message()
    header["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    return header.get_content_charset("") or ""


def _codec(name: str) -> str | None:
    """The codec's own name, or None for what is no text encoding of ours."""
    name = name.strip().lower()
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    if codec in _NO_TEXT or not _decodes(b"", codec):
        return None
    return "cp1252" if codec in _LATIN else codec


def _by_family(body: bytes, codec: str) -> str | None:
    """Decoded exactly by the codec or the narrowest of its family that fits; None where none does."""
    family = next((family for family in _FAMILIES if codec in family), (codec,))
    for member in family:
        try:
            return body.decode(member)
        except UnicodeDecodeError:
            continue
    if codec == "cp1252":  # five bytes are undefined there and defined nowhere
        return body.decode("latin-1") if len(re.findall(rb"[\x81\x8d\x8f\x90\x9d]", body)) < 4 else None
    return None


def _is_utf8(body: bytes) -> bool:
    """Whether all of it decodes; by pieces, since the text itself is not wanted and would fill memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    whole = memoryview(body)
    try:
        for at in range(0, len(body), _PIECE):
            decoder.decode(whole[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decodes(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _mostly_utf8(body: bytes) -> str | None:
    """UTF-8 with a few stray bytes, those read as windows-1252; None when most of it is something else."""
    text = body.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(text))
    good = len(re.findall("[\x80-\ud7ff\ue000-\U0010ffff]", text))
    if strays > max(3, good // 20) or (good == 0 and strays > 3):
        return None
    return _with_strays(body)


def _with_strays(body: bytes) -> str:
    """UTF-8 whose stray bytes are read as windows-1252."""
    return _STRAY.sub(lambda one: _stray(one[0]), body.decode("utf-8", "surrogateescape"))


def _stray(surrogate: str) -> str:
    return bytes([ord(surrogate) - 0xDC00]).decode("cp1252", "replace")


def _is_plausible(text: str) -> bool:
    """Real text has next to no C1 control characters: a wrong single-byte label makes many."""
    return len(_C1.findall(text)) * 200 <= len(text)


def _wide(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zero bytes stand."""
    head = body[:400]
    zeros = [head[at::4].count(0) * 4 / len(head) for at in range(4)]
    for encoding, pattern in (
        ("utf-32-le", "0111"),
        ("utf-32-be", "1110"),
        ("utf-16-le", "0101"),
        ("utf-16-be", "1010"),
    ):
        if all((share > 0.7) == (digit == "1") for share, digit in zip(zeros, pattern, strict=True)):
            return encoding
    return None


def _ebcdic(body: bytes) -> str:
    found = re.search(r"encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)", body[:400].decode("cp037"))
    return (found and _codec(found[1])) or "cp037"


def _recoded(body: bytes, encoding: str) -> bytes:
    text = _with_strays(body) if encoding == "utf-8" else body.decode(encoding, "replace")
    return _undeclared(text.encode("utf-8", "replace"))


def _undeclared(body: bytes) -> bytes:
    """Without an XML declaration that names another encoding than UTF-8."""
    if (claim := _PROLOG.match(body, 0, 1000)) and claim[1].lower() not in (b"utf-8", b"us-ascii", b"utf8"):
        return _XML_DECLARATION.sub(b"", body, count=1)
    return body


def _undoubled(body: bytes) -> bytes:
    """UTF-8 that was taken for windows-1252 and encoded once more, undone; anything else as it is."""
    if b"\xc3" not in body or not _DOUBLED.search(body):
        return body
    try:
        once = b"".join(_one_byte(character) for character in body.decode("utf-8"))
        once.decode("utf-8")
    except UnicodeError:
        return body
    return once


def _one_byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
