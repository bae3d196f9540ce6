"""What a text states of an agreement besides the step: how long it holds, sums, consultations, who signed.

    sentences about the finding | lengths, sums, days, people | the words around them | details with quotes

Each detail carries the sentence that states it; what no sentence states is not guessed. Pure; the words are
in lexicons/*.yaml, one file a language.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from monitor.detect.claims import Claim, SentenceReading
from monitor.detect.details.about import by_sentence, sentences_about
from monitor.detect.details.lexicon import detail_words
from monitor.detect.details.reading import Reader
from monitor.detect.findings import Article, Detail, Finding
from monitor.detect.lexicon import Lexicon

__all__ = ["by_sentence", "details_of"]

MOST = 16


def details_of(
    finding: Finding,
    article: Article,
    readings: Sequence[SentenceReading],
    claims: Mapping[int, Sequence[Claim]],
    *,
    lexicon: Lexicon,
    published: date | None,
    pairs: int = 1,
) -> tuple[Detail, ...]:
    """The details that the article states of the finding's agreement, in text order, each once. `claims` as
    `by_sentence` gives them; `pairs`: how many pairs the article has news of."""
    words = detail_words(lexicon.language, split_elisions=lexicon.split_elisions)
    if words is None:
        return ()
    reader = Reader(article=article, finding=finding, words=words, lexicon=lexicon, published=published)
    found: dict[tuple[object, ...], Detail] = {}
    for reading in sentences_about(finding.parties, finding.stage, readings, claims, pairs):
        for one in reader.read(reading):
            key = (one.kind, one.value.casefold(), one.currency, one.year, one.per)
            found.setdefault(key, one)
    return tuple(one for one in found.values() if not _is_short(one, found.values()))[:MOST]


def _is_short(one: Detail, others: Iterable[Detail]) -> bool:
    """Whether it is a bare surname where the article has the whole name too."""
    return any(
        other.kind is one.kind and other.value.casefold().endswith(f" {one.value.casefold()}")
        for other in others
    )
