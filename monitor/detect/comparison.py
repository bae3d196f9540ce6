"""Claims of no clear age, decided by what the rest of the article tells as new."""

from monitor.detect.claims import RECORD, Claim
from monitor.detect.novelty import LEAD
from monitor.detect.topic import Topic
from monitor.terms import Stage

_OF_BOTH = 0.75  # the weight of "the two", who are the article's pair


def compare(claims: list[Claim], topic: Topic) -> None:
    """A claim of no clear age is new only if it repeats, or goes on from, what the title or the top tells."""
    about = {*topic.title, topic.country}
    new = [c for c in claims if c.novelty == "new" and c.words.reality in ("done", "planned")]
    told = {(c.link.pair, c.stage) for c in new}
    for claim in claims:
        if claim.novelty != "unclear":
            continue
        at_top = not told and claim.reading.sentence.index <= LEAD + 2
        goes_on = _goes_on(claim, claims)
        if _is_plain(claim, least=0.6) and topic.country in claim.link.pair:
            claim.novelty, claim.why = "new", RECORD
            claim.by_default = not _is_in_so_many_words(claim)
        elif (claim.link.pair, claim.stage) in told or at_top or goes_on:
            claim.novelty, claim.by_default = "new", not goes_on
        elif (_is_plain(claim) and set(claim.link.pair) <= about) or _is_of_title(claim, topic):
            claim.novelty, claim.by_default = "new", True
        else:
            claim.novelty = "recalled"


def schedule(claims: list[Claim]) -> None:
    """A plan to sign that one sentence gives a day is no bare proposal in the others."""
    fixed = {c.link.pair for c in claims if _is_planned_signing(c) and c.stage is Stage.TEXT_AGREED}
    for claim in claims:
        if claim.link.pair in fixed and _is_planned_signing(claim):
            claim.stage = Stage.TEXT_AGREED


def _goes_on(claim: Claim, claims: list[Claim]) -> bool:
    """ "He also signed one with Japan", behind a signing of the day with another partner."""
    at, joined = claim.reading.sentence.index, claim.link.weight == 1.0
    plain = _is_plain(claim) or (joined and _is_plain(claim, document=0.8))
    return (
        plain
        and claim.reading.has("each")
        and any(
            c.stage is claim.stage
            and (c.date is not None or joined)
            and 0 < at - c.reading.sentence.index <= LEAD
            and set(c.link.pair) & set(claim.link.pair)
            for c in claims
            if c.novelty == "new"
        )
    )


def _is_plain(claim: Claim, least: float = 0.85, document: float = 1.0) -> bool:
    """A plain statement, document and parties in the clause: official texts tell news late too."""
    clear = (
        claim.words.form == "done" and claim.words.reality == "done" and claim.why == "told late in the text"
    )
    return clear and claim.instrument_weight >= document and claim.link.weight >= least


def _is_of_title(claim: Claim, topic: Topic) -> bool:
    """ "Both put their names to the agreement", under a headline that names just these two."""
    return set(claim.link.pair) == set(topic.title) and _is_plain(claim, least=_OF_BOTH)


def _is_in_so_many_words(claim: Claim) -> bool:
    """ "President A and Prime Minister B signed the Defence Agreement": no perfect tense, no plural."""
    reading, plain = claim.reading, claim.link.weight == 1.0 and claim.stage is Stage.SIGNED
    perfect = any(m.end in (claim.words.start, claim.words.start - 1) for m in reading.tagged("perfect"))
    return plain and not (perfect or reading.has("plural_instruments") or reading.has("tallies"))


def _is_planned_signing(claim: Claim) -> bool:
    return claim.words.stage is Stage.SIGNED and claim.words.reality == "planned" and claim.novelty == "new"
