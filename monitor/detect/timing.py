"""Which of a sentence's times is the step's own: not that of the telling, not another step's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.detect.claims import SentenceReading, StepWords, clause_of, distance
from monitor.detect.times import FRESH, When

_TELLING = 8  # words between a reporting verb and the day of the telling
_SAME = timedelta(days=1)  # a date line west or east of the publisher
_NEWS = timedelta(days=3)  # a present tense looks back no farther
_DATELINE = 5  # words that a dateline has at most
_COMMA = 3.0
_BEFORE = 1.5  # a time that stands before the step words counts as this much farther off


def when_of(
    reading: SentenceReading, words: StepWords, others: list[StepWords], published: date | None
) -> When | None:
    """The time nearest to the step words, in their clause first; None when the sentence gives none."""
    near = [w for w in reading.times if w.kind in ("day", "weekday", "span", "old")]
    of_document = {mark.end for mark in reading.tagged("dated")}
    near = [w for w in near if w.kind != "span" or w.start not in of_document]  # "the agreement of 2001"
    if _is_perfect(reading, words):
        near = [w for w in near if w.kind != "old"]
    reported = [w.end for w in near if is_reporting(reading, w, published)]
    reported += [w.end for w in near if {w.start - 1, w.start} & {*reported}]  # "on Sunday, 17 March"
    own = [w for w in near if w.end not in reported]
    near = own or [replace(w, telling=True) for w in near]
    rivals = [one for one in others if one.start != words.start]
    gaps = [word.gap > 0 for word in reading.sentence.words]
    mine = [w for w in near if not any(_apart(w, o, gaps) < _apart(w, words, gaps) for o in rivals)]
    clause = clause_of(reading, words.start, words.end)
    if words.reality == "done":
        mine = [w for w in mine if not (w.kind == "span" and _is_not_its_own(w, clause, published))]
    back = reading.has("recalled") and any(m.start == clause.start for m in reading.tagged("looking_back"))
    outside = [] if back else mine  # "mark a year since they signed"
    inside = [w for w in mine if w.start in clause] or outside
    nearest = min(
        inside,
        key=lambda w: (w.kind == "span" and not _is_said_at_once(w, words), _apart(w, words, gaps)),
        default=None,
    )
    told = words.reality == "done" and words.form != "present"  # "they sign on 15 May" looks ahead
    return _backwards(nearest, published) if nearest and told else nearest


def _is_not_its_own(when: When, clause: range, published: date | None) -> bool:
    """Whether a month or year is that of something else than what was done: it is still to come ("a plan to
    2030"), or stands in another clause ("signed an agreement that brings a billion in 2024")."""
    to_come = when.year_given and when.first is not None and published is not None and when.first > published
    return to_come or when.start >= clause.stop


def _is_perfect(reading: SentenceReading, words: StepWords) -> bool:
    """Whether the step words are in the present perfect, which no "last year" belongs to: in "has suspended
    the agreement it made last year" the year is the agreement's."""
    return any(m.end in (words.start, words.start - 1) for m in reading.tagged("perfect"))


def _backwards(when: When, published: date | None) -> When:
    """What has happened on a day without a year happened on the last such day before publication."""
    if published is None or when.year_given or when.first is None or when.last is None:
        return when
    if when.kind not in ("day", "span") or when.first <= published + _SAME:
        return when
    return replace(when, first=_year_before(when.first), last=_year_before(when.last))


def _year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def is_reporting(reading: SentenceReading, when: When, published: date | None) -> bool:
    """Whether the time is that of the telling ("said on Tuesday"), not of what is told; reporting words may
    hold it themselves ("teilten beide am Montag mit")."""
    if when.first and published and when.first > published:
        return False
    words = reading.sentence.words
    return any(
        _runs_on(reading, m.end, when.start)
        or (m.start == when.end and words[m.start].gap == 0)  # not "signed in 2024, he said"
        or m.start < when.start < m.end
        for m in reading.tagged("reporting")
    )


def _runs_on(reading: SentenceReading, start: int, end: int) -> bool:
    """Whether only a few words lead from a reporting verb to a time, none of them a comma's, a document's
    or another step's: "said on Tuesday", "told reporters in Oslo on Tuesday"."""
    words = reading.sentence.words
    if not 0 <= end - start <= _TELLING or any(w.gap for w in words[start : end + 1]):
        return False
    between = range(start, end)
    nouns = [noun.start for noun in reading.nouns]
    told = [m.start for m in reading.marks if m.tag.startswith(("step:", "relatives"))]
    return end - start <= 1 or not any(at in between for at in (*nouns, *told))


def is_scheduled(reading: SentenceReading, published: date | None) -> bool:
    """Whether a plan has its day or occasion: a date, "next week", a summit."""
    firm = not reading.has("someday")
    return any(
        _fixes(when, firm, published)
        for when in reading.times
        if not is_reporting(reading, when, published) and not _is_dateline(reading, when)
    )


def _is_dateline(reading: SentenceReading, when: When) -> bool:
    """ "Manila, Aug 30 (AFP) -" at the head of a text: the day of the telling."""
    words, first = reading.sentence.words, reading.sentence.field == "text" and reading.sentence.index <= 1
    return first and when.end <= _DATELINE and when.end < len(words) and words[when.end].gap == 2


def _fixes(when: When, firm: bool, published: date | None) -> bool:
    if when.kind == "weekday":
        return True
    if when.kind in ("event", "scheduled"):
        return firm
    return bool(
        when.kind == "day" and when.last and published and _coming(when, when.last, published) >= published
    )


def is_to_come(words: StepWords, when: When, published: date) -> bool:
    """Whether a present tense tells of a day to come: "signs tomorrow", or "signs on Monday" on a Friday."""
    if words.form != "present" or words.reality != "done" or when.first is None:
        return False
    if when.kind == "weekday":
        return published - when.first > _NEWS
    return when.kind == "day" and _coming(when, when.first, published) > published


def ahead(when: When, published: date) -> date | None:
    """The day that a plan's time means: a weekday is the coming one; None when it lies back."""
    if when.first is None or when.kind == "span":
        return None
    day = when.first
    if when.kind == "weekday" and day < published:
        day += timedelta(days=7)
    day = _coming(when, day, published)
    return day if day >= published else None


def _coming(when: When, day: date, published: date) -> date:
    """The day as a plan means it: "on the 15th", told on the 11th, is the 15th to come, not the last one."""
    if not when.day_alone or day >= published - FRESH:
        return day
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    try:
        return date(year, month, day.day)
    except ValueError:  # no 31st in the month to come
        return day


def _is_said_at_once(when: When, words: StepWords) -> bool:
    """ "signed in 1951": no other day of the sentence is meant."""
    return when.year_given and 0 <= when.start - words.end <= 1


def _apart(when: When, words: StepWords, gaps: Sequence[bool]) -> float:
    """How far a time is from step words, in words; a comma between counts as three more."""
    first, last = sorted(((when.start, when.end), (words.start, words.end)))
    comma = _COMMA if any(gaps[first[1] : last[0] + 1]) else 0.0
    return distance(when, words) + (_BEFORE if when.start < words.start else 0.0) + comma
