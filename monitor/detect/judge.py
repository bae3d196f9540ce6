"""Turns what sentences say into claims, and decides for each claim whether it is new or recalled."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from monitor.detect.claims import (
    Claim,
    Noun,
    SentenceReading,
    StepWords,
    asides_of,
    clause_of,
    distance,
    step_words_of,
)
from monitor.detect.comparison import compare, schedule
from monitor.detect.document import claim_of
from monitor.detect.headline import age, believe_denial, explain_by_text, unguess
from monitor.detect.lexicon import Lexicon
from monitor.detect.novelty import LEAD, Case, novelty_of
from monitor.detect.pairs import link
from monitor.detect.patterns import Match
from monitor.detect.scene import Scene
from monitor.detect.times import When
from monitor.detect.timing import ahead, is_scheduled, is_to_come, when_of
from monitor.detect.topic import GUESS, Topic
from monitor.terms import Instrument, Pair, Stage, pair_of

_TALKS = frozenset({Stage.NEGOTIATIONS_STARTED, Stage.NEGOTIATIONS_ROUND})
_SOON = timedelta(days=60)
_TOPIC = 6  # words after "about" that tell the topic
_TOPIC_REACH = 7  # words between a document and "about": "between the governments of A and B"

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
            self._judge(reading)
            self._remember(reading)
        self._judge_title_again()
        age(self.claims)
        unguess(self.claims)
        believe_denial(self.claims)
        compare(self.claims, self.topic)
        schedule(self.claims)
        explain_by_text(self.claims)
        return self.claims

    def _judge(self, reading: SentenceReading) -> None:
        all_words = step_words_of(reading, self.lexicon)
        for words in all_words:
            self.claims.extend(self._claims_of(reading, words, all_words))

    def _judge_title_again(self) -> None:
        """A title that names too few parties means the pair that the text turns out to be about; one that
        only names a document means that document, where the text is it."""
        title = self.readings[0] if self.readings else None
        told = any(claim.reading is title for claim in self.claims)
        if title and title.sentence.field == "title" and not told:
            if self.topic.pair:
                self._judge(title)
            itself = claim_of(self.readings)
            self.claims += [itself] if itself and not title.has_steps else []

    def _learn_topic(self) -> None:
        for reading in self.readings:
            weight = 3 if reading.sentence.field == "title" else 1
            crowd = {id(a) for one in reading.lists if len(one.codes) > 2 for a in one.actors}
            for actor in reading.actors:
                if actor.acts and id(actor) not in crowd:
                    self.topic.counts[actor.code] += weight
        acting = (a.code for reading in self.readings for a in reading.actors if a.acts)
        self.topic.first = next(acting, None)
        if self.readings and self.readings[0].sentence.field == "title":
            self.topic.title = _codes(self.readings[0])
            self.topic.host = _host(self.readings[0])
            self.topic.seats = tuple(a.code for a in self.readings[0].actors if a.parts == {"places"})

    def _remember(self, reading: SentenceReading) -> None:
        if codes := _codes(reading):
            self.topic.recent = codes
            self.topic.visit = _visit(reading, codes)
        speakers = [a.code for a in reading.actors if a.acts and "leader" in a.forms]
        self.topic.speaker = speakers[0] if speakers else self.topic.speaker
        strong = [noun for noun in reading.nouns if noun.kind != "generic"]
        if strong:
            self._last_noun, self._last_noun_at = strong[-1], reading.sentence.index

    def _claims_of(
        self, reading: SentenceReading, words: StepWords, all_words: list[StepWords]
    ) -> list[Claim]:
        when = when_of(reading, words, all_words, self.published)
        if when and self.published and is_to_come(words, when, self.published):
            words = replace(words, reality="planned")
        stage = self._stage(reading, words, when)
        noun, weight = self._instrument(reading, words)
        if stage is None or noun is None or noun.kind == "excluded":
            return []
        links = link(self._scene(reading, words, noun, all_words), self.topic)
        kind = Instrument.OTHER_SECURITY if noun.kind == "generic" else Instrument(noun.kind)
        claims = [
            Claim(
                reading=reading, words=words, stage=stage, link=one, instrument=kind, instrument_weight=weight
            )
            for one in links
        ]
        for claim in claims:
            self._date(claim, when)
            case = Case(claim=claim, when=when, published=self.published)
            claim.novelty, claim.why = novelty_of(case)
        claims = [c for c in claims if c.link.weight > GUESS or c.novelty == "recalled"]
        self.topic.joined.update(c.link.pair for c in claims if c.link.weight >= 0.6)
        told = len(claims) == 1 and words.reality != "denied" and claims[0].novelty != "recalled"
        if told and links[0].weight >= 0.6:
            self.topic.pair = links[0].pair
            if links[0].how == "with":
                self.topic.subject, self.topic.partner = (actor.code for actor in links[0].actors[:2])
            elif links[0].how in ("named together", "the two that the sentence names"):
                self.topic.leading = min(links[0].actors, key=lambda actor: actor.start).code
        return claims

    def _scene(
        self, reading: SentenceReading, words: StepWords, noun: Noun, all_words: list[StepWords]
    ) -> Scene:
        asides = asides_of(reading, words.start)
        behind = (*reading.tagged("looking_back"), *reading.tagged("after_nouns"))
        back = [mark.start for mark in behind if mark.start >= words.end]
        return Scene(
            at=words.start,
            near=noun.start if noun in reading.nouns else words.start,
            clause=clause_of(reading, words.start, words.end),
            actors=[a for a in reading.actors if not any(a.start in one for one in asides)],
            lists=[one for one in reading.lists if not any(one.start in aside for aside in asides)],
            back=min(back, default=len(reading.sentence.words)),
            plural=reading.has("plural_instruments"),
            both_sides=reading.has("both_sides"),
            each=reading.has("each"),
            rivals=tuple(s.start for s in all_words if s.start != words.start),
            joined_at=frozenset(m.end for m in reading.tagged("joiners")),
            ending=words.stage is Stage.SUSPENDED_OR_TERMINATED,
            first_person=reading.has("we"),
            pronoun=any(m.end <= words.start for m in reading.tagged("pronouns")),
        )

    def _stage(self, reading: SentenceReading, words: StepWords, when: When | None) -> Stage | None:
        """The stage that the words amount to: what is planned is another stage than what is done."""
        if words.reality != "planned":
            return words.stage
        if words.stage is Stage.IN_FORCE:
            day = ahead(when, self.published) if when and self.published else None
            return Stage.IN_FORCE if day and self.published and day - self.published <= _SOON else None
        with_day, without = _PLANNED.get(words.stage, (None, None))
        fixed = is_scheduled(reading, self.published) or self._is_of_the_visit(reading, words)
        return with_day if fixed else without

    def _is_of_the_visit(self, reading: SentenceReading, words: StepWords) -> bool:
        """Whether a firm plan belongs to the visit or summit that the title tells of: its day is fixed."""
        title = self.readings[0]
        occasion = title.sentence.field == "title" and any(w.kind == "event" for w in title.times)
        if reading is title and not occasion:
            lead = self.readings[1 : LEAD + 1]
            occasion = any(is_scheduled(one, self.published) for one in lead)
            occasion = occasion or any(a.parts == {"places"} for a in title.actors)
        occasion = occasion or self._goes_on_from_a_day(reading)
        return occasion and words.form == "planned" and not reading.has("someday")

    def _goes_on_from_a_day(self, reading: SentenceReading) -> bool:
        """Whether the sentence before tells of a day to come: "He arrives on Friday. They will sign"."""
        before = self.readings[max(reading.sentence.index - 1, 0)]
        if before is reading or before.sentence.field == "title":
            return False
        planned = before.has("modifier:planned") and is_scheduled(before, self.published)
        return planned or any(when.kind == "scheduled" for when in before.times)

    def _instrument(self, reading: SentenceReading, words: StepWords) -> tuple[Noun | None, float]:
        """The document that the step words are about, and how surely."""
        clause = clause_of(reading, words.start, words.end)
        inside = [n for n in reading.nouns if n.start in clause] or reading.nouns
        if inside:
            noun = min(inside, key=lambda n: distance(n, words))
            if noun.kind != "generic":
                return noun, 1.0 if noun.start in clause else 0.8
            return self._resolved(noun, reading)
        if self._last_noun and reading.sentence.index - self._last_noun_at <= 2:
            return self._last_noun, 0.5
        return self._named_next(reading, words)

    def _named_next(self, reading: SentenceReading, words: StepWords) -> tuple[Noun | None, float]:
        """ "A and B to sign on Monday", "held a round of talks": the document that follows."""
        if _says_of_what(reading, words) or (self.lexicon.cases and _is_a_meeting(reading, words)):
            return None, 0.0
        index = reading.sentence.index
        for later in self.readings[index + 1 : index + (3 if index == 0 else 4)]:
            for noun in later.nouns:
                if noun.kind != "generic":
                    return noun, 0.6
        return None, 0.0

    def _resolved(self, noun: Noun, reading: SentenceReading) -> tuple[Noun | None, float]:
        """A bare "agreement" is the one that the sentence or the text before names, else what follows."""
        here = [n for n in reading.nouns if n.kind != "generic"]
        if here:
            nearest = min(here, key=lambda n: abs(n.start - noun.start))
            return Noun(start=noun.start, end=noun.end, kind=nearest.kind), 0.85
        if self._last_noun and not self._is_another(reading, self._last_noun):
            return self._as_before(noun, reading, self._last_noun)
        index = reading.sentence.index
        for later in self.readings[index + 1 : index + 4]:
            strong = [n for n in later.nouns if n.kind != "generic"]
            if strong:
                return Noun(start=noun.start, end=noun.end, kind=strong[0].kind), 0.7
        return (None, 0.0) if _names_its_topic(noun, reading) else self._by_field(noun, reading)

    def _by_field(self, noun: Noun, reading: SentenceReading) -> tuple[Noun | None, float]:
        """A bare noun that nothing defines is ours only where the text speaks of the field."""
        if reading.has("other_fields") or self.readings[0].has("other_fields"):
            return None, 0.0
        if reading.has("fields") or self.readings[0].has("fields"):
            return noun, 0.4
        if any(one.has("fields") for one in self.readings[1 : LEAD + 2]):
            return noun, 0.25
        return None, 0.0

    @staticmethod
    def _is_another(reading: SentenceReading, before: Noun) -> bool:
        """Whether what stands between two parties is not the loan or declaration told of before."""
        pairs = [one for one in reading.lists if "between" in one.parts and len(one.codes) == 2]
        return before.kind == "excluded" and bool(pairs)

    def _as_before(self, noun: Noun, reading: SentenceReading, before: Noun) -> tuple[Noun, float]:
        """The bare noun as the document told of before it. A declaration told of in passing gives way to
        what the title says the article is about."""
        back = reading.sentence.index - self._last_noun_at
        titled = self._titled() if before.kind == "excluded" and back > 1 else None
        weight = 0.8 if back <= 4 and not titled else 0.6
        return Noun(start=noun.start, end=noun.end, kind=titled or before.kind), weight

    def _titled(self) -> str | None:
        """The kind of the one document that the title names, where it is one of ours."""
        title = self.readings[0]
        kinds = {noun.kind for noun in title.nouns if noun.kind != "generic"}
        mine = title.sentence.field == "title" and len(kinds) == 1 and "excluded" not in kinds
        return kinds.pop() if mine else None

    def _date(self, claim: Claim, when: When | None) -> None:
        if when is None or when.first is None or when.kind == "span" or self.published is None:
            return
        if claim.words.reality != "planned":
            claim.date = when.first
        elif claim.stage is Stage.IN_FORCE:
            claim.date = ahead(when, self.published)
        else:
            claim.expected = ahead(when, self.published)


def _names_its_topic(noun: Noun, reading: SentenceReading) -> bool:
    """Whether a bare "agreement" goes on "… (with Denmark) on a bridge" with no word of the field in it:
    then what it is about is said, and it is none of ours."""
    words = reading.sentence.words
    for mark in _topics(reading):
        joined = all(word.gap == 0 for word in words[noun.end : mark.end])
        if joined and 0 <= mark.start - noun.end <= _TOPIC_REACH:
            topic = range(mark.end, mark.end + _TOPIC)
            return not any(field.start in topic for field in reading.tagged("fields"))
    return False


def _topics(reading: SentenceReading) -> list[Match]:
    """What comes before a topic; in "on Thursday" it is none."""
    days = {when.start for when in reading.times}
    return [mark for mark in reading.tagged("about") if mark.end not in days]


def _says_of_what(reading: SentenceReading, words: StepWords) -> bool:
    """Whether more than a day follows the step words of a title ("signed a grant"), or talks have their
    topic named ("talks on the rights of women")."""
    if reading.sentence.field == "title":
        days, after = {when.start for when in reading.times}, words.end
        return after < len(reading.sentence.words) and not days & {after, after + 1}
    return words.stage not in _TALKS or any(mark.start >= words.end for mark in _topics(reading))


def _is_a_meeting(reading: SentenceReading, words: StepWords) -> bool:
    """Whether "talks" may be any meeting, as Slavic languages call it: nothing counts them as a round."""
    counted = reading.has("rounds") or any(mark.tag.startswith("ordinal:") for mark in reading.marks)
    return words.stage is Stage.NEGOTIATIONS_ROUND and not counted


def _host(title: SentenceReading) -> str | None:
    """The only state that a title names as a place, by its name and not by a town."""
    hosts = {a.code for a in title.actors if a.parts == {"places"} and "name" in a.forms}
    return hosts.pop() if len(hosts) == 1 else None


def _visit(reading: SentenceReading, acting: tuple[str, ...]) -> Pair | None:
    """The one party that acts in a sentence and the one that is only its place."""
    places = {a.code for a in reading.actors if a.parts == {"places"}}.difference(acting)
    return pair_of(acting[0], places.pop()) if len(acting) == len(places) == 1 else None


def _codes(reading: SentenceReading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(actor.code for actor in reading.actors if actor.acts))
