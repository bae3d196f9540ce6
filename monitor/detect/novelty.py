"""New or recalled: the rules in the order in which they decide, each with the reason it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from monitor.detect.actors import Listed
from monitor.detect.claims import Claim, SentenceReading, StepWords, clause_of
from monitor.detect.patterns import Match
from monitor.detect.times import When, is_fresh
from monitor.terms import Stage

LEAD = 3  # sentences of the text that still tell the news
_MANY = 6  # partners in one list: nobody signs with so many in a day
_MANY_ENDED = 3  # and three do not end theirs in one day: that is an era looked back on
_MANY_IN_PERFECT = 3  # "agreements have been signed with Britain, Germany and France"
_TOLD_OF = 0.75  # the weight of a pair that the words themselves join
_TOLD_REACH = 8  # words between "told" and "that": "the ambassador of A in Oslo on Monday"
_HAD_REACH = 6  # and between "said" and "had signed": "that the two countries"

_FINITE = frozenset({"done", "present", "planned"})

Verdict = tuple[str, str]  # new, recalled or unclear; and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules look at: the claim, the time of its step, and the day of publication."""

    claim: Claim
    when: When | None
    published: date | None

    @property
    def reading(self) -> SentenceReading:
        return self.claim.reading

    @property
    def words(self) -> StepWords:
        return self.claim.words

    @property
    def in_title(self) -> bool:
        return self.reading.sentence.field == "title"

    @property
    def is_plan(self) -> bool:
        return self.words.reality == "planned"


def novelty_of(case: Case) -> Verdict:
    """The verdict of the first rule that has one."""
    for rule in _RULES:
        if verdict := rule(case):
            return verdict
    return "unclear", "told late in the text"


def _recalled_plan(case: Case) -> Verdict | None:
    if case.is_plan and case.reading.has("recalled") and not case.in_title:
        return "recalled", "a plan that the text recalls"
    return None


def _plan_ahead(case: Case) -> Verdict | None:
    """What is fixed for a day to come is no memory, wherever the text tells it."""
    if case.is_plan and case.claim.expected and case.words.form != "bare":
        return "new", "the day named lies ahead"
    fixed = case.claim.stage is Stage.TEXT_AGREED and case.words.form == "planned"
    if case.is_plan and fixed and any(when.kind == "scheduled" for when in case.reading.times):
        return "new", "the occasion named lies ahead"
    return None


def _anniversary(case: Case) -> Verdict | None:
    """ "marked on Thursday the tenth anniversary of the signing": the day is not that of the signing."""
    if case.words.reality == "named" and case.reading.has("recalled"):
        return "recalled", "the sentence recalls"
    return None


def _time(case: Case) -> Verdict | None:
    """A date decides: three days at most, or it lies back (label rule of issue 3)."""
    if case.is_plan or case.when is None or case.published is None:
        return None
    fresh = is_fresh(case.when, case.published)
    if case.when.telling and (verdict := _looks_back(case) or _describes(case) or _counts(case)):
        return verdict
    if fresh is False:
        return "recalled", "the time named lies back"
    if fresh and case.claim.stage is not Stage.IN_FORCE:
        return "new", "the date lies within three days"
    if case.when.kind == "span" and not case.in_title:
        return "unclear", "only a month or a year is named"
    return None


def _many(case: Case) -> Verdict | None:
    """ "has signed with Britain, Germany, France, Denmark, Canada and Italy": a tally, unless dated."""
    for one in case.reading.lists:
        codes = one.codes
        if len(codes) > 2 and len(codes) >= _most(case, one) and set(codes) & set(case.claim.link.pair):
            return "recalled", "a list of so many partners is a tally"
    return None


def _most(case: Case, listed: Listed) -> int:
    if case.claim.stage is Stage.SUSPENDED_OR_TERMINATED:
        # One that ends what it has with three: "Ankara ends pacts with Chad, Niger and Mali".
        one_ends = case.in_title and "with" in listed.parts
        return _MANY if one_ends else _MANY_ENDED
    tells = _is_perfect(case) and "with" in listed.parts and case.reading.has("plural_instruments")
    return _MANY_IN_PERFECT if tells and not case.in_title else _MANY


def _is_perfect(case: Case) -> bool:
    span = range(case.words.start - 1, case.words.end)
    return any(mark.start in span for mark in case.reading.tagged("perfect"))


def _recall_cue(case: Case) -> Verdict | None:
    if case.in_title:
        return None
    cues = [cue for cue in case.reading.tagged("recalled") if not _is_beside(case, cue)]
    if cues or _is_long_past(case):
        return "recalled", "the sentence recalls"
    if _is_tally(case):
        told = case.reading.sentence.index <= LEAD and case.claim.link.weight >= _TOLD_OF
        return ("unclear" if told else "recalled"), "a tally of earlier ones"
    return None


def _is_long_past(case: Case) -> bool:
    """Whether a pluperfect puts the step before the news; it does not where it only follows a verb of
    saying at the top ("said that the two had signed")."""
    told = [mark.end for mark in case.reading.tagged("reporting")]
    lead = case.reading.sentence.index <= LEAD
    return any(
        mark.start <= case.words.start
        and not (lead and any(0 <= mark.start - end <= _HAD_REACH for end in told))
        for mark in case.reading.tagged("pluperfect")
    )


def _is_beside(case: Case, cue: Match) -> bool:
    """Whether what recalls stands in a later clause: "have signed a treaty, which adds to what they have"."""
    return cue.start >= clause_of(case.reading, case.words.start, case.words.end).stop


def _is_tally(case: Case) -> bool:
    """Whether the clause counts earlier ones; what another clause adds ("which means that such agreements
    exist with all") is no tally of what this one tells."""
    clause = clause_of(case.reading, case.words.start, case.words.end)
    return any(mark.start in clause for mark in case.reading.tagged("tallies"))


def _counts(case: Case) -> Verdict | None:
    """ "has concluded agreements with 27 states, he said on Thursday": the day is that of the telling."""
    return ("recalled", "a tally of earlier ones") if _is_tally(case) and not case.in_title else None


def _fresh_cue(case: Case) -> Verdict | None:
    if case.reading.has("fresh"):
        return "new", "the sentence says that it is fresh"
    return ("new", "the headline tells it") if case.in_title and not _is_revised(case) else None


def _is_revised(case: Case) -> bool:
    """Whether a headline opens with what only describes the document: "Revised pact goes to parliament"."""
    words = case.words
    return words.start == 0 and words.form == "done" and words.stage is Stage.AMENDED and not words.finite


def _looks_back(case: Case) -> Verdict | None:
    """The step words stand behind "after", "since" and the like, no comma between; a finite verb only where a
    clause follows there ("after they signed"), not a noun ("Після переговорів вони підписали")."""
    words, clause = case.reading.sentence.words, clause_of(case.reading, case.words.start, case.words.end)
    noun_first = () if case.words.form in _FINITE else case.reading.tagged("after_nouns")
    for mark in (*case.reading.tagged("looking_back"), *noun_first):
        between = words[mark.end : case.words.start + 1]
        if mark.start in clause and between and all(word.gap == 0 for word in between):
            return "unclear", "a clause that looks back"
    return None


def _describes(case: Case) -> Verdict | None:
    """ "the agreement signed in London", "states that have signed": description, not news."""
    clause = clause_of(case.reading, case.words.start, case.words.end)
    opened = any(mark.start == clause.start for mark in case.reading.tagged("relatives"))
    subject = any(clause.start < n.start < case.words.start for n in case.reading.nouns)  # "that the treaty"
    if opened and not case.is_plan and not subject and not _is_told_of(case.reading, clause.start):
        general = case.words.form == "present" and not case.in_title  # "that states sign with it"
        return "recalled" if general else "unclear", "a clause that describes"
    ends = {noun.end for noun in case.reading.nouns}
    auxiliaries = case.reading.tagged("auxiliaries")  # "they have an agreement signed", as in German
    at = case.words.start
    finite = case.words.finite or case.words.stage is Stage.IN_FORCE  # "the pact enters into force today"
    behind_noun = not finite and at in ends and case.reading.sentence.words[at].gap == 0
    behind_noun = behind_noun and not any(
        m.start in clause and (m.end <= at or m.start == at) for m in auxiliaries
    )
    if case.words.form == "participle" or (case.words.form == "done" and behind_noun):
        return "unclear", "it only describes the document"
    return None


def _is_told_of(reading: SentenceReading, opener: int) -> bool:
    """Whether the clause that opens there is what somebody said ("announced on Monday that …")."""
    return any(
        mark.end <= opener <= mark.end + _TOLD_REACH
        and not any(mark.end <= noun.start < opener for noun in reading.nouns)
        for mark in reading.tagged("reporting")
    )


def _guesses_among_many(case: Case) -> Verdict | None:
    """ "The Union has signed partnerships": several, and the other side of this one only supplied."""
    supplied = "the topic" in case.claim.link.how and case.claim.link.weight < _TOLD_OF
    if supplied and _is_perfect(case) and case.reading.has("plural_instruments") and not case.in_title:
        return "unclear", "several are told of, and the other side is not named"
    return None


def _at_the_top(case: Case) -> Verdict | None:
    return ("new", "told at the top") if case.reading.sentence.index <= LEAD else None


_RULES: tuple[Callable[[Case], Verdict | None], ...] = (
    _recalled_plan,
    _plan_ahead,
    _anniversary,
    _time,
    _many,
    _recall_cue,
    _fresh_cue,
    _looks_back,
    _describes,
    _guesses_among_many,
    _at_the_top,
)
