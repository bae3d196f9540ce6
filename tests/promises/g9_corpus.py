"""A corpus for G9, made by a seeded chance: feeds whose entries are known, in every format and with every
fault that generators make; texts in every encoding under every header; moments in every spelling.

The words come from Babel (names of countries in each language, localised months), so that what should be read
is known from elsewhere than from our own reader.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime as rfc822
from html import escape
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime

# What each language is written in, besides UTF-8.
ENCODINGS: Mapping[str, Sequence[str]] = {
    "uk": ("cp1251", "koi8_u", "iso8859_5"), "ru": ("cp1251", "koi8_r", "iso8859_5"), "bg": ("cp1251",),
    "pl": ("cp1250", "iso8859_2"), "cs": ("cp1250", "iso8859_2"), "hu": ("cp1250", "iso8859_2"),
    "de": ("cp1252", "iso8859_1", "iso8859_15"), "fr": ("cp1252", "iso8859_1"), "es": ("cp1252", "iso8859_1"),
    "it": ("cp1252",), "pt": ("cp1252", "iso8859_1"), "sv": ("cp1252", "iso8859_1"), "fi": ("iso8859_1",),
    "el": ("cp1253", "iso8859_7"), "tr": ("cp1254", "iso8859_9"), "he": ("cp1255", "iso8859_8"),
    "ar": ("cp1256", "iso8859_6"), "lt": ("cp1257",), "lv": ("cp1257",),
    "ja": ("shift_jis", "euc_jp", "iso2022_jp"), "zh": ("gb18030", "gbk"), "zh_Hant": ("big5",),
    "ko": ("euc_kr",),
}  # fmt: skip
SITE = "https://office.example"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What one entry says."""

    number: int
    title: str
    summary: str
    moment: datetime

    @property
    def link(self) -> str:
        return f"{SITE}/news/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A document, and what should be read from it."""

    name: str
    body: bytes
    content_type: str
    items: Sequence[Item]
    is_guessed: bool = False  # nothing that is true says which encoding it is


def words(chance: random.Random, language: str, count: int) -> str:
    """Names of countries in the language."""
    names = [name for code, name in Locale.parse(language).territories.items() if len(code) == 2]
    return (
        " – ".join(chance.sample(names, count))
        if language in ("uk", "en")
        else " ".join(chance.sample(names, count))
    )


def items(chance: random.Random, language: str, count: int = 5) -> list[Item]:
    """Some entries, newest first."""
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(700_000))
    return [
        Item(
            number=chance.randrange(10**9), title=words(chance, language, 3),
            summary=words(chance, language, 9), moment=now - timedelta(minutes=17 * n),
        )
        for n in range(count)
    ]  # fmt: skip


# -- formats -------------------------------------------------------------------------------------------


def _rss(each: Sequence[Item], version: str = "2.0") -> str:
    rows = "".join(
        f"<item><title>{escape(i.title)}</title><link>{i.link}</link><guid>{i.link}</guid>"
        f"<description>{escape(i.summary)}</description><pubDate>{rfc822(i.moment)}</pubDate></item>\n"
        for i in each
    )
    head = f'<rss version="{version}" {NAMESPACES}><channel><title>O</title><link>{SITE}</link>'
    return f"{head}\n{rows}</channel></rss>"


def _rdf(each: Sequence[Item]) -> str:
    rows = "".join(
        f'<item rdf:about="{i.link}"><title>{escape(i.title)}</title><link>{i.link}</link>'
        f"<description>{escape(i.summary)}</description><dc:date>{i.moment.isoformat()}</dc:date></item>\n"
        for i in each
    )
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    return f'{head} {NAMESPACES}><channel rdf:about="{SITE}"><title>O</title></channel>\n{rows}</rdf:RDF>'


def _atom(each: Sequence[Item], version: str = "1.0") -> str:
    old = version == "0.3"
    moment = "issued" if old else "published"
    rows = "".join(
        f'<entry><title>{escape(i.title)}</title><link rel="alternate" href="{i.link}"/><id>{i.link}</id>'
        f"<summary>{escape(i.summary)}</summary><{moment}>{i.moment.isoformat()}</{moment}></entry>\n"
        for i in each
    )
    space = "http://purl.org/atom/ns#" if old else "http://www.w3.org/2005/Atom"
    return f'<feed xmlns="{space}" version="{version}"><title>O</title>\n{rows}</feed>'


def _json(each: Sequence[Item]) -> str:
    rows = [
        {"id": i.link, "url": i.link, "title": i.title, "summary": i.summary, "content_text": i.summary,
         "date_published": i.moment.isoformat()}
        for i in each
    ]  # fmt: skip
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "O", "items": rows}, ensure_ascii=False
    )


FORMATS: Mapping[str, Callable[[Sequence[Item]], str]] = {
    "RSS 2.0": _rss,
    "RSS 0.91": lambda each: _rss(each, "0.91"),
    "RSS 0.92": lambda each: _rss(each, "0.92"),
    "RSS 1.0": _rdf,
    "Atom 1.0": _atom,
    "Atom 0.3": lambda each: _atom(each, "0.3"),
    "JSON Feed": _json,
}

# -- faults of generators: of the text before it is encoded, XML only ----------------------------------

OURS = "<title>O</title>"  # the feed's own title, where a fault may stand


def _for_title(put: str) -> Callable[[str], str]:
    return lambda text: text.replace(OURS, put)


def _spaced(text: str) -> str:
    return text.replace("<title>", "<title>\n  ").replace("</title>", "\n</title>")


FAULTS: Mapping[str, Callable[[str], str]] = {
    "nothing": lambda text: text,
    "a bare ampersand": _for_title("<title>O & P</title>"),
    "bare ampersands in links": _for_title("<title>O</title><a>x?a=1&b=2</a>"),
    "an undeclared prefix": _for_title("<title>O</title><media:x>1</media:x>"),
    "an HTML entity": _for_title("<title>O&nbsp;&eacute;</title>"),
    "junk before": lambda text: f"\n<!-- cached -->\n\n{text}",
    "a warning before": lambda text: f"Warning: deprecated in /srv/feed.php on line 3\n{text}",
    "junk behind": lambda text: f"{text}\n<!-- 0.3 s --><script>1</script>",
    "control characters": _for_title("<title>O\x08\x0b</title>"),
    "an unclosed tag": _for_title("<title>O</title><p>x<br>y"),
    "no end": lambda text: text[: text.rindex("\n") + 1],
    "CDATA": _for_title("<title><![CDATA[O & <b>P</b>]]></title>"),
    "a doctype": lambda text: f'<!DOCTYPE rss PUBLIC "-//X//DTD" "http://x.example/x.dtd">{text}',
    "a stylesheet": lambda text: f'<?xml-stylesheet href="/x.xsl" type="text/xsl"?>{text}',
    "Windows lines": lambda text: text.replace("\n", "\r\n"),
    "white space around values": _spaced,
}  # fmt: skip


def feeds(chance: random.Random, rounds: int) -> Iterator[Case]:
    """Every format with every fault, in some language each."""
    for _ in range(rounds):
        for name, make in FORMATS.items():
            for fault, spoil in FAULTS.items():
                if name == "JSON Feed" and fault not in ("nothing", "Windows lines"):
                    continue
                language = chance.choice([*ENCODINGS, "en"])
                each = items(chance, language)
                prolog = "" if name == "JSON Feed" else '<?xml version="1.0" encoding="utf-8"?>\n'
                kind = "application/feed+json" if name == "JSON Feed" else "application/xml"
                body = _prologued(spoil(make(each)), prolog)
                yield Case(
                    name=f"{name}, {fault}, {language}", body=body.encode(), content_type=kind, items=each
                )


def _prologued(text: str, prolog: str) -> str:
    """The prolog stands first, but behind what a broken server says before it."""
    _, mark, rest = text.partition("\n<!-- cached -->\n\n")
    if mark:
        return f"{mark}{prolog}{rest}"
    warning, mark, rest = text.partition("line 3\n")
    return f"{warning}{mark}{prolog}{rest}" if mark else prolog + text


def encoded(chance: random.Random, rounds: int) -> Iterator[Case]:
    """Every language in every encoding; the header and the prolog say what is right, nothing, or UTF-8."""
    for _ in range(rounds):
        for language, encodings in ENCODINGS.items():
            for encoding in encodings:
                for header in ("right", "none", "utf-8"):
                    for prolog in ("right", "none", "utf-8"):
                        each = [one for one in items(chance, language, 12) if _fits(one, encoding)]
                        if each:
                            yield _encoded(each, language, encoding, header, prolog)


def _fits(item: Item, encoding: str) -> bool:
    try:
        (item.title + item.summary).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _encoded(each: Sequence[Item], language: str, encoding: str, header: str, prolog: str) -> Case:
    label = (
        encoding.replace("iso8859_", "iso-8859-")
        .replace("iso2022_", "iso-2022-")
        .replace("cp125", "windows-125")
    )
    label = label.replace("_", "-")
    said = {"right": f"; charset={label}", "none": "", "utf-8": "; charset=utf-8"}[header]
    stated = {"right": f' encoding="{label}"', "none": "", "utf-8": ' encoding="utf-8"'}[prolog]
    body = f'<?xml version="1.0"{stated}?>\n{_rss(each)}'.encode(encoding)
    name = f"{language} in {encoding}, header {header}, prolog {prolog}"
    return Case(
        name=name,
        body=body,
        content_type=f"text/xml{said}",
        items=each,
        is_guessed="right" not in (header, prolog),
    )


# -- dates ----------------------------------------------------------------------------------------------

ZONES = ("UTC", "Europe/Kyiv", "Europe/Copenhagen", "America/New_York", "Asia/Tokyo", "Australia/Sydney")
STAMPS = (
    "%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z", "%a, %d %b %y %H:%M %z", "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S %z", "%Y%m%dT%H%M%S%z", "%Y-%m-%dT%H:%M%z", "%A, %B %d, %Y %H:%M %z",
    "%b %d, %Y %I:%M %p %z", "%a %b %d %H:%M:%S %Y %z", "%a, %d %B %Y %H:%M:%S GMT%z", "%d/%b/%Y:%H:%M:%S %z",
)  # fmt: skip
LOCAL = (
    "d MMMM y HH:mm",
    "d MMMM y, HH:mm",
    "EEEE, d MMMM y HH:mm",
    "d MMM y HH:mm",
    "dd.MM.y HH:mm",
    "y-MM-dd HH:mm",
)
DATED = (
    "uk",
    "ru",
    "pl",
    "cs",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "sv",
    "da",
    "nb",
    "fi",
    "nl",
    "ro",
    "el",
    "tr",
    "en_GB",
)


def dates(chance: random.Random, count: int) -> Iterator[tuple[str, str, str, datetime]]:
    """(as it is written, zone and language of its source, the moment it means), to the minute."""
    for _ in range(count):
        zone = chance.choice(ZONES)
        moment = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(15 * 366 * 1440))
        here = moment.astimezone(ZoneInfo(zone))
        if here.fold or (here - timedelta(hours=1)).utcoffset() != here.utcoffset():
            continue  # an hour that the clocks show twice means two moments
        if chance.random() < 0.5:
            form = chance.choice(STAMPS)
            yield here.strftime(form), "UTC", "en", moment
        else:
            language = chance.choice(DATED)
            yield format_datetime(here, chance.choice(LOCAL), locale=language), zone, language, moment
