"""Search words: what both databases index and how each is asked, so that they answer alike.

The caller hands in text that is already folded and lemmatised, words between spaces. Both databases
get the same words, cut here, and neither changes them further.
"""

import re
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]{1,60}")
PHRASE_OR_WORD = re.compile(r'"([^"]*)"?|(\S+)')

# PostgreSQL refuses a tsvector over 1 MB; positions above 16,383 all count as the last.
MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand next to each other, or one word; `prefix`: the last may go on."""

    words: tuple[str, ...]
    prefix: bool = False


def cut(text: str) -> list[str]:
    """The words of folded text, in order."""
    words = text.casefold().split()
    if not all(map(str.isalnum, words)) or len(max(words, key=len, default="")) > 60:
        words = WORD.findall(text.casefold())
    return words[:MOST_WORDS]


def terms(query: str) -> list[Term]:
    """What a query asks for, all of it: words, "phrases in quotes", and beginnings with a star (secur*)."""
    found = []
    for match in PHRASE_OR_WORD.finditer(query):
        phrase, word = match.group(1), match.group(2)
        prefix = word is not None and word.endswith("*")
        if words := cut(phrase if phrase is not None else word):
            found.append(Term(tuple(words), prefix))
    return found


def fts5(wanted: list[Term]) -> str:
    """An FTS5 query: every term in quotes, so that nothing in it is an operator."""
    return " AND ".join(f'"{" ".join(t.words)}"{"*" if t.prefix else ""}' for t in wanted)


def tsquery(wanted: list[Term]) -> str:
    """The same as the text of a tsquery. Words are letters and digits only: nothing to escape."""
    parts = []
    for term in wanted:
        words = [f"'{word}'" for word in term.words]
        if term.prefix:
            words[-1] += ":*"
        parts.append("(" + " <-> ".join(words) + ")")
    return " & ".join(parts)


def tsvector(words: list[str]) -> str:
    """The words with their places, as the text of a tsvector."""
    return " ".join(f"'{word}':{min(place, 16_383)}" for place, word in enumerate(words, start=1))
