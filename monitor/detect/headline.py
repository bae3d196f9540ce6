"""What a headline's claims amount to once the text is read: older, guessed wrongly, denied, still to come."""

from dataclasses import replace

from monitor.detect.claims import Claim
from monitor.detect.novelty import LEAD
from monitor.terms import Stage

_FAINT = 0.55  # of a party supplied because the headline names its state as a place, or nobody else
_GUESSED = 0.6  # the weight at most that supplied.py gives to the publisher's state, or the language's


def age(claims: list[Claim]) -> None:
    """A title that names one party alone ("Who has signed with Ukraine?") is as old as the day that
    the text gives the step which it was taken to mean."""
    for claim in claims:
        if claim.reading.sentence.field == "title" and "the topic" in claim.link.how:
            told = [
                other.novelty == "recalled" and other.date is not None
                for other in claims
                if other.reading is not claim.reading
                and (other.link.pair, other.stage) == (claim.link.pair, claim.stage)
            ]
            if told and all(told):
                claim.novelty, claim.why = "recalled", "the text dates the headline's step back"


def unguess(claims: list[Claim]) -> None:
    """A title that names one party ("Ukraine signs three agreements") does not mean the publisher's own
    state as the other where the text joins that party, in the same step, with others only; nor does
    one that counts them ("27 agreements signed already")."""
    told = [c for c in claims if c.reading.sentence.field == "text" and c.novelty == "new"]
    for claim in list(claims):
        if claim.reading.sentence.field == "title" and _is_guess(claim):
            named = {actor.code for actor in claim.link.actors}
            faint = claim.link.weight <= _FAINT  # "after meeting X in Chile" hardly means Chile
            pairs = {c.link.pair for c in told if (faint or c.stage is claim.stage) and not _is_guess(c)}
            pairs = {pair for pair in pairs if named & set(pair)}
            if (pairs and claim.link.pair not in pairs) or claim.reading.has("tallies"):
                claims.remove(claim)


def believe_denial(claims: list[Claim]) -> None:
    """What the headline denies, the text does not tell: "denies signing" over "that it had signed"."""
    titled = [c for c in claims if c.reading.sentence.field == "title"]
    denied = {c.link.pair: c.stage for c in titled if c.words.reality == "denied"}
    for claim in claims:
        stage = denied.get(claim.link.pair)
        meant = claim.stage is stage or claim.link.how == "the topic"
        if stage and meant and claim.words.reality == "done":
            claim.novelty, claim.why = "recalled", "the headline denies it"


def explain_by_text(claims: list[Claim]) -> None:
    """A headline in the present tense ("Peru and Chile launch talks") is what the text says it is: still to
    come, where the top only tells of a plan for the same step."""
    top = [c for c in claims if 0 < c.reading.sentence.index <= LEAD and c.novelty == "new"]
    for claim in claims:
        if claim.reading.sentence.field == "title" and claim.words.form == "present":
            same = [c for c in top if (c.link.pair, c.words.stage) == (claim.link.pair, claim.words.stage)]
            if same and all(_is_to_come(c) for c in same):
                claim.stage = same[0].stage
                claim.words = replace(claim.words, reality="planned")
            elif not same and _are_only_agreed(claim, top):
                claim.stage = Stage.PROPOSED


def _are_only_agreed(claim: Claim, top: list[Claim]) -> bool:
    """Whether the talks that a headline opens are, in the text, agreed to be opened ("日比、交渉入り")."""
    told = {c.stage for c in top if c.link.pair == claim.link.pair and c.words.reality in ("done", "planned")}
    return claim.stage is Stage.NEGOTIATIONS_STARTED and told == {Stage.PROPOSED}


def _is_to_come(claim: Claim) -> bool:
    """Whether it is said to come; "the first to sign" is only spoken as if it were."""
    firm = claim.words.form in ("planned", "intended") or claim.words.stage is Stage.NEGOTIATIONS_STARTED
    return firm and claim.words.reality == "planned"


def _is_guess(claim: Claim) -> bool:
    """Whether the other party was supplied from who publishes, not from the text."""
    return "the topic" in claim.link.how and claim.link.weight <= _GUESSED
