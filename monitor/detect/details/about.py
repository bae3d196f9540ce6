"""Which sentences speak of a finding's agreement, and not of another one that the article recalls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from monitor.detect.claims import Claim, SentenceReading
from monitor.terms import Pair, Stage

_BLOCS = frozenset({"EU", "NATO"})
_ON = 4  # so many sentences on, "it is valid for ten years" is still of the document named before


def by_sentence(claims: Iterable[Claim]) -> Mapping[int, Sequence[Claim]]:
    """The claims of each sentence, by its index."""
    found: dict[int, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.reading.sentence.index, []).append(claim)
    return found


def sentences_about(
    pair: Pair,
    stage: Stage,
    readings: Sequence[SentenceReading],
    claims: Mapping[int, Sequence[Claim]],
    pairs: int,
) -> Iterator[SentenceReading]:
    """The sentences about the agreement of `pair` that is at `stage`. `claims` as `by_sentence` gives them;
    `pairs`: how many pairs the article has news of; with several, a sentence that names neither is of the
    pair that was told of last."""
    last: Pair | None = pair if pairs == 1 else None
    near = 0
    for reading in readings:
        told = claims.get(reading.sentence.index, ())
        mine = [c for c in told if c.link.pair == pair]
        others = {c.link.pair for c in told} - {pair}
        acting = {actor.code for actor in reading.actors if actor.acts} - _BLOCS - set(pair)
        if told:
            last = pair if mine and not others else None if others and not mine else last
        strange = (bool(others) and not mine) or (bool(acting) and not mine) or (bool(others) and pairs > 1)
        old = bool(mine) and all(c.novelty == "recalled" and c.stage.rank >= stage.rank for c in mine)
        named = any(noun.kind != "excluded" for noun in reading.nouns)
        if strange or old or last != pair:
            near = 0 if strange or old else near
            continue
        near = _ON if mine or named else near - 1
        if near >= 0:
            yield reading
