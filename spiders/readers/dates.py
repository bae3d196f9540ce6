"""parse_date gives the moment a date text means, in aware UTC, or None where it cannot be known.

The forms come from RFC 822 and its successors, ISO 8601 and W3C-DTF, and from what feeds and
listings really write: localised months, named zones, 12-hour clocks, day and month in either order.
A date is never guessed: an unknown zone name, a month word that two languages use differently, or a
date without a year gives None.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spiders.readers.calendar_words import calendar_words, zone_names
from spiders.readers.date_digits import date_in_digits, full_year
from spiders.readers.date_spellings import is_korean, respelled, with_late_time

LONGEST = 120  # characters; nothing longer is a date
_MONTHS = "january february march april may june july august september october november december"
_ENGLISH = {
    form: f"{number:02}" for number, name in enumerate(_MONTHS.split(), 1) for form in (name[:3], name)
}
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3,9}) (\d{4}) (\d\d:\d\d:\d\d) (Z|[A-Z]{2,3}|[+-]\d{4})\Z", re.A
)
_UTC_NAMES = frozenset({"GMT", "UTC", "UT", "Z"})
_ISO = re.compile(
    r"(\+?\d{4})(?:-?(\d\d)-?(\d\d)|-(\d\d)|-?(\d{3}))?"
    r"(?:(?:[Tt]|\s+)(\d{1,2})(?:(?::?(\d\d)(?::?(\d\d)(?:[.,]\d*)?)?)?\s*"
    r"(?:UTC|GMT|:(?=[+-]))?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?(?::00|Z)?)?)?\s*([Zz])?\Z",
    re.A,
)
_ISO_BEGUN = re.compile(r"\d{4}-\d\d-\d\dT", re.A)
_TIME = re.compile(
    r"(?<![\d.:])(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?|\s?[hH](\d\d)?(?![A-Za-z])|(?=\s?[ap]\.?m\b))"
    r"\s*(?P<half>[ap]\.?m\b\.?)?",
    re.I,
)
_OFFSET = re.compile(r"\s*(?:GMT|UTC)?\s*([+-])(\d{1,2})(?::?(\d\d))?(?!\d)")
_LATE_OFFSET = re.compile(r"(?<=[\d ]) ([+-])(\d\d):?(\d\d)\s*\Z")  # 8:30 14.02.2024 +0200
_BROKEN_ZONE = re.compile(r":|\s*[+-][^\W\d]")
_BUDDHIST = range(2443, 2643)  # years of Thailand's calendar, 543 ahead
_PARENS = re.compile(r"\([^)]*\)")
_IANA = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+\b")
_ZONE_LIKE = re.compile(r"[A-Z]{2,5}\Z")
# Letters with the marks on them that are letters of their own in Thai and Hindi.
_LETTERS = r"(?:[^\W\d_][\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e]*)+"
_TOKEN = re.compile(rf"\d+|{_LETTERS}(?:[.']{_LETTERS})*")
_NUMERIC = re.compile(
    r"(?<![\d:])(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})(?![\d:]|-\d)|(?<![\d:])(\d\d) (\d\d) (\d{4})\b"
)
_AMERICAN = frozenset({"ET", "CT", "MT", "PT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """A time of day and its zone, as written; and what is left of the text without them."""

    hour: int = 0
    minute: int = 0
    second: int = 0
    zone: tzinfo | None = None
    american: bool = False
    rest: str = ""
    is_given: bool = False


class _UnknownZoneError(ValueError):
    """A zone is named that we do not know: no guess."""


@lru_cache(maxsize=16384)
def parse_date(text: str, zone: str = "UTC", language: str | None = None) -> datetime | None:
    """The moment `text` means, aware UTC; None where it is no date or cannot be told for sure.

    `zone` (IANA) is where a date without a zone was written; `language` settles month words that
    languages use differently (Polish and Croatian "listopada").
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return None
    try:
        return (
            _rfc822(text, zone)
            or _iso(text, zone)
            or date_in_digits(text, ZoneInfo(zone))
            or _written(text, zone, language)
        )
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def _rfc822(text: str, zone: str) -> datetime | None:
    """The form that nearly every RSS feed uses; None for any other, and for 24:00 and leap seconds."""
    if not (match := _RFC822.match(text)):
        return None
    day, name, year, clock, where = match.groups()
    month, offset = _ENGLISH.get(name.lower()), _offset(where, zone)
    if month is None or offset is None or year < "1900":
        return None
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day:0>2}T{clock}+00:00") - offset
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _offset(where: str, zone: str) -> timedelta | None:
    """What "+0200" or a zone's name is ahead of UTC; None for a name that does not settle it by itself."""
    if where in _UTC_NAMES:
        return timedelta(0)
    if where[0] not in "+-":
        where = zone_names().get(where, "") if where not in _names_used_by(zone) else ""
        if where[:1] not in ("+", "-"):  # another zone's own name, an unknown one, or one with summer time
            return None
    offset = timedelta(hours=int(where[1:3]), minutes=int(where[-2:]))
    return -offset if where[0] == "-" else offset


def _iso(text: str, zone: str) -> datetime | None:
    if not (match := _ISO.match(text)):
        return None
    year, month, day, only_month, ordinal, hour, minute, second, offset, late_z = match.groups()
    if ordinal:
        on = date(int(year), 1, 1) + timedelta(days=int(ordinal) - 1)
    else:
        on = date(int(year), int(month or only_month or 1), int(day or 1))
    if late_z or offset in ("Z", "z"):
        where: tzinfo = UTC
    elif offset:
        where = _fixed(offset[0], int(offset[1:3]), int(offset[3:].lstrip(":") or 0))
    else:
        where = ZoneInfo(zone)
    return _moment(on, int(hour or 0), int(minute or 0), int(second or 0), where)


def _written(text: str, zone: str, language: str | None) -> datetime | None:
    """Dates written out for people: words and numbers in any order."""
    if zone == "UTC" and is_korean(text):
        zone = "Asia/Seoul"
    text = respelled(text)
    clock = _clock(_PARENS.sub(" ", text), zone)
    on = _numeric_day(clock, language) or _worded_day(clock, language)
    if on is None or (_ISO_BEGUN.match(text) and _has_unknown_words(clock.rest)):
        return None
    if on.year in _BUDDHIST:
        on = on.replace(year=on.year - 543)
    return _moment(on, clock.hour, clock.minute, clock.second, clock.zone or ZoneInfo(zone))


def _clock(text: str, zone: str) -> _Clock:
    if not _TIME.search(text):
        text = with_late_time(text)
    hour = minute = second = 0
    found = _TIME.search(text)
    if found:
        hour, minute, second = (int(found[1]), int(found[2] or found[4] or 0), int(found[3] or 0))
        half = (found["half"] or "").lower()[:1]
        if half == "" and (lone := re.search(r"(?i)\b([ap])\.?m\b", text)):
            half = lone[1].lower()
        hour = hour % 12 + (12 if half == "p" else 0) if half and hour <= 12 else hour
        text, offset, text_after = text[: found.start()], None, text[found.end() :]
        if match := _OFFSET.match(text_after) or _LATE_OFFSET.search(text_after):
            offset = _fixed(match[1], int(match[2]), int(match[3] or 0))
            text_after = text_after[: match.start()] + text_after[match.end() :]
        if _BROKEN_ZONE.match(text_after):
            raise _UnknownZoneError(text_after)
        rest, named, american = _named_zone(f"{text} {text_after}", zone, (hour, minute))
        if offset is not None and named is None and text_after[:1] == "Z":
            rest = rest.replace("Z", " ", 1)
        return _Clock(
            hour=hour,
            minute=minute,
            second=second,
            zone=offset or named,
            american=american,
            rest=rest,
            is_given=True,
        )
    offset = None
    if match := _LATE_OFFSET.search(text):
        text, offset = text[: match.start()], _fixed(match[1], int(match[2]), int(match[3]))
    rest, named, american = _named_zone(text, zone, (0, 0))
    return _Clock(zone=offset or named, american=american, rest=rest)


def _named_zone(text: str, zone: str, at: tuple[int, int]) -> tuple[str, tzinfo | None, bool]:
    """The text without its zone names, the zone meant, and whether it is an American one."""
    if match := _IANA.search(text):
        return text.replace(match[0], " "), ZoneInfo(match[0]), False
    for word in _TOKEN.findall(text):
        if not _ZONE_LIKE.match(word) and word != "Z":
            continue
        meaning = zone_names().get(word)
        if meaning is None:
            words = calendar_words()
            if word.lower() in words.months or word.lower() in words.weekdays or word in ("AM", "PM"):
                continue
            raise _UnknownZoneError(word)
        local = ZoneInfo(zone)
        where = local if word in _names_used_by(zone) else _meaning(meaning)
        return re.sub(rf"\b{word}\b", " ", text, count=1), where, word in _AMERICAN
    return text, None, False


@lru_cache(maxsize=64)
def _names_used_by(zone: str) -> frozenset[str]:
    """The abbreviations that the source's own zone uses in winter and summer; none for UTC."""
    local = ZoneInfo(zone)
    return frozenset(
        name
        for month in (1, 7)
        if (name := datetime(2024, month, 1, tzinfo=local).tzname()) and name.isalpha()
    )


def _meaning(meaning: str) -> tzinfo:
    if meaning[0] in "+-":
        return _fixed(meaning[0], int(meaning[1:3]), int(meaning[4:]))
    return ZoneInfo(meaning)


def _has_unknown_words(rest: str) -> bool:
    """Whether letters are left that are no weekday, month or marker: what began like ISO 8601 is broken."""
    words = calendar_words()
    known = words.months.keys() | words.weekdays.keys() | {"t", "at", "am", "pm", "a.m", "p.m"}
    return any(token.isalpha() and token.lower() not in known for token in _TOKEN.findall(rest))


def _numeric_day(clock: _Clock, language: str | None) -> date | None:
    """26.09.2022, 09/26/2022, 2022/9/26, 30.10.23; the weekday, where given, decides the order."""
    if not (match := _NUMERIC.search(clock.rest)):
        return None
    first, mark, middle, last = (
        match[1] or match[5],
        match[2] or " ",
        match[3] or match[6],
        match[4] or match[7],
    )
    if len(first) > 2:
        return date(int(first), int(middle), int(last))
    if mark == "-" and len(last) < 4:  # 03-12-31
        return date(full_year(first), int(middle), int(last))
    year, one, two = full_year(last), int(first), int(middle)
    if one > 12 or two > 12 or mark == ".":
        return date(year, two, one) if two <= 12 else date(year, one, two)
    weekdays = _weekdays(clock.rest)
    for day, month in ((one, two), (two, one)):
        if date(year, month, day).isoweekday() in weekdays:
            return date(year, month, day)
    american = clock.american or (language or "").lower() == "en-us"
    return date(year, one, two) if american else date(year, two, one)


def _weekdays(text: str) -> frozenset[int]:
    known = calendar_words().weekdays
    return frozenset().union(*(known.get(word.lower(), frozenset()) for word in _TOKEN.findall(text)))


def _worded_day(clock: _Clock, language: str | None) -> date | None:
    """26 September 2022, Sept. 26th, 2022, 26 вересня 2022 року, 24. februar, 2026, Nov. 2020."""
    tokens = _TOKEN.findall(re.sub(r"(?i)(?<=\d)(st|nd|rd|th|er|º|ª|-го|-е)\b", " ", clock.rest))
    at, month = _month(tokens, language)
    if month is None:
        return None
    before = [token for token in tokens[:at] if token.isdigit()]
    after = [token for token in tokens[at + 1 :] if token.isdigit()]
    day, year = _day_and_year(before, after)
    if year is None or (day is None and clock.is_given):  # a time of day without the day is garbled
        return None
    return date(year, month, day or 1)


def _day_and_year(before: list[str], after: list[str]) -> tuple[int | None, int | None]:
    years = [number for number in before + after if len(number) == 4]
    short = [number for number in before + after if len(number) <= 2]
    if years:
        return (int(short[0]) if short else None), int(years[0])
    if before and after and len(short) == 2:  # 04 Jan 04
        return int(before[-1]), full_year(after[0])
    return None, None


def _month(tokens: list[str], language: str | None) -> tuple[int, int | None]:
    """Where the month stands among the tokens and its number; a word for both yields to a sure month."""
    words = calendar_words()
    own = words.months_of.get((language or "").split("-")[0], {})
    found: list[tuple[bool, int, int | None]] = []
    for at, token in enumerate(tokens):
        word = token.lower().rstrip(".")
        numbers = frozenset({own[word]}) if word in own else words.months.get(word)
        if numbers:
            number = next(iter(numbers)) if len(numbers) == 1 else None
            found.append((word in words.weekdays, at, number))
    if not found:
        return 0, None
    _, at, number = min(found, key=lambda one: one[:2])
    return at, number


def _fixed(sign: str, hours: int, minutes: int) -> timezone:
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


def _moment(on: date, hour: int, minute: int, second: int, where: tzinfo) -> datetime:
    """In UTC. 24:00 is the next midnight, a leap second the second before; years before 1900 are errors."""
    if on.year < 1900:
        raise ValueError("a default value, not a date")
    if second > 60:
        raise ValueError("no second")
    if hour == 24:
        on, hour = on + timedelta(days=1), 0
    local = datetime(on.year, on.month, on.day, hour, minute, min(second, 59), tzinfo=where)
    return local.astimezone(UTC)
