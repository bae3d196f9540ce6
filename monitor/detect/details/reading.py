"""Reads one sentence for details: what stands in it, and the words around that say what it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.detect.claims import SentenceReading, StepWords, step_words_of
from monitor.detect.details.amounts import Length, Money
from monitor.detect.details.lexicon import DetailWords
from monitor.detect.details.people import Person, lists_of, people_of, text_of
from monitor.detect.details.spans import ends_of, spans_of
from monitor.detect.details.sums import sums_of
from monitor.detect.findings import Article, Detail, Evidence, Finding
from monitor.detect.lexicon import Lexicon
from monitor.detect.parties import PartyMention, find_parties
from monitor.detect.patterns import Match
from monitor.detect.times import When, times_of
from monitor.detect.timing import ahead, when_of
from monitor.terms import Particular, Party, Stage

_EXPECTED = {Stage.SIGNED: Particular.EXPECTED_SIGNING, Stage.IN_FORCE: Particular.EXPECTED_IN_FORCE}
_LITTLE = re.compile(r"^(?:[^\W\d_]{1,3} )+(?=[A-ZА-ЯІЇЄҐ])|^[a-z]{1,3}$")  # "of the President"
_SURELY_AHEAD = timedelta(days=2)
_SIDE_NEAR = 3  # words between "delegation" and whose it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads sentences of one article about one finding."""

    article: Article
    finding: Finding
    words: DetailWords
    lexicon: Lexicon
    published: date | None

    def read(self, reading: SentenceReading) -> Iterator[Detail]:
        """The details of a sentence, in text order within each kind."""
        yield from self._lengths(reading)
        yield from self._expiry(reading)
        yield from self._sums(reading)
        yield from self._expected(reading)
        yield from self._people(reading)

    def _lengths(self, reading: SentenceReading) -> Iterator[Detail]:
        spans = spans_of(self.words.amounts.lengths(self._text(reading)), reading.sentence)
        if not spans:
            return
        words = reading.sentence.words
        matches = self.words.lengths.find(words, ends_of(spans, len(words)))
        barred = {at for m in matches if m.tag == "not_duration" for at in range(m.start, m.end)}
        for start, _, one in spans:
            tags = {m.tag for m in matches if m.start <= start < m.end}
            if "consultation" in tags and one.value.endswith(("H", "D")):
                yield self._of_span(reading, Particular.CONSULTATION, one.value, one)
            elif "duration" in tags and start not in barred and one.value.endswith(("Y", "M")):
                yield self._of_span(reading, Particular.DURATION, one.value, one)

    def _expiry(self, reading: SentenceReading) -> Iterator[Detail]:
        words = reading.sentence.words
        days = [w for w in times_of(words, reading.marks, self.published) if w.kind in ("day", "span")]
        ends = [0] * len(words)
        for when in days:
            ends[when.start] = when.end
        for match in self.words.days.find(words, ends) if days else ():
            for when in days:
                if not (match.start <= when.start and when.end == match.end) or when.first is None:
                    continue
                if self.published is not None and when.first <= self.published:
                    continue
                if sum(noun.start < when.start for noun in reading.nouns) > 1:  # which of them ends?
                    continue
                whole_year = when.kind == "span" and when.last == date(when.first.year, 12, 31)
                if when.kind == "day" or whole_year:
                    value = str(when.first.year if whole_year else when.first)
                    yield self._of_words(reading, Particular.EXPIRY, value, when.start, when.end)

    def _sums(self, reading: SentenceReading) -> Iterator[Detail]:
        for one in sums_of(reading, self._text(reading), self.words):
            amount = f"{one.money.amount.normalize():f}"
            found = self._of_span(reading, Particular.SUM, amount, one.money)
            yield replace(found, currency=one.money.currency, year=one.year, per=one.per)

    def _expected(self, reading: SentenceReading) -> Iterator[Detail]:
        all_words = step_words_of(reading, self.lexicon)
        for words in all_words:
            kind = _EXPECTED.get(words.stage)
            if kind is None or self.published is None:
                continue
            if kind is Particular.EXPECTED_SIGNING and self.finding.stage.rank >= Stage.SIGNED.rank:
                continue
            when = when_of(reading, words, all_words, self.published)
            day = ahead(when, self.published) if when and not when.telling else None
            if when and day and day > self.published and _is_to_come(words, when, day, self.published):
                yield self._of_words(reading, kind, str(day), when.start, when.end)

    def _people(self, reading: SentenceReading) -> Iterator[Detail]:
        words = reading.sentence.words
        sided = any(m.tag == "delegation" for m in self.words.plain.find(words))
        if not (sided or self._is_signed(reading)):
            return
        mentions = self._mentions(reading)
        lists = lists_of(people_of(reading, mentions, nouns_capital=self.words.nouns_capital), reading)
        ends = [0] * len(words)
        for one in lists:
            for at in range(one[0].left, one[0].start + 1):
                ends[at] = one[-1].right
        matches = self.words.people.find(words, ends)
        for one in lists:
            mine = [m for m in matches if m.start <= one[0].start < m.end]
            if any(m.tag in ("signed", "signs") for m in mine) and self._is_signed(reading):
                yield from (self._person(reading, Particular.SIGNATORY, p) for p in one)
            elif sided and (heads := [m for m in mine if m.tag == "heads"]):
                yield self._head(reading, one[0], heads[0], mentions)

    def _is_signed(self, reading: SentenceReading) -> bool:
        """Whether the sentence tells of the signing itself, as done."""
        return self.finding.stage is Stage.SIGNED and any(
            words.stage is Stage.SIGNED and words.reality == "done"
            for words in step_words_of(reading, self.lexicon)
        )

    def _head(
        self, reading: SentenceReading, one: Person, match: Match, mentions: Sequence[PartyMention]
    ) -> Detail:
        side = self._side(reading, match, mentions)
        party = side if side in self.finding.parties else one.party
        return self._person(reading, Particular.DELEGATION_HEAD, one, party)

    def _side(self, reading: SentenceReading, match: Match, mentions: Sequence[PartyMention]) -> Party | None:
        """Whose delegation it is: the party named nearest to the word in the match, or just before it."""
        words = reading.sentence.words
        marks = [m.start for m in self.words.plain.find(words) if m.tag == "delegation"]
        mark = min(marks, key=lambda at: (not match.start - 2 <= at < match.end, abs(at - match.start)))
        near = [
            (abs(at - mark), mention.code)
            for mention in mentions
            if mention.form != "leader"
            for at, word in enumerate(words)
            if word.start <= mention.start < word.end and abs(at - mark) <= _SIDE_NEAR
        ]
        return min(near)[1] if near else None

    def _person(
        self, reading: SentenceReading, kind: Particular, one: Person, party: Party | None = None
    ) -> Detail:
        words, source = reading.sentence.words, self._source(reading)
        name = text_of(words, one.start, one.end, source)
        office = _LITTLE.sub("", text_of(words, one.left, one.start, source)) or None
        found = self._of_words(reading, kind, name, one.start, one.end)
        return replace(found, party=party or one.party, office=office)

    def _mentions(self, reading: SentenceReading) -> list[PartyMention]:
        """The sentence's parties, as characters into its field."""
        shift = reading.sentence.start
        found = find_parties(
            self._text(reading), self.lexicon.language, on=self.published, country=self.article.country
        )
        return [_shifted(one, shift) for one in found]

    def _source(self, reading: SentenceReading) -> str:
        return self.article.title if reading.sentence.field == "title" else self.article.text

    def _text(self, reading: SentenceReading) -> str:
        return self._source(reading)[reading.sentence.start : reading.sentence.end]

    def _of_words(
        self, reading: SentenceReading, kind: Particular, value: str, start: int, end: int
    ) -> Detail:
        words = reading.sentence.words
        return self._detail(reading, kind, value, words[start].start, words[end - 1].end)

    def _of_span(self, reading: SentenceReading, kind: Particular, value: str, one: Length | Money) -> Detail:
        shift = reading.sentence.start
        return self._detail(reading, kind, value, one.start + shift, one.end + shift)

    def _detail(self, reading: SentenceReading, kind: Particular, value: str, start: int, end: int) -> Detail:
        sentence, source = reading.sentence, self._source(reading)
        quote = Evidence(
            quote=source[sentence.start : sentence.end],
            start=sentence.start,
            end=sentence.end,
            field=sentence.field,
            role="detail",
        )
        return Detail(kind=kind, value=value, said=source[start:end], evidence=quote)


def _is_to_come(words: StepWords, when: When, day: date, published: date) -> bool:
    """Whether it is planned; or told as if it were, with a day that lies ahead: "it enters into force on
    1 January 2025"."""
    if words.reality == "planned":
        return True
    told = words.reality == "done" and words.stage is Stage.IN_FORCE
    return told and when.kind == "day" and when.year_given and day >= published + _SURELY_AHEAD


def _shifted(mention: PartyMention, by: int) -> PartyMention:
    return replace(mention, start=mention.start + by, end=mention.end + by)
