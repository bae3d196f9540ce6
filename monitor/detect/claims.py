"""What each sentence claims: a stage, how real it is, when, of which instrument, between whom."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from functools import partial

from monitor.detect.actors import Listed
from monitor.detect.lexicon import Lexicon
from monitor.detect.naming import Actor
from monitor.detect.patterns import Match
from monitor.detect.scene import Link
from monitor.detect.times import When
from monitor.detect.tokens import Sentence
from monitor.terms import Instrument, Stage

RECORD = "a government's own record tells its news anywhere"
_OPENERS = ("clause_openers", "looking_back", "relatives")
MOST_STEPS = 12  # step words looked at in one sentence
_NAMED_REACH = 20  # no name of a document is longer
_MODIFIER_REACH = 9
_DONE_REACH = 4
_ASKS = ("?", "\uff1f", "\u061f")
_STOP = re.compile("[.!?\uff1f\u061f\u3002]")
_HEADING = 4  # words before the colon of a headline
_BARE_REACH = 14  # "the signing of the agreement between the two was postponed"
_STRENGTH = ("denied", "wanted", "possible", "planned", "done")
_REALITY = {
    "done": "done",
    "present": "done",
    "participle": "done",
    "planned": "planned",
    "intended": "planned",
    "bare": "named",
}
# Of readings of the same words the surer one: "signed a law denouncing", "signed with initials".
_TIES = {Stage.SUSPENDED_OR_TERMINATED: 0, Stage.AMENDED: 0, Stage.SIGNED: 2}
_FORM_ORDER = {"participle": 0, "done": 1, "planned": 2, "intended": 3, "present": 4, "bare": 5}


@dataclass(slots=True, kw_only=True)
class SentenceReading:
    """A sentence with all that the lexicon and the party index found in it."""

    sentence: Sentence
    marks: list[Match]
    actors: list[Actor]
    lists: list[Listed]
    times: list[When]
    nouns: list["Noun"] = field(default_factory=list)
    _tagged: dict[str, list[Match]] | None = None  # made when first asked for: every claim asks for a dozen
    _bounds: list[int] | None = None

    def has(self, tag: str) -> bool:
        return bool(self.tagged(tag))

    def tagged(self, tag: str) -> Sequence[Match]:
        if self._tagged is None:
            self._tagged = {}
            met = {mark.start for mark in self.marks if mark.tag == "meetings"}
            for mark in self.marks:
                if mark.tag != "looking_back" or mark.start not in met:
                    self._tagged.setdefault(mark.tag, []).append(mark)
        return self._tagged.get(tag, ())

    @property
    def has_steps(self) -> bool:
        """Whether any of its words tells of a step."""
        return any(mark.tag.startswith("step:") for mark in self.marks)

    @property
    def bounds(self) -> list[int]:
        """The words at which a clause may begin, ascending."""
        if self._bounds is None:
            strong = {at for at, word in enumerate(self.sentence.words) if word.gap == 2}
            opened = (m.start for tag in _OPENERS for m in self.tagged(tag))
            self._bounds = sorted(strong.union(opened))
        return self._bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A noun phrase for a document: `kind` is an Instrument, "generic" or "excluded"."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """The words that gave a stage: `reality` is done, planned, possible, wanted, denied or named;
    `finite` says that they cannot merely describe the noun before them."""

    start: int
    end: int
    stage: Stage
    form: str
    reality: str
    finite: bool = False


@dataclass(slots=True, kw_only=True)
class Claim:
    """A step that one sentence claims for one pair."""

    reading: SentenceReading
    words: StepWords
    stage: Stage
    link: Link
    instrument: Instrument
    instrument_weight: float
    novelty: str = "unclear"  # new, recalled, unclear
    why: str = ""
    by_default: bool = False  # new only because nothing in the text speaks against it
    date: Day | None = None
    expected: Day | None = None
    features: dict[str, float] = field(default_factory=dict)
    confidence: float = 0.0


def nouns_of(marks: Sequence[Match], *, adjectives_follow: bool = False) -> list[Noun]:
    """The document nouns of a sentence. Of two that overlap the one that begins first counts, and from
    the same word the one whose defining word comes first: "agreement on security and energy" is ours,
    "agreement on energy and security" is not. Where `adjectives_follow`, an exclusion may define its
    noun by the next word too: "accord de sécurité sociale" is not ours."""
    found = [m for m in marks if m.tag.startswith("instrument:")]
    found.sort(key=partial(_precedence, grace=1 if adjectives_follow else 0))
    taken: set[int] = set()
    kept: list[Noun] = []
    for mark in found:
        if taken.isdisjoint(range(mark.start, mark.end)):
            taken.update(range(mark.start, mark.end))
            kept.append(Noun(start=mark.start, end=mark.end, kind=mark.tag[11:]))
    return sorted(kept, key=lambda n: n.start)


def _precedence(mark: Match, grace: int) -> tuple[bool, int, int, bool]:
    """A noun excluded as it stands ("declaration") gives way to a name of ours that begins with it."""
    excluded = mark.tag.endswith(":excluded")
    by_itself = excluded and mark.end == mark.start + 1
    defined_at = mark.least + _NAMED_REACH if by_itself else mark.least - grace * excluded
    return mark.tag.endswith(":generic"), mark.start, defined_at, not excluded


def step_words_of(reading: SentenceReading, lexicon: Lexicon) -> list[StepWords]:
    """The step words of a sentence, each with how real the sentence makes it."""
    found: list[tuple[Match, str, str]] = []
    for mark in reading.marks:
        if mark.tag.startswith("step:"):
            _, stage, form = mark.tag.split(":")
            found.append((mark, stage, form))
    found.sort(key=lambda f: (f[0].start - f[0].end, _FORM_ORDER[f[2]], _TIES.get(Stage(f[1]), 1)))
    taken: set[int] = set()
    steps: list[StepWords] = []
    for whole, stage, form in found:
        mark = _without_document(whole, reading) if form == "participle" else whole
        if taken.isdisjoint(range(mark.start, mark.end)):
            taken.update(range(mark.start, mark.end))
            reality = _reality(mark, form, reading, lexicon)
            steps.append(
                StepWords(
                    start=mark.start,
                    end=mark.end,
                    stage=Stage(stage),
                    form=form,
                    reality=reality,
                    finite=lexicon.noun_first,
                )
            )
    return sorted(steps, key=lambda s: s.start)[:MOST_STEPS]


def _without_document(mark: Match, reading: SentenceReading) -> Match:
    """A participle up to the document that it describes, which another step's words may begin with: of "the
    signed agreement was annulled" the agreement belongs to both."""
    inside = [n.start for n in reading.nouns if mark.start < n.start < mark.end <= n.end]
    return mark._replace(end=inside[0]) if inside else mark


def asides_of(reading: SentenceReading, start: int) -> list[range]:
    """The relative clauses between two commas that lie behind the words from `start` on: "Finland, which
    shares a border with Russia, will sign"."""
    words = reading.sentence.words
    asides = []
    for mark in reading.tagged("relatives"):
        if words[mark.start].gap == 1:
            closed = next((at for at in range(mark.end, start + 1) if words[at].gap == 1), None)
            asides += [range(mark.start, closed)] if closed is not None else []
    return asides


def _within(at: int, ranges: Sequence[range]) -> bool:
    return any(at in one for one in ranges)


def clause_of(reading: SentenceReading, start: int, end: int) -> range:
    """The words of the clause that holds words `start` to `end`."""
    asides = asides_of(reading, start)
    bounds = [at for at in reading.bounds if not _within(at, asides)] if asides else reading.bounds
    before, after = bisect_right(bounds, start), bisect_left(bounds, end)
    first = bounds[before - 1] if before else 0
    last = bounds[after] if after < len(bounds) else len(reading.sentence.words)
    return range(first, max(last, end))


def _governs(modifier: Match, mark: Match, scope: range, reading: SentenceReading) -> bool:
    """Whether a modifier stands near enough, no comma between (a plan may have one: "will, it says, sign").
    Of those inside the step words only a denial counts, and what makes a vote none yet ("the Rada at
    first reading approved")."""
    if modifier.start >= mark.start and modifier.end <= mark.end:
        tells = modifier.tag == "modifier:denied" or mark.tag.endswith(":present")
        return tells or (modifier.tag == "modifier:possible" and mark.tag == "step:ratified:done")
    if modifier.start < mark.start < modifier.end:
        return True  # "failed to" over "to sign", "the committee on … approved" over "approved"
    if not (scope.start < modifier.end <= scope.stop):
        return False
    between = reading.sentence.words[modifier.end : mark.start + 1]
    return modifier.tag == "modifier:planned" or all(word.gap == 0 for word in between)


def _is_part(modifier: Match, other: Match) -> bool:
    """Whether a longer one says it more exactly: "would" inside "said that it would" is no condition."""
    longer = other.end - other.start > modifier.end - modifier.start
    return longer and other.start <= modifier.start and modifier.end <= other.end


def _is_asked(reading: SentenceReading, mark: Match, clause: range) -> bool:
    """Whether a question asks it; what a relative clause in a question tells is taken for granted."""
    sentence = reading.sentence
    stop = _STOP.search(sentence.text, sentence.words[mark.end - 1].end, sentence.end)
    asked = stop is not None and stop.group() in _ASKS
    return asked and not any(m.start == clause.start for m in reading.tagged("relatives"))


def _reality(mark: Match, form: str, reading: SentenceReading, lexicon: Lexicon) -> str:
    clause = clause_of(reading, mark.start, mark.end)
    if _is_asked(reading, mark, clause):
        return "possible"
    reach = _DONE_REACH if form == "done" else _MODIFIER_REACH
    reach *= 2 if lexicon.spaceless else 1  # a word there takes about two characters
    first = max(clause.start, mark.start - reach, _document_of(mark, form, reading))
    follows = lexicon.modifiers_follow or form == "bare"  # "the signing was postponed"
    last = min(clause.stop, mark.end + (_BARE_REACH if form == "bare" else reach)) if follows else mark.start
    scope = range(first, last)
    modifiers = [m for m in reading.marks if m.tag.startswith("modifier:")]
    near = {
        m.tag[9:]
        for m in modifiers
        if (_governs(m, mark, scope, reading) or _heads(m, mark, reading))
        and not any(_is_part(m, other) for other in modifiers)
    }
    real = next((kind for kind in _STRENGTH if kind in near), _REALITY[form])
    return "possible" if real == "planned" and _is_conditional(mark, reading) else real


def _document_of(mark: Match, form: str, reading: SentenceReading) -> int:
    """Where the document begins, with a word before it, that a participle right behind it describes: in "will
    not send the agreement signed in Kyiv to parliament" nobody denies the signing. 0 for other forms."""
    if form != "participle":
        return 0
    return next((noun.start - 1 for noun in reading.nouns if noun.end == mark.start), 0)


def _heads(modifier: Match, mark: Match, reading: SentenceReading) -> bool:
    """Whether it stands as a headline's own first words: "First reading: the Senate approves the pact"."""
    words = reading.sentence.words
    if reading.sentence.field != "title" or modifier.tag != "modifier:possible":
        return False
    return modifier.end <= min(_HEADING, mark.start) and words[modifier.end].gap == 2


def _is_conditional(mark: Match, reading: SentenceReading) -> bool:
    """Whether a plan hangs on something: "would sign if", "ready to sign provided that"."""
    return any(one.start >= mark.end for one in reading.tagged("conditions"))


def distance(one: Noun | When | StepWords, other: Noun | When | StepWords) -> int:
    """How many words lie between two spans of a sentence; 0 when they touch."""
    return max(one.start - other.end, other.start - one.end, 0)
