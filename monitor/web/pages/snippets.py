"""The part of an article that a search has found, with the found words told apart. Pure."""

import re

from monitor.alerts.rendering.inert import inert
from monitor.searching import search_words

_WORD = re.compile(r"\w+")
BEFORE, LONGEST = 60, 240
# A word may end otherwise than it was asked for: this much of it must be the same.
STEM = 0.65

Snippet = tuple[tuple[str, bool], ...]


def snippet(text: str, query: str) -> Snippet:
    """(text, whether it was asked for) in order; the beginning of the text where nothing was found."""
    stems = [stem_of(word) for word in search_words(query)]
    first = next((m.start() for m in _WORD.finditer(text) if _is_asked(m[0], stems)), 0) if stems else 0
    start = text.rfind(" ", 0, max(0, first - BEFORE)) + 1 if first > BEFORE else 0
    part = inert(text[start : start + LONGEST * 2], longest=LONGEST)
    found: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = 0
    for match in _WORD.finditer(part):
        if _is_asked(match[0], stems):
            found += [(part[at : match.start()], False), (match[0], True)]
            at = match.end()
    found.append((part[at:] + (" …" if start + LONGEST < len(text) else ""), False))
    return tuple(piece for piece in found if piece[0])


def stem_of(word: str) -> str:
    """The beginning that two forms of a word are taken to share."""
    return word if len(word) < 4 else word[: max(4, round(len(word) * STEM))]


def _is_asked(word: str, stems: list[str]) -> bool:
    return any(folded.startswith(stem) for folded in search_words(word) for stem in stems)
