"""Which of a sentence's times is the step's own: not that of the telling, not another step's."""

from datetime import date, timedelta

from monitor.detect.claims import SentenceReading, StepWords, clause_of, distance
from monitor.detect.times import When

_BEFORE = 1.5  # a time that stands before the step words counts as this much farther off


def when_of(
    reading: SentenceReading, words: StepWords, others: list[StepWords], published: date | None
) -> When | None:
    """The time nearest to the step words, in their clause first; None when the sentence gives none."""
    near = [w for w in reading.times if w.kind in ("day", "weekday", "span", "old")]
    near = [w for w in near if not is_reporting(reading, w, published)] or near
    rivals = [one for one in others if one.start != words.start]
    mine = [w for w in near if not any(_apart(w, o) < _apart(w, words) for o in rivals)]
    clause = clause_of(reading, words.start, words.end)
    inside = [w for w in mine if w.start in clause] or mine
    return min(inside, key=lambda w: (w.kind == "span", _apart(w, words)), default=None)


def is_reporting(reading: SentenceReading, when: When, published: date | None) -> bool:
    """Whether the time is that of the telling ("said on Tuesday"), not of what is told; reporting words may
    hold it themselves ("teilten beide am Montag mit")."""
    if when.first and published and when.first > published:
        return False
    words = reading.sentence.words
    return any(
        (m.end in (when.start, when.start - 1) and all(w.gap == 0 for w in words[m.end : when.start + 1]))
        or (m.start == when.end and words[m.start].gap == 0)  # not "signed in 2024, he said"
        or m.start < when.start < m.end
        for m in reading.tagged("reporting")
    )


def is_scheduled(reading: SentenceReading, words: StepWords, published: date | None) -> bool:
    """Whether a plan has its day or occasion: a date, "next week", a summit; a firm headline counts."""
    firm = not reading.has("someday")
    if firm and reading.sentence.field == "title" and words.form == "planned":
        return True
    return any(
        _fixes(when, firm, published) for when in reading.times if not is_reporting(reading, when, published)
    )


def _fixes(when: When, firm: bool, published: date | None) -> bool:
    if when.kind in ("scheduled", "weekday"):
        return True
    if when.kind == "event":
        return firm
    return bool(when.kind == "day" and when.last and published and when.last >= published)


def ahead(when: When, published: date) -> date | None:
    """The day that a plan's time means: a weekday is the coming one; None when it lies back."""
    if when.first is None or when.kind == "span":
        return None
    day = when.first
    if when.kind == "weekday" and day < published:
        day += timedelta(days=7)
    return day if day >= published else None


def _apart(when: When, words: StepWords) -> float:
    return distance(when, words) + (_BEFORE if when.start < words.start else 0.0)
