"""The dictionary form of a word, so that "угоду" and "угоди" are found by "угода". By simplemma.

A dictionary takes 2 to 50 MB and up to some seconds to read, so each is read when its language first
comes, and few are kept. Nothing here is needed to ask: the index remembers which lemmas it has seen.
"""

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.searching.words import fold, raw_words, words_of
from storage.records import SearchText

if TYPE_CHECKING:
    from simplemma import Lemmatizer

MOST_DICTIONARIES = 8
MOST_REMEMBERED = 65_536
SHORTEST = 3  # shorter words hardly inflect, and are everywhere
LONGEST = 40
# The names that simplemma has for languages that go by another one here.
_NAMES = {"no": "nb", "hr": "hbs", "sr": "hbs", "bs": "hbs"}
_reading = threading.Lock()


def search_text(title: str, text: str, language: str | None = None) -> SearchText:
    """What the article is found by: its words in order, and the lemmas of its language's words."""
    whole = f"{title}\n{text}"
    words = tuple(words_of(whole))
    if language is None or not has_lemmas(language):
        return SearchText(words=words)
    lemmas = {}
    for raw, word in raw_words(whole):
        if word not in lemmas and (lemma := lemma_of(raw, language)) not in (None, word):
            lemmas[word] = lemma
    return SearchText(words=words, lemmas=lemmas)


def lemma_of(word: str, language: str) -> str | None:
    """The folded lemma of a word; None where it has none to speak of."""
    if not SHORTEST <= len(word) <= LONGEST or word.isnumeric():
        return None
    with _reading:
        found: str = _lemmatizer().lemmatize(word, lang=_NAMES.get(language, language))
    lemma = fold(found)
    return lemma if lemma.isalnum() else None


def has_lemmas(language: str) -> bool:
    """Whether there is a dictionary of that language."""
    return _NAMES.get(language, language) in _supported()


@lru_cache(maxsize=1)
def _supported() -> frozenset[str]:
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    return frozenset(SUPPORTED_LANGUAGES)


@lru_cache(maxsize=1)
def _lemmatizer() -> "Lemmatizer":
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries import StreamDictionaryFactory

    factory = StreamDictionaryFactory(cache_max_size=MOST_DICTIONARIES)
    return Lemmatizer(
        cache_max_size=MOST_REMEMBERED, lemmatization_strategy=DefaultStrategy(dictionary_factory=factory)
    )
