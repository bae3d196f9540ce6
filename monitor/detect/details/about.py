"""Which sentences speak of a finding's agreement, and not of another one that the article recalls."""

from collections.abc import Iterator, Sequence

from monitor.detect.claims import Claim, SentenceReading
from monitor.terms import Pair, Stage

_BLOCS = frozenset({"EU", "NATO"})
_ON = 4  # so many sentences on, "it is valid for ten years" is still of the document named before


def sentences_about(
    pair: Pair, stage: Stage, readings: Sequence[SentenceReading], claims: Sequence[Claim], pairs: int
) -> Iterator[SentenceReading]:
    """The sentences about the agreement of `pair` that is at `stage`. `pairs`: how many pairs the article
    has news of; with several, a sentence that names neither is of the pair that was told of last."""
    last: Pair | None = pair if pairs == 1 else None
    near = 0
    for reading in readings:
        told = [c for c in claims if c.reading is reading]
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
