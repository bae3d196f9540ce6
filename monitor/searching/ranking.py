"""The best of some articles first: how much of each is about the words, its title above all. Pure."""

from collections.abc import Iterable

from monitor.searching.words import words_of
from storage.records import ArticleRecord

# Ranking reads every text it ranks, so it ranks the newest so many.
CANDIDATES = 200
TITLE_WEIGHT = 5
READ_CHARACTERS = 2_000
# A text says little by its hundredth word of the kind: frequency saturates as in BM25 (k1 of 1.2).
SATURATION = 1.2


def ranked(articles: Iterable[ArticleRecord], shown: frozenset[str]) -> list[ArticleRecord]:
    """The articles, best first; among equals the order stays (newest first)."""
    plain = {word for word in shown if not word.endswith("*")}
    starts = tuple(word[:-1] for word in shown if word.endswith("*"))

    def score(article: ArticleRecord) -> float:
        title, text = words_of(article.title), words_of(article.text[:READ_CHARACTERS])
        count = TITLE_WEIGHT * hits(title) + hits(text)
        return count / (count + SATURATION * (1 + len(text) / 300))

    def hits(words: list[str]) -> int:
        return sum(word in plain or (bool(starts) and word.startswith(starts)) for word in words)

    return sorted(articles, key=score, reverse=True)
