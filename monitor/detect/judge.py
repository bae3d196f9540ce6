"""Turns what sentences say into claims, and decides for each claim whether it is new or recalled."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from monitor.detect.claims import Claim, Noun, SentenceReading, StepWords, clause_of, step_words_of
from monitor.detect.lexicon import Lexicon
from monitor.detect.pairs import Link, Scene, Topic, link
from monitor.detect.times import When, is_fresh
from monitor.terms import Instrument, Stage

LEAD = 3  # sentences of the text that still tell the news
_SOON = timedelta(days=60)

# What a plan for a stage amounts to (label rules of issue 3): with a day named, and without.
_PLANNED: dict[Stage, tuple[Stage | None, Stage | None]] = {
    Stage.SIGNED: (Stage.TEXT_AGREED, Stage.PROPOSED),
    Stage.NEGOTIATIONS_STARTED: (Stage.PROPOSED, Stage.PROPOSED),
    Stage.TEXT_AGREED: (Stage.PROPOSED, Stage.PROPOSED),
    Stage.AMENDED: (Stage.TEXT_AGREED, Stage.PROPOSED),
    Stage.PROPOSED: (Stage.PROPOSED, Stage.PROPOSED),
    Stage.SUSPENDED_OR_TERMINATED: (Stage.SUSPENDED_OR_TERMINATED, None),
}


@dataclass(slots=True, kw_only=True)
class Judge:
    """Goes through an article's sentences in order, keeping what it is about so far."""

    lexicon: Lexicon
    published: date | None
    topic: Topic
    readings: list[SentenceReading]
    claims: list[Claim] = field(default_factory=list)
    _last_noun: Noun | None = None
    _last_noun_at: int = -9

    def judged(self) -> list[Claim]:
        """Every claim of the article, judged new, recalled or unclear."""
        self._learn_topic()
        for reading in self.readings:
            for words in step_words_of(reading, self.lexicon):
                self.claims.extend(self._claims_of(reading, words))
            self._remember(reading)
        self._compare()
        self._schedule()
        return self.claims

    def _learn_topic(self) -> None:
        for reading in self.readings:
            weight = 3 if reading.sentence.field == "title" else 1
            crowd = {id(a) for one in reading.lists if len(one.codes) > 2 for a in one.actors}
            for actor in reading.actors:
                if actor.acts and id(actor) not in crowd:
                    self.topic.counts[actor.code] += weight
        if self.readings and self.readings[0].sentence.field == "title":
            self.topic.title = _codes(self.readings[0])

    def _remember(self, reading: SentenceReading) -> None:
        if codes := _codes(reading):
            self.topic.recent = codes
        strong = [noun for noun in reading.nouns if noun.kind != "generic"]
        if strong:
            self._last_noun, self._last_noun_at = strong[-1], reading.sentence.index

    def _claims_of(self, reading: SentenceReading, words: StepWords) -> Iterable[Claim]:
        stage = self._stage(reading, words)
        noun, weight = self._instrument(reading, words)
        if stage is None or noun is None or noun.kind == "excluded":
            return
        clause = clause_of(reading, words.start, words.end)
        scene = Scene(
            at=words.start,
            near=noun.start if noun in reading.nouns else words.start,
            clause=clause,
            actors=reading.actors,
            lists=reading.lists,
            plural=reading.has("plural_instruments"),
            both_sides=reading.has("both_sides"),
        )
        instrument = Instrument.OTHER_SECURITY if noun.kind == "generic" else Instrument(noun.kind)
        links = link(scene, self.topic)
        claims = [self._claim(reading, words, stage, one, instrument, weight) for one in links]
        yield from claims
        if len(claims) == 1 and links[0].weight >= 0.6 and claims[0].novelty != "recalled":
            self.topic.pair = links[0].pair

    def _claim(
        self, reading: SentenceReading, words: StepWords, stage: Stage, one: Link, instrument: Instrument, weight: float
    ) -> Claim:
        claim = Claim(
            reading=reading, words=words, stage=stage, link=one, instrument=instrument, instrument_weight=weight
        )
        when = self._when(reading, words)
        self._date(claim, when)
        claim.novelty, claim.why = self._novelty(claim, when)
        return claim

    def _stage(self, reading: SentenceReading, words: StepWords) -> Stage | None:
        if words.reality != "planned" and words.form != "planned":
            return words.stage
        if words.reality in ("denied", "possible", "wanted"):
            return words.stage
        if words.stage is Stage.IN_FORCE:
            when = self._when(reading, words)
            near = when and when.first and self.published and abs(when.first - self.published) <= _SOON
            return Stage.IN_FORCE if near and when and when.kind in ("day", "weekday") else None
        with_day, without = _PLANNED.get(words.stage, (None, None))
        return with_day if self._is_scheduled(reading, words) else without

    def _is_scheduled(self, reading: SentenceReading, words: StepWords) -> bool:
        firm = not reading.has("someday")
        if firm and reading.sentence.field == "title" and words.form == "planned":
            return True
        for when in reading.times:
            if self._is_reporting(reading, when):
                continue
            if when.kind == "scheduled" or (when.kind == "event" and firm):
                return True
            if when.kind in ("day", "weekday") and when.last and self.published:
                if when.kind == "weekday" or when.last >= self.published:
                    return True
        return False

    def _instrument(self, reading: SentenceReading, words: StepWords) -> tuple[Noun | None, float]:
        """The document that the step words are about, and how surely."""
        clause = clause_of(reading, words.start, words.end)
        inside = [n for n in reading.nouns if n.start in clause] or reading.nouns
        if inside:
            noun = min(inside, key=lambda n: _distance(n, words))
            if noun.kind != "generic":
                return noun, 1.0 if noun.start in clause else 0.8
            return self._resolved(noun, reading)
        if self._last_noun and reading.sentence.index - self._last_noun_at <= 2:
            return self._last_noun, 0.5
        return None, 0.0

    def _resolved(self, noun: Noun, reading: SentenceReading) -> tuple[Noun | None, float]:
        """A bare "agreement" is the one the sentence or the text before names, else the one told right after."""
        here = [n for n in reading.nouns if n.kind != "generic"]
        if here:
            nearest = min(here, key=lambda n: abs(n.start - noun.start))
            return Noun(start=noun.start, end=noun.end, kind=nearest.kind), 0.85
        if self._last_noun:
            near = reading.sentence.index - self._last_noun_at <= 4
            return Noun(start=noun.start, end=noun.end, kind=self._last_noun.kind), 0.8 if near else 0.6
        index = reading.sentence.index
        for later in self.readings[index + 1 : index + 4]:
            strong = [n for n in later.nouns if n.kind != "generic"]
            if strong:
                return Noun(start=noun.start, end=noun.end, kind=strong[0].kind), 0.7
        if reading.has("fields") or self.readings[0].has("fields"):
            return noun, 0.4
        return None, 0.0

    def _when(self, reading: SentenceReading, words: StepWords) -> When | None:
        """The time nearest to the step words, in their clause first."""
        clause = clause_of(reading, words.start, words.end)
        others = [s for s in step_words_of(reading, self.lexicon) if s.start != words.start]
        near = [w for w in reading.times if w.kind in ("day", "weekday", "span", "old")]
        near = [w for w in near if not self._is_reporting(reading, w)] or near
        mine = [w for w in near if not any(_apart(w, o) < _apart(w, words) for o in others)]
        inside = [w for w in mine if w.start in clause] or mine
        return min(inside, key=lambda w: (w.kind == "span", _apart(w, words)), default=None)

    def _is_reporting(self, reading: SentenceReading, when: When) -> bool:
        """Whether the time is that of the telling ("said on Tuesday"), not of what is told."""
        if when.first and self.published and when.first > self.published:
            return False
        words = reading.sentence.words
        return any(
            (m.end in (when.start, when.start - 1) and all(w.gap == 0 for w in words[m.end : when.start + 1]))
            or m.start == when.end
            for m in reading.tagged("reporting")
        )

    def _date(self, claim: Claim, when: When | None) -> None:
        if when is None or when.first is None or when.kind == "span" or self.published is None:
            return
        if claim.words.reality == "planned" and claim.stage is not Stage.IN_FORCE:
            ahead = when.first
            if when.kind == "weekday" and ahead < self.published:
                ahead += timedelta(days=7)
            claim.expected = ahead if ahead >= self.published else None
        else:
            claim.date = when.first
            if claim.stage is Stage.IN_FORCE and when.kind == "weekday" and claim.words.reality == "planned":
                claim.date = when.first + timedelta(days=7) if when.first < self.published else when.first

    def _novelty(self, claim: Claim, when: When | None) -> tuple[str, str]:
        reading, words = claim.reading, claim.words
        title = reading.sentence.field == "title"
        planned = words.reality == "planned"
        if planned and reading.has("recalled") and not title:
            return "recalled", "a plan that the text recalls"
        if not planned and when is not None and self.published:
            fresh = is_fresh(when, self.published)
            if fresh is not None and claim.stage is not Stage.IN_FORCE:
                return ("new", "the date lies within three days") if fresh else ("recalled", "the time named lies back")
            if fresh is False:
                return "recalled", "the time named lies back"
            if when.kind == "span" and not title:
                return "unclear", "only a month or a year is named"
        if reading.has("recalled") and not title:
            return "recalled", "the sentence recalls"
        if reading.has("tallies") and not title:
            return "recalled", "a tally of earlier ones"
        if reading.has("fresh"):
            return "new", "the sentence says that it is fresh"
        if title:
            return "new", "the headline tells it"
        if self._looks_back(reading, words):
            return "unclear", "a clause that looks back"
        if self._is_relative(reading, words):
            return "unclear", "a clause that describes"
        if words.form == "participle" or self._is_attributive(reading, words):
            return "unclear", "it only describes the document"
        if reading.sentence.index <= LEAD:
            return "new", "told at the top"
        return "unclear", "told late in the text"

    def _looks_back(self, reading: SentenceReading, words: StepWords) -> bool:
        """Whether the step words stand behind "after", "since" and the like, no comma between."""
        clause = clause_of(reading, words.start, words.end)
        return any(
            m.start in clause
            and m.end <= words.start
            and all(word.gap == 0 for word in reading.sentence.words[m.end : words.start + 1])
            for m in reading.tagged("looking_back")
        )

    def _is_relative(self, reading: SentenceReading, words: StepWords) -> bool:
        clause = clause_of(reading, words.start, words.end)
        return any(m.start == clause.start for m in reading.tagged("relatives"))

    def _is_attributive(self, reading: SentenceReading, words: StepWords) -> bool:
        return words.form == "done" and any(n.end == words.start for n in reading.nouns)

    def _compare(self) -> None:
        """A claim of no clear age is new only if it repeats what the title or the top tells."""
        told = {(c.link.pair, c.stage) for c in self.claims if c.novelty == "new" and c.words.reality in ("done", "planned")}
        pairs = {pair for pair, _ in told}
        for claim in self.claims:
            if claim.novelty == "unclear":
                if (claim.link.pair, claim.stage) in told or (not pairs and claim.reading.sentence.index <= LEAD + 2):
                    claim.novelty, claim.by_default = "new", True
                else:
                    claim.novelty = "recalled"


    def _schedule(self) -> None:
        """A plan to sign that one sentence gives a day is no bare proposal in the others."""
        fixed = {c.link.pair for c in self.claims if _is_planned_signing(c) and c.stage is Stage.TEXT_AGREED}
        for claim in self.claims:
            if claim.link.pair in fixed and _is_planned_signing(claim):
                claim.stage = Stage.TEXT_AGREED


def _is_planned_signing(claim: Claim) -> bool:
    return claim.words.stage is Stage.SIGNED and claim.words.reality == "planned" and claim.novelty == "new"


def _codes(reading: SentenceReading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(actor.code for actor in reading.actors if actor.acts))


def _apart(when: When, words: StepWords) -> float:
    """Words between a time and step words; a time that stands before them is a little farther off."""
    return _distance(when, words) + (1.5 if when.start < words.start else 0.0)


def _distance(one: Noun | When | StepWords, other: Noun | When | StepWords) -> int:
    return max(one.start - other.end, other.start - one.end, 0)
