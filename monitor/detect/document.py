"""A text that is the agreement itself, as governments publish it: nothing in it says "signed"."""

from collections.abc import Sequence

from monitor.detect.claims import Claim, Noun, SentenceReading, StepWords
from monitor.detect.scene import Link
from monitor.terms import Instrument, Stage, pair_of

ITSELF = "the text is the document itself"
_TOP = 12  # sentences in which a treaty begins to speak as one
_ENOUGH = 2  # sentences that only a treaty has: "the Parties have agreed as follows", "Article 2"


def claim_of(readings: Sequence[SentenceReading]) -> Claim | None:
    """The signing of the document that an article consists of; None for any other article.

    The title names it with its two parties ("Agreement between A and B on …") and no other news of it.
    """
    title = readings[0] if readings else None
    if title is None or title.sentence.field != "title":
        return None
    ours = [noun for noun in title.nouns if noun.kind not in ("generic", "excluded")]
    codes = tuple(dict.fromkeys(actor.code for actor in title.actors if actor.acts))
    if len(ours) != 1 or len(codes) != 2 or not _speaks(readings[1 : _TOP + 1]):
        return None
    named = tuple(actor for actor in title.actors if actor.code in codes)
    link = Link(pair=pair_of(*codes), weight=1.0, how="between", actors=named)
    return _claim(title, ours[0], link)


def _speaks(readings: Sequence[SentenceReading]) -> bool:
    return sum(reading.has("enacting") for reading in readings) >= _ENOUGH


def _claim(title: SentenceReading, noun: Noun, link: Link) -> Claim:
    words = StepWords(start=noun.start, end=noun.end, stage=Stage.SIGNED, form="done", reality="done")
    return Claim(
        reading=title,
        words=words,
        stage=Stage.SIGNED,
        link=link,
        instrument=Instrument(noun.kind),
        instrument_weight=1.0,
        novelty="new",
        why=ITSELF,
    )
