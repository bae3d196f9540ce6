"""What a sentence promises to give: sums of money, with the year that each is for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.detect.claims import SentenceReading
from monitor.detect.details.amounts import Money
from monitor.detect.details.lexicon import DetailWords
from monitor.detect.details.spans import Spans, spans_of
from monitor.detect.tokens import Word

_YEAR = re.compile("20[0-6][0-9]")
_BEHIND = 8  # words between a sum and the year behind it that it is for
_BEFORE = 6
_YEARLY = 3


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum: `per` is "year" where it is so much each year."""

    money: Money
    year: int | None
    per: str | None


def sums_of(reading: SentenceReading, text: str, words: DetailWords) -> Iterator[Sum]:
    """The sums in the sentence (whose text is given), where it undertakes to give something: not what was
    given before, nor a budget or a loss."""
    spans = _unconverted(spans_of(words.amounts.money(text), reading.sentence), text)
    if not spans:
        return
    marks = words.plain.find(reading.sentence.words)
    if not any(m.tag == "sums" for m in marks) or any(m.tag == "not_sums" for m in marks):
        return
    yearly = [(m.start, m.end) for m in marks if m.tag == "yearly"]
    years = _years_of(spans, reading, words.not_year)
    for (start, end, one), year in zip(spans, years, strict=True):
        each = any(0 <= first - end <= _YEARLY or 0 <= start - last <= _YEARLY for first, last in yearly)
        yield Sum(one, year, "year" if each else None)


def _unconverted(spans: Spans[Money], text: str) -> Spans[Money]:
    """The sums without those that only say another in brackets: "1 billion euros ($1.1 billion)"."""
    return [one for at, one in enumerate(spans) if not at or text[: one[2].start].rstrip()[-1:] != "("]


def _years_of(spans: Spans[Money], reading: SentenceReading, not_year: frozenset[str]) -> list[int | None]:
    """For each sum the year it is for: the first behind it, else the last before it that is no other's."""
    words = reading.sentence.words
    years = _years(reading, not_year)
    starts = [start for start, _, _ in spans]
    found: list[int | None] = []
    for _, end, _ in spans:
        behind = next((at for at in years if at >= end), None)
        near = behind is not None and behind - end <= _BEHIND and _is_free(words, end, behind, starts)
        found.append(behind if near else None)
    for number, (start, _, _) in enumerate(spans):
        before = next((at for at in reversed(years) if at < start), None)
        if found[number] is None and before is not None and before not in found:
            together = not any(word.gap for word in words[before + 1 : start + 1])
            near = start - before - 1 <= _BEFORE and together and _is_free(words, before, start, starts)
            found[number] = before if near else None
    return [None if at is None else int(words[at].raw) for at in found]


def _years(reading: SentenceReading, not_year: frozenset[str]) -> list[int]:
    """Where years stand that are not part of a date, of a range ("2024-2027") or a bound ("by 2027")."""
    words = reading.sentence.words
    dated = {at + 1 for m in reading.marks if m.tag.startswith("month:") for at in range(m.start, m.end)}
    return [
        at
        for at, word in enumerate(words)
        if _YEAR.fullmatch(word.raw)
        and at not in dated
        and not _is_range(words, at)
        and not (at and words[at - 1].form in not_year)
    ]


def _is_free(words: Sequence[Word], low: int, high: int, starts: Sequence[int]) -> bool:
    """Whether no clause ends and no other sum begins between words `low` and `high`."""
    broken = any(word.gap == 2 for word in words[low : high + 1])
    return not broken and not any(low <= other < high for other in starts)


def _is_range(words: Sequence[Word], at: int) -> bool:
    beside = [words[i] for i in (at - 1, at + 1) if 0 <= i < len(words)]
    touching = [w for w in beside if w.end + 1 == words[at].start or words[at].end + 1 == w.start]
    return any(_YEAR.fullmatch(w.raw) for w in touching)
