"""The part of a text that a search found it by, with what was found told apart. Pure."""

import re

from monitor.searching.words import fold, is_unspaced

WINDOW = 220
BEFORE = 60
READ_CHARACTERS = 20_000
OPEN, CLOSE = "«", "»"
# As words.py cuts them: an apostrophe is part of a word between Cyrillic letters only.
_WORD = re.compile(r"\w+(?:(?<=[\u0400-\u04ff])['\u2019\u02bc](?=[\u0400-\u04ff])\w+)*")
_APOSTROPHES = re.compile("['\u2019\u02bc]")


Snippet = tuple[tuple[str, bool], ...]  # parts in order, each with whether it was asked for


def snippet(text: str, shown: frozenset[str]) -> Snippet:
    """Some 220 characters around the first words of `shown` (folded; a star ends a beginning); the
    beginning of the text where none is there (they may be in the title)."""
    read = text[:READ_CHARACTERS]
    spots = _spots(read, shown)
    start = _start(read, spots)
    end = min(len(read), start + WINDOW)
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for begin, stop in spots:
        if begin >= at and stop <= end:
            parts += [(_plain(read[at:begin]), False), (_plain(read[begin:stop]), True)]
            at = stop
    parts.append((_plain(read[at:end]) + (" …" if end < len(text) else ""), False))
    return tuple(part for part in parts if part[0])


def marked(found: Snippet) -> str:
    """The snippet as a line, with what was found between « and »."""
    return "".join(f"{OPEN}{text}{CLOSE}" if asked else text for text, asked in found).strip()


def _start(text: str, spots: list[tuple[int, int]]) -> int:
    start = max(0, spots[0][0] - BEFORE) if spots else 0
    space = text.find(" ", start, start + BEFORE) if start else -1
    return space + 1 if space >= 0 else start


def _plain(text: str) -> str:
    """On one line, without control characters and those that turn the direction of writing."""
    return "".join(letter for letter in re.sub(r"\s+", " ", text) if letter.isprintable())


def _spots(text: str, shown: frozenset[str]) -> list[tuple[int, int]]:
    """Where words to show stand, those of the first stretch of text that has any."""
    plain = {word for word in shown if not word.endswith("*")}
    starts = tuple(word[:-1] for word in shown if word.endswith("*"))
    found: list[tuple[int, int]] = []
    for match in _WORD.finditer(text) if shown else ():
        if found and match.start() > found[0][0] + WINDOW:
            break
        found += _inside(match, plain, starts)
    return found


def _inside(match: re.Match[str], plain: set[str], starts: tuple[str, ...]) -> list[tuple[int, int]]:
    raw, start = match[0], match.start()
    word = raw.lower() if raw.isascii() else fold(_APOSTROPHES.sub("", raw))
    if word in plain or (starts and word.startswith(starts)):
        return [(start, match.end())]
    pairs = [one for one in (*plain, *starts) if is_unspaced(one)] if not raw.isascii() else []
    spots = sorted((start + at, start + at + len(one)) for one in pairs if (at := raw.find(one)) >= 0)
    joined: list[tuple[int, int]] = []
    for begin, stop in spots:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((begin, stop))
    return joined
