"""A text cut into words and sentences, with the offsets of each into the text as it came.

Words are compared in a folded form (NFKC, lower case, one kind of apostrophe); offsets are never
touched. Chinese and Japanese have no spaces: there each character is a word of its own, and so is
a character in a pattern, which makes one matcher do for all languages.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_NO_SPACES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_APOSTROPHES = "'\u2019\u02bc\u2018\u00b4"
# The case of an abbreviation, after a colon: Swedish "USA:s", Finnish "EU:n", "Nato:ssa".
_CASE = r"(?:(?<=[A-ZÅÄÖ]):[a-zåäö]{1,4}(?![^\W_]))?"
_IS_SPACELESS = re.compile(f"[{_NO_SPACES}]")
_WORD = re.compile(
    rf"([{_NO_SPACES}]|\d+(?:[.,:/]\d+)*|[^\W\d_{_NO_SPACES}][^\W_{_NO_SPACES}]*(?:[{_APOSTROPHES}][^\W\d_{_NO_SPACES}]+)*{_CASE})"
)
_SPLIT_WORD = re.compile(
    rf"([{_NO_SPACES}]|\d+(?:[.,:/]\d+)*|[^\W\d_{_NO_SPACES}][^\W_{_NO_SPACES}]*[{_APOSTROPHES}]?)"
)
# Arabic vowel signs and the stroke that stretches a word: letters to nobody's regular expression, so that
# a word written with them would fall apart. They are part of it, and are not compared.
_SIGNS = "\u064b-\u0652\u0640\u0670"
_HAS_SIGNS = re.compile(f"[{_SIGNS}]")
_SIGNED_WORD = re.compile(rf"(\d+(?:[.,:/]\d+)*|[^\W\d_](?:[^\W_]|[{_SIGNS}])*)")
_STRONG_BREAK = re.compile(r"\.{2,}|[;:()|\u2013\u2014\u2026\n\u2022\uff1b\uff1a\uff08\uff09]|\s-\s")
_ASIDE = re.compile(r"\([^()\s\d]{1,12}\)|\uff08[^\uff08\uff09\s\d]{1,12}\uff09")
_GEORGIAN = re.compile(r"[\u10d0-\u10ff]")  # written in small letters only, also where a sentence begins
_COMMA = re.compile(r"[,\u060c\u3001\uff0c]")
_SENTENCE_END = re.compile(
    r"[.!?\u2026]+[\"'\u00bb\u201d\u2019)\]]*(?=\s)|[\u3002\uff01\uff1f\u061f]+[\u300d\u300f]?|\n+"
)
_INITIALS = re.compile(r"(?:^|[\s(.\"'\u00ab\u201c\u201e])[^\W\d_]$")


# Among abbreviations: years are written with a dot, as in Croatian "U siječnju 2024. Ukrajina je".
YEAR = "####"
_OPENING = 5  # words: so short a sentence that ends in a year only opens one

_made = tuple.__new__  # half the time of Word(…), which is a function of its own
MOST_WORDS = 120  # a longer sentence is cut (in characters twice as many): the cost grows with its square


class Word(NamedTuple):  # a tuple: an article has hundreds, and they are made one by one
    """One word: `form` is folded for matching; `raw` as written; `gap` is what stands before it:
    0 nothing of note, 1 a comma, 2 a stronger break (colon, dash, bracket)."""

    raw: str
    form: str
    start: int
    end: int
    gap: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its words. `field` is "title" or "text"; offsets are characters into it."""

    index: int
    field: str
    text: str
    start: int
    end: int
    words: tuple[Word, ...]


@lru_cache(maxsize=1 << 14)
def fold(raw: str) -> str:
    """The form in which words are compared: NFKC, lower case, plain apostrophe, one i (Turkish has two)."""
    folded = unicodedata.normalize("NFKC", raw).lower().replace("i\u0307", "i").replace("\u0131", "i")
    for mark in _APOSTROPHES[1:]:
        folded = folded.replace(mark, "'")
    if _HAS_SIGNS.search(folded):
        folded = _HAS_SIGNS.sub("", folded)
    # Romanian is written with a comma below or, on older keyboards, with a cedilla
    return folded.replace("\u0301", "").replace("\u015f", "\u0219").replace("\u0163", "\u021b")


def words_of(
    text: str, start: int = 0, end: int | None = None, *, split_elisions: bool = False
) -> tuple[Word, ...]:
    """The words of text[start:end], offsets into the whole text.

    With `split_elisions` an apostrophe ends a word (l'accord -> l' + accord: French, Italian).
    """
    part = text[start:end]
    if "(" in part or "\uff08" in part:
        part = _ASIDE.sub(_without_brackets, part)
    pattern = _SPLIT_WORD if split_elisions else _WORD
    if _HAS_SIGNS.search(part):
        pattern = _SIGNED_WORD
    pieces = pattern.split(part)
    words: list[Word] = []
    at = start
    for between, raw in zip(pieces[::2], pieces[1::2], strict=False):
        at += len(between)
        gap = 0 if between == " " else _gap(between)
        form = raw.lower() if raw.isascii() else fold(raw)
        words.append(_made(Word, (raw, form, at, at + len(raw), gap)))
        at += len(raw)
    return tuple(words)


def _without_brackets(aside: re.Match[str]) -> str:
    """A short aside as if it were no aside: "Olaf Scholz (SPD) und", "an agreement (RAA) with"."""
    return f" {aside.group()[1:-1]} "


def _gap(between: str) -> int:
    if between in ("", "\u2013"):  # a dash with no space about it joins: "magyar\u2013szlovén"
        return 0
    if _STRONG_BREAK.search(between):
        return 2
    return 1 if _COMMA.search(between) else 0


def sentences_of(
    text: str, field: str, first_index: int, abbreviations: frozenset[str], *, split_elisions: bool = False
) -> tuple[Sentence, ...]:
    """The sentences of a text, numbered from `first_index`. A title is one sentence whatever is in it."""
    whole = [(0, len(text))] if text.strip() else []
    spans = whole if field == "title" else _spans(text, abbreviations)
    sentences: list[Sentence] = []
    for start, end in spans:
        words = words_of(text, start, end, split_elisions=split_elisions)
        most = MOST_WORDS * (2 if words and _IS_SPACELESS.match(words[0].raw) else 1)
        for at in range(0, max(len(words), 1), most):
            part = words[at : at + most]
            first, last = (
                (part[0].start if at else start),
                (part[-1].end if at + most < len(words) else end),
            )
            sentences.append(Sentence(first_index + len(sentences), field, text, first, last, part))
    return tuple(sentences)


def _spans(text: str, abbreviations: frozenset[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if found.group()[0] == "." and _is_abbreviation(
            text, start, found.start(), found.end(), abbreviations
        ):
            continue
        if text[start : found.end()].strip():
            spans.append(_trim(text, start, found.end()))
        start = found.end()
    if text[start:].strip():
        spans.append(_trim(text, start, len(text)))
    return spans


def _is_abbreviation(text: str, start: int, dot: int, end: int, abbreviations: frozenset[str]) -> bool:
    following = text[end : end + 2].lstrip()[:1]
    goes_on = following.islower() and not _GEORGIAN.match(following)
    if following and (goes_on or (following.isdigit() and not text[dot - 1 : dot].isdigit())):
        word = text[max(start, dot - 12) : dot].split()
        if goes_on or (word and fold(word[-1]).lstrip("(\"'") in abbreviations):
            return True
    head = text[max(start, dot - 24) : dot]
    if _INITIALS.search(head) or (_INITIALS.search(head.replace(".", " ")) and "." in head.split(" ")[-1]):
        return True
    last = head.split()[-1:] or [""]
    if YEAR in abbreviations and _is_year(last[0]) and len(text[start:dot].split()) <= _OPENING:
        return True
    return fold(last[0]).lstrip("(\"'\u00ab\u201c") in abbreviations


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit()


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
