"""Gives the inflected forms of a name or adjective from a language's paradigms.

A paradigm is keyed by the ending of the dictionary form; the longest key that fits wins, and a key
may be a whole word (an exception). The key "" fits words that end in a consonant. An ending marked
`@ins`, `@loc` or `@gen` gives a case hint.
"""

from collections.abc import Mapping

CASES = {"loc": "locative", "ins": "instrumental", "gen": "genitive"}
Paradigms = Mapping[str, str]
Forms = dict[str, str | None]

VOWELS = frozenset("aeiouyáéíóúýăâîąęėįųūāēīōõäöüøåæœěůаеиоуыэюяіїєёαεηιουωάέήίόύώაეიოუőű")


def inflect(word: str, paradigms: Paradigms) -> Forms:
    """Every form of one word with its case hint; the dictionary form itself comes first, hint None."""
    forms: Forms = {word: None}
    ending = fitting(word, paradigms)
    if ending is None:
        return forms
    stem = word[: len(word) - len(ending)]
    for item in paradigms[ending].split():
        tail, _, case = item.partition("@")
        forms.setdefault(stem + ("" if tail == "0" else tail), CASES.get(case))
    return forms


def fitting(word: str, paradigms: Paradigms) -> str | None:
    """The longest paradigm key that the word ends in, or None when the word does not inflect."""
    for length in range(len(word), 0, -1):
        if word[-length:] in paradigms:
            return word[-length:]
    if "" in paradigms and word and word[-1].isalpha() and word[-1].lower() not in VOWELS:
        return ""
    return None


def first_half(adjective: str, halves: Paradigms) -> str | None:
    """How an adjective stands before the hyphen of a pair: "українсько" of "український"."""
    ending = fitting(adjective, halves)
    if ending is None:
        return None
    tail = halves[ending]
    return adjective[: len(adjective) - len(ending)] + ("" if tail == "0" else tail)
