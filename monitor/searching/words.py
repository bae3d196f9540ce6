"""The words that an article is found by: folded, so that case and accents do not count. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterator

_WORD = re.compile(r"\w+")
# Between Cyrillic letters an apostrophe is part of the word (об'єднання).
_APOSTROPHE = re.compile(r"(?<=[\u0400-\u04ff])['\u2019\u02bc\u02b9](?=[\u0400-\u04ff])")
# Arabic vowel signs, and the stretching of letters: written or not, the word is the same.
_ARABIC_SIGNS = re.compile(r"[\u064b-\u065f\u0670\u0640]")
# Scripts without spaces are indexed by overlapping pairs of characters.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# Accents are folded on these scripts only: elsewhere the marks are letters (Japanese voicing, й).
_FOLDED = re.compile(r"[a-z\u0370-\u03ff]")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ё": "е", "ѐ": "е", "ѝ": "и"})


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order, as the index has them."""
    return [word for _, word in _folded(text, _indexed_pairs)]


def query_words(text: str) -> list[str]:
    """The folded words of a query: as words_of, but a run of Chinese, Japanese or Korean gives only what
    stands in every longer run that it is part of."""
    return [word for _, word in _folded(text, _pairs)]


def raw_words(text: str) -> Iterator[tuple[str, str]]:
    """Every word of a text as it is written, with its folded form; none of scripts without spaces."""
    yield from _folded(text, lambda _: [])


def fold(word: str) -> str:
    """One word, folded."""
    return _fold(unicodedata.normalize("NFKC", word).casefold())


def _folded(text: str, split: Callable[[str], list[str]]) -> Iterator[tuple[str, str]]:
    whole = _ARABIC_SIGNS.sub("", unicodedata.normalize("NFKC", text))
    for match in _WORD.finditer(_APOSTROPHE.sub("", whole)):
        raw = match[0]
        if raw.isascii() or not _UNSPACED.search(raw):
            yield raw, _fold(raw.casefold())
            continue
        for part in re.findall(rf"{_UNSPACED.pattern}|[^\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+", raw):
            if _UNSPACED.fullmatch(part):
                yield from ((part, pair) for pair in split(part))
            else:
                yield part, _fold(part.casefold())


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _indexed_pairs(run: str) -> list[str]:
    """The pairs, and the last character by itself: a query of one character asks for what begins with it."""
    return [run[i : i + 2] for i in range(len(run))]


def is_unspaced(word: str) -> bool:
    """Whether the word is of a script without spaces."""
    return _UNSPACED.fullmatch(word) is not None


def _fold(word: str) -> str:
    if word.isascii():
        return word
    if not _FOLDED.search(unicodedata.normalize("NFD", word)):
        return word.translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return plain.translate(_LETTERS)
