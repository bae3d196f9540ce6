"""When: dates, weekdays and words such as "yesterday" in a sentence, resolved against publication."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.detect.patterns import Match
from monitor.detect.tokens import Word

FRESH = timedelta(days=3)  # a step told within three days counts as new (label rule, issue 3)
_AHEAD = timedelta(days=1)  # a date line west or east of the publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time that words `start` to `end` name: a day (first == last), a span, or an open cue.

    `kind`: day, span, weekday, old ("last year"), scheduled ("next week"), someday ("soon"), event.
    """

    start: int
    end: int
    kind: str
    first: date | None = None
    last: date | None = None
    telling: bool = False  # the day of the telling, standing in for that of the step
    year_given: bool = True  # False where the year was supplied from the publication date
    # "15日": no month is named, the last such day is meant unless a plan says otherwise
    day_alone: bool = False


def times_of(words: Sequence[Word], marks: Sequence[Match], published: date | None) -> list[When]:
    """The times that a sentence names, in text order. Without a publication date only full dates resolve."""
    found = [*_calendar(words, marks, published), *_cues(marks, published)]
    found.extend(_numeric(words, published))
    taken: set[int] = set()
    kept: list[When] = []
    for when in sorted(found, key=lambda w: (_PREFERENCE[w.kind], w.start - w.end)):
        if taken.isdisjoint(range(when.start, when.end)):
            taken.update(range(when.start, when.end))
            kept.append(when)
    old = [when for when in kept if when.kind == "old"]
    named = [w for w in kept if not _is_of_old(w, old)]
    if any(when.kind in ("day", "weekday") for when in named):
        named = [when for when in named if not _is_owners(words, when)]
    return sorted(named, key=lambda w: w.start)


def _is_owners(words: Sequence[Word], when: When) -> bool:
    """Whether a month dates what it owns rather than the step: "in July's coup". Only English writes so."""
    return when.kind == "span" and words[when.end - 1].raw.endswith(("'s", "’s"))


def _is_of_old(when: When, old: Sequence[When]) -> bool:
    """Whether a day only completes an older time: "seventy years ago today"."""
    return when.kind in ("day", "weekday") and any(one.end == when.start for one in old)


_PREFERENCE = {"day": 0, "weekday": 1, "span": 2, "old": 1, "scheduled": 1, "someday": 1, "event": 3}


def is_fresh(when: When, published: date) -> bool | None:
    """True: within three days before publication; False: older; None: later than that, or unclear."""
    if when.kind == "old":
        return False
    if when.first is None or when.last is None:
        return None
    if when.last < published - FRESH:
        return False
    if when.kind == "span":
        return None
    return True if when.first <= published + _AHEAD else None


def _cues(marks: Sequence[Match], published: date | None) -> list[When]:
    whens: list[When] = []
    for mark in marks:
        kind, _, value = mark.tag.partition(":")
        if kind in ("old", "scheduled", "someday", "event"):
            whens.append(When(start=mark.start, end=mark.end, kind=kind))
        elif kind == "day" and published:
            day = published + timedelta(days=int(value))
            whens.append(When(start=mark.start, end=mark.end, kind="day", first=day, last=day))
        elif kind == "weekday" and published:
            day = published - timedelta(days=(published.weekday() - int(value)) % 7)
            whens.append(When(start=mark.start, end=mark.end, kind="weekday", first=day, last=day))
    return whens


def _calendar(words: Sequence[Word], marks: Sequence[Match], published: date | None) -> list[When]:
    whens: list[When] = []
    for mark in marks:
        if mark.tag.startswith("month:"):
            when = _month(words, mark, int(mark.tag[6:]), published)
            if when:
                whens.append(when)
    return whens


def _month(words: Sequence[Word], mark: Match, month: int, published: date | None) -> When | None:
    start, end = mark.start, mark.end
    day: int | None = _number(words, start - 1, 1, 31)
    if day and start and words[start].gap < 2:
        start -= 1
    elif day := _number(words, end, 1, 31):
        end += 1
    else:
        for back in (2, 3):  # "8-го лютого", "27 de mayo", "the 8th of February"
            if (
                start >= back
                and (day := _number(words, start - back, 1, 31))
                and len(words[start - 1].raw) <= 3
            ):
                start -= back
                break
    while end < len(words) and words[end].form in _ORDINAL_MARKS:
        end += 1
    if end < len(words) and words[end].form in ("de", "del") and _number(words, end + 1, 1900, 2100):
        end += 1
    year = _number(words, end, 1900, 2100)
    if year:
        end += 1
    else:
        start, year = _year_before(words, start)
    return _dated((start, end), day, month, year, published)


def _year_before(words: Sequence[Word], start: int) -> tuple[int, int | None]:
    """Where a year before word `start` begins, and the year: "2024. április 12-én", "2024 m. balandžio"."""
    for back in (1, 2):
        year = _number(words, start - back, 1900, 2100)
        if year and (back == 1 or words[start - 1].form in _YEAR_MARKS):
            return start - back, year
    return start, None


_YEAR_MARKS = frozenset({"年", "년", "m", "metų", "gada", "gadā", "წლის"})
_ORDINAL_MARKS = frozenset({"th", "st", "nd", "rd"})


def _dated(
    span: tuple[int, int], day: int | None, month: int, year: int | None, published: date | None
) -> When | None:
    start, end = span
    given = year is not None
    if year is None:
        if published is None:
            return None
        year = published.year
        if date(year, month, min(day or 1, 28)) > published + timedelta(days=180):
            year -= 1
        elif date(year, month, min(day or 28, 28)) < published - timedelta(days=185):
            year += 1
    try:
        first = date(year, month, day or 1)
    except ValueError:
        return None
    if day:
        return When(start=start, end=end, kind="day", first=first, last=first, year_given=given)
    return When(start=start, end=end, kind="span", first=first, last=_month_end(first), year_given=given)


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _numeric(words: Sequence[Word], published: date | None) -> list[When]:
    """12.01.2024, 2024-01-12, 12/01/2024, 5月27日, and a bare year (a span)."""
    whens: list[When] = []
    for i, word in enumerate(words):
        if not word.form[0].isdigit():
            continue
        if day := _numeric_day(words, i, published):
            whens.append(day)
        elif year := _number(words, i, 1945, 2100):
            whens.append(
                When(start=i, end=i + 1, kind="span", first=date(year, 1, 1), last=date(year, 12, 31))
            )
    return whens


def _numeric_day(words: Sequence[Word], i: int, published: date | None) -> When | None:
    pieces = [p for p in words[i].form.replace("/", ".").split(".") if p]
    if len(pieces) == 3 and all(p.isdigit() for p in pieces) and len(pieces[2]) == 4:
        day, month, year = (int(p) for p in pieces)
        if month > 12 >= day:
            day, month = month, day
        return _dated((i, i + 1), day, month, year, published) if 1 <= month <= 12 else None
    if len(pieces) == 2 and all(p.isdigit() for p in pieces) and i and words[i - 1].form == "ngày":
        day, month = (int(p) for p in pieces)  # Vietnamese: "ngày 9/4"
        return _dated((i, i + 1), day, month, None, published) if 1 <= month <= 12 else None
    iso = _number(words, i, 1945, 2100), _number(words, i + 1, 1, 12), _number(words, i + 2, 1, 31)
    if iso[0] and iso[1] and iso[2] and words[i + 2].end - words[i].start == 10:
        return _dated((i, i + 3), iso[2], iso[1], iso[0], published)
    return _eastern(words, i, published)


def _eastern(words: Sequence[Word], i: int, published: date | None) -> When | None:
    """2024年5月27日 and 5월 27일, with or without the year; 27日 alone is a day of this month or the last."""
    at = i
    values: dict[str, int] = {}
    for units in ("年년", "月월", "日일"):
        if _number(words, at, 1, 2100) and at + 1 < len(words) and words[at + 1].raw[0] in units:
            values[units] = int(words[at].form)
            at += 2
    month, day = values.get("月월"), values.get("日일")
    if month and month <= 12:
        return _dated((i, at), day, month, values.get("年년"), published)
    if day and day <= 31 and published and at == i + 2 and not _is_length(words, at):
        month_first = published.replace(day=1)
        month_first = (
            month_first if day <= published.day + 2 else (month_first - timedelta(days=1)).replace(day=1)
        )
        when = _dated((i, at), day, month_first.month, month_first.year, published)
        return replace(when, day_alone=True) if when else None
    return None


def _is_length(words: Sequence[Word], at: int) -> bool:
    """Whether "10日" goes on as "10日間", a length of time."""
    return at < len(words) and (words[at].raw in ("間", "间") or words[at - 1].raw.startswith("일간"))


def _number(words: Sequence[Word], i: int, least: int, most: int) -> int | None:
    if not 0 <= i < len(words) or not words[i].form.isdecimal():
        return None
    value = int(words[i].form)
    return value if least <= value <= most and len(words[i].form) <= 4 else None
