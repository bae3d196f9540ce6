"""The words that an article is found by: folded, so that case and accents do not count. Pure."""

import re
import unicodedata

_WORD = re.compile(r"\w+")
_PHRASE_OR_WORD = re.compile(r'"([^"]*)"|(\S+)')
# Scripts without spaces are indexed by overlapping pairs of characters.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# Accents are folded on these scripts only: elsewhere the marks are letters (Japanese voicing, й).
_FOLDED = re.compile(r"[a-z\u0370-\u03ff]")


def search_text(title: str, text: str, language: str | None = None) -> str:
    """The folded words of an article, separated by spaces, for the index."""
    return " ".join(search_words(f"{title}\n{text}", language))


def search_words(text: str, language: str | None = None) -> list[str]:
    """The folded words of a text or query, in order."""
    return [
        word for raw in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()) for word in _split(raw)
    ]


def folded_query(query: str, language: str | None = None) -> str:
    """A query with its words folded as the index has them; "quotes" and a star at a word's end stay."""
    parts = []
    for phrase, word in _PHRASE_OR_WORD.findall(query):
        folded = " ".join(search_words(phrase or word, language))
        if phrase or (" " in folded):
            parts.append(f'"{folded}"')
        elif folded:
            parts.append(f"{folded}{'*' if word.endswith('*') else ''}")
    return " ".join(parts)


def _split(word: str) -> list[str]:
    if _UNSPACED.fullmatch(word) and len(word) > 1:
        return [word[i : i + 2] for i in range(len(word) - 1)]
    return [_fold(word)]


def _fold(word: str) -> str:
    if word.isascii() or not _FOLDED.search(unicodedata.normalize("NFD", word)):
        return word
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return plain.replace("ł", "l").replace("ø", "o").replace("đ", "d").replace("ı", "i")
