"""Finds the phrases of an index in a text: word by word, or letter by letter where no spaces are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from monitor.detect.parties.folding import fold_text, fold_word
from monitor.detect.parties.index import WITHOUT_SPACES, WORD, Index, Meaning, Phrase, Start
from monitor.detect.parties.inflect import Forms

# What may stand between two words of one phrase ("U.S.", "Côte d'Ivoire", "Guinea-Bissau"); for traps
# also a comma ("Atlanta, Georgia").
INSIDE = frozenset(
    {" ", ".", ". ", "'", "’", "ʼ", "‘", "`", "-", "‑", "–", "\u00a0", " & ", "\n", " «", ' "', " “"}
)
INSIDE_TRAP = INSIDE | {", ", ","}

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase at a place of the text, before the context has been asked."""

    meaning: Meaning
    start: int
    end: int
    grammar: str | None


def scan(text: str, index: Index) -> Iterator[Hit]:
    """Hits in text order, non-overlapping, the longest at each place; traps among them, without a code."""
    folded = fold_text(text, index.language)
    if index.language in WITHOUT_SPACES:
        return scan_letters(folded, index)
    return scan_words(folded, index)


def scan_words(text: str, index: Index) -> Iterator[Hit]:
    """Look up each word and take the longest phrase that goes on from it."""
    tokens = WORD.findall(text)
    if index.language == "sr":
        tokens = [fold_word(word, "sr") for word in tokens]
    words, done = index.words, -1
    spans: list[re.Match[str]] = []  # made at the first hit: most texts have few
    for i in [i for i, word in enumerate(tokens) if word in words or word[0].isupper()]:
        if i <= done:
            continue
        # "Українська" alone is the adjective, though a longer phrase is listed with its capital.
        for start in (words.get(tokens[i]), spelled(tokens[i], words)):
            if start is None:
                continue
            spans = spans or list(WORD.finditer(text))
            phrase, last = longest(start, tokens, spans, i, text)
            if phrase is not None:
                done = last
                yield Hit(phrase.meaning, spans[i].start(), spans[done].end(), phrase.grammar)
                break


def spelled(word: str, words: dict[str, Found]) -> Found | None:
    """What is listed for a word at a sentence's start or in capitals, in small letters or as a name."""
    found = words.get(word.lower())
    if found is None and len(word) > 2 and word.isupper():
        return words.get(word.capitalize())
    return found


def longest(
    start: Start, tokens: list[str], spans: list[re.Match[str]], i: int, text: str
) -> tuple[Phrase | None, int]:
    """The longest phrase that goes on from token i, with its last token; (None, i) when none does."""
    if start.more and i + 1 < len(tokens):
        word = tokens[i + 1]
        phrases = start.more.get(word)
        if phrases is None and word[0].isupper():
            phrases = spelled(word, start.more)
        for phrase in phrases or ():
            if goes_on(phrase, tokens, spans, i + 1, text):
                return phrase, i + 1 + len(phrase.rest)
    return start.alone, i


def goes_on(phrase: Phrase, tokens: list[str], spans: list[re.Match[str]], i: int, text: str) -> bool:
    """Whether the words after token i are the rest of the phrase, with nothing foreign between them."""
    last = i + len(phrase.rest)
    if last >= len(tokens) or not all(map(is_form, tokens[i + 1 : last + 1], phrase.rest)):
        return False
    inside = INSIDE if phrase.meaning.code else INSIDE_TRAP
    return all(text[spans[k - 1].end() : spans[k].start()] in inside for k in range(i, last + 1))


def is_form(word: str, forms: Forms) -> bool:
    """Whether the word is one of the forms, itself, in capitals or with a capital letter."""
    return word in forms or (
        word[0].isupper() and (word.lower() in forms or (word.isupper() and word.capitalize() in forms))
    )


KATAKANA = re.compile(r"[ァ-ヺー]")
HANGUL = re.compile(r"[가-힣]")
PARTICLE, KANJI = re.compile(r"[ぁ-ん、]"), re.compile(r"[一-龥]")


def scan_letters(text: str, index: Index) -> Iterator[Hit]:
    """At each letter that begins a name, the longest name; none inside a longer katakana or hangul word."""
    if index.firsts is None:
        return
    done = 0
    for match in index.firsts.finditer(text):
        start = match.start()
        if start < done:
            continue
        for length in index.lengths[match.group()]:
            found = index.words.get(text[start : start + length]) if start + length <= len(text) else None
            if found and found.alone and stands_alone(text, start, start + length, index.language):
                done = start + length
                yield Hit(found.alone.meaning, start, done, None)
                break


def stands_alone(text: str, start: int, end: int, language: str) -> bool:
    """Whether a name is not a piece of a longer word of its script."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if text[start].isascii() or KATAKANA.match(text[start]):
        same = KATAKANA.match if KATAKANA.match(text[start]) else (lambda c: c.isascii() and c.isalnum())
        return not (before and same(before)) and not (
            after and same(after) and (text[end - 1].isascii() or KATAKANA.match(text[end - 1]))
        )
    if (
        language == "ja"
        and end - start > 1
        and PARTICLE.match(text[end - 1 : end])
        and KANJI.match(before or " ")
    ):
        return False  # 比と of 対比と
    return not (language == "ko" and HANGUL.match(before or " "))
