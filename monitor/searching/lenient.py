"""Searches from programs: what cannot be understood is searched as plain words, and a note says so."""

from collections.abc import Callable
from typing import TypeVar

from monitor.filters import WrongFilterError
from monitor.searching.language import MOST_WORDS, QueryError
from monitor.searching.words import query_words

T = TypeVar("T")


def plain_words(text: str) -> str:
    """A search for all words of the text, whatever operators and fields stand in it."""
    return " ".join(query_words(text)[:MOST_WORDS])


def leniently(text: str, work: Callable[[str], T]) -> tuple[T, str | None]:
    """(what `work` makes of the search, None); or, where that cannot be understood, what it makes of its
    plain words, and what is wrong with it."""
    try:
        return work(text), None
    except (QueryError, WrongFilterError) as mistake:
        return work(plain_words(text)), str(mistake)
