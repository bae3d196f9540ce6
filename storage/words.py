"""Search words: what both databases index and how each is asked, so that they answer alike.

The caller hands in text that is already folded and lemmatised, words between spaces. Both databases
get the same words, cut here, and neither changes them further.
"""

import re

from storage.matching import AllOf, AnyOf, Match, SearchText, Term

WORD = re.compile(r"[^\W_]{1,60}")
PHRASE_OR_WORD = re.compile(r'"([^"]*)"?|(\S+)')

# Lemmas are indexed with this letter before them; no language writes a word with it.
LEMMA_MARK = "\N{LATIN LETTER SMALL CAPITAL L}"

# PostgreSQL refuses a tsvector over 1 MB; positions above 16,383 all count as the last.
MOST_WORDS = 20_000


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


def indexed(found_by: SearchText | str | None) -> list[str]:
    """The words to index, in order: those of the text, then the lemmas, marked."""
    if found_by is None or isinstance(found_by, str):
        return cut(found_by or "")
    words = cut(" ".join(found_by.words))
    return words + [LEMMA_MARK + lemma for lemma in cut(" ".join(sorted(set(found_by.lemmas.values()))))]


def all_of(query: str) -> Match | None:
    """What a plain query asks for, all of it; None where it has no word."""
    asked = terms(query)
    return AllOf(tuple(asked)) if asked else None


def fts5(wanted: Match) -> str:
    """An FTS5 query: every term in quotes, so that nothing in it is an operator."""
    if isinstance(wanted, Term):
        return f'"{" ".join(_marked(wanted))}"{"*" if wanted.prefix else ""}'
    if isinstance(wanted, AnyOf):
        return f"({' OR '.join(map(fts5, wanted.parts))})"
    found = f"({' AND '.join(map(fts5, wanted.parts))})"
    for part in wanted.without:
        found = f"({found} NOT {fts5(part)})"
    return found


def tsquery(wanted: Match) -> str:
    """The same as the text of a tsquery. Words are letters and digits only: nothing to escape."""
    if isinstance(wanted, AnyOf):
        return f"({' | '.join(map(tsquery, wanted.parts))})"
    if isinstance(wanted, AllOf):
        parts = [*map(tsquery, wanted.parts), *(f"!{tsquery(part)}" for part in wanted.without)]
        return f"({' & '.join(parts)})"
    words = [f"'{word}'" for word in _marked(wanted)]
    if wanted.prefix:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"


def _marked(term: Term) -> tuple[str, ...]:
    return tuple(LEMMA_MARK + word for word in term.words) if term.lemma else term.words


def tsvector(words: list[str]) -> str:
    """The words with their places, as the text of a tsvector."""
    return " ".join(f"'{word}':{min(place, 16_383)}" for place, word in enumerate(words, start=1))
