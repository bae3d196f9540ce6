"""The patterns of the lexicons: their notation, and a matcher whose time is linear in the text.

A pattern is words with spaces between them (lexicons/README.md):
`підпис*` any word that begins so, `*abkommen` that ends so, `*sicherheits*` that holds it; `a|b` one of them;
`(a b|c)` several words among the alternatives;
`the?` may be missing; `~` up to three words of any kind, `~6` up to six; `@` a party or a list of parties;
`#` a number; `{sign}` the words of the set of that name; `=May` is matched with its capital. Words all in
CAPITALS match capitals only.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.detect.parties.folding import fold_word
from monitor.detect.tokens import Word, fold, words_of
from monitor.detect.trie import NUMBER, PARTY, Gap, Node, Part, Walk

_MOST_VARIANTS = 4096
_FORMS_KEPT = 40_000
_STAR = (
    "\u1d22\u1d22"  # letters that no language here uses, standing in for * while a pattern is cut into words
)


class PatternError(ValueError):
    """A pattern that cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Match:
    """Words `start` to `end` (exclusive) of a sentence match a pattern that carries `tag`; the shortest
    match of the tag that begins there ends at `least`."""

    start: int
    end: int
    tag: str
    least: int = 0


@dataclass(slots=True)
class Matcher:
    """All patterns of one language, each with a tag, matched in one pass over a sentence's words."""

    split_elisions: bool = False
    language: str = ""  # its two alphabets are one: Serbian Cyrillic is looked up as Latin
    _exact: dict[str, list[int]] = field(default_factory=dict)
    _capital: dict[str, list[int]] = field(default_factory=dict)
    _prefix: dict[str, list[int]] = field(default_factory=dict)
    _suffix: dict[str, list[int]] = field(default_factory=dict)
    _infix: list[tuple[str, int]] = field(default_factory=list)
    _elements: dict[str, int] = field(default_factory=dict)
    _root: Node = field(default_factory=Node)
    _longest: int = 0
    _forms: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, tag: str, pattern: str, sets: Mapping[str, Sequence[str]]) -> None:
        """Take in one pattern. Raises PatternError when its notation is wrong."""
        for parts in self._variants(pattern, sets):
            if isinstance(parts[0], Gap) or isinstance(parts[-1], Gap):
                raise PatternError(f"{pattern!r} begins or ends with a gap")
            self._root.add(parts, tag)

    def find(self, words: Sequence[Word], party_ends: Sequence[int] | None = None) -> list[Match]:
        """Every match in the words of one sentence, the longest of each tag at each start.

        `party_ends[i]` is where the party or party list that begins at word i ends, or 0.
        """
        kinds = [self._kinds(word) for word in words]
        roots = self._root.children.keys()
        starts = [at for at, mine in enumerate(kinds) if not roots.isdisjoint(mine)]
        if party_ends and PARTY in roots:
            starts = sorted({*starts, *(at for at, end in enumerate(party_ends) if end)})
        if not starts:
            return []
        walk = Walk(kinds, [word.gap for word in words], party_ends)
        return [
            Match(at, end, tag, least)
            for at in starts
            for tag, (least, end) in walk.start(self._root, at).items()
        ]

    def _kinds(self, word: Word) -> tuple[int, ...]:
        known = self._forms.get(word.raw)
        if known is None:
            if len(self._forms) > _FORMS_KEPT:
                self._forms.clear()
            known = self._forms[word.raw] = tuple(sorted(self._look_up(word)))
        return known

    def _look_up(self, word: Word) -> set[int]:
        form = fold_word(word.form, self.language)
        kinds = {*self._exact.get(form, ()), *self._capital.get(word.raw, ())}
        if form.endswith("'s"):
            kinds.update(self._exact.get(form[:-2], ()))
        for length in range(1, min(len(form), self._longest) + 1):
            kinds.update(self._prefix.get(form[:length], ()))
            kinds.update(self._suffix.get(form[-length:], ()))
        kinds.update(element for part, element in self._infix if part in form)
        if form[0].isdigit():
            kinds.add(NUMBER)
        return kinds

    def _variants(self, pattern: str, sets: Mapping[str, Sequence[str]]) -> Iterable[tuple[Part, ...]]:
        choices: list[list[tuple[Part, ...]]] = []
        for raw in _pieces_of(pattern):
            may_miss = raw.endswith("?") and len(raw) > 1
            element = raw[:-1] if may_miss else raw
            options = self._options(element, pattern, sets)
            choices.append([*options, ()] if may_miss else options)
        count = 1
        for options in choices:
            count *= len(options)
        if not choices or count > _MOST_VARIANTS:
            raise PatternError(f"{pattern!r} is empty or has too many variants ({count})")
        for combination in itertools.product(*choices):
            parts = tuple(itertools.chain.from_iterable(combination))
            if not parts:
                raise PatternError(f"{pattern!r} can match nothing at all")
            yield parts

    def _options(
        self, element: str, pattern: str, sets: Mapping[str, Sequence[str]]
    ) -> list[tuple[Part, ...]]:
        if element[0] == "~":
            if element[1:] and not element[1:].isdigit():
                raise PatternError(f"{pattern!r}: a gap is ~ or ~ and a number, not {element!r}")
            return [(Gap(int(element[1:] or 3)),)]
        if element == "@":
            return [(PARTY,)]
        if element == "#":
            return [(NUMBER,)]
        single: list[str] = []
        several: list[tuple[Part, ...]] = []
        for word in _expand(element, pattern, sets):
            if " " in word:
                several.extend(self._variants(word, sets))
                continue
            pieces = _pieces(word, self.split_elisions)
            if not pieces:
                raise PatternError(f"{pattern!r}: {word!r} holds no word")
            if len(pieces) == 1:
                single.append(pieces[0])
            else:
                several.append(tuple(self._element((piece,)) for piece in pieces))
        return [*([(self._element(tuple(single)),)] if single else []), *several]

    def _element(self, alternatives: tuple[str, ...]) -> int:
        key = "|".join(alternatives)
        if key in self._elements:
            return self._elements[key]
        element = self._elements[key] = len(self._elements)
        for word in alternatives:
            self._register(word, element)
        return element

    def _register(self, word: str, element: int) -> None:
        form = fold(word)
        if word.startswith("="):
            self._capital.setdefault(word[1:], []).append(element)
        elif word.startswith("*") and word.endswith("*") and len(word) > 2:
            self._infix.append((form[1:-1], element))
        elif word.startswith("*"):
            self._suffix.setdefault(form[1:], []).append(element)
        elif word.endswith("*"):
            self._prefix.setdefault(form[:-1], []).append(element)
        elif len(word) > 1 and word.isupper() and word.isascii():
            self._capital.setdefault(word, []).append(element)
        else:
            self._exact.setdefault(form, []).append(element)
        self._longest = max(self._longest, len(form))


def _pieces_of(pattern: str) -> list[str]:
    """The elements of a pattern; what stands in brackets is one element. Raises PatternError."""
    elements: list[str] = []
    depth = 0
    for piece in pattern.split():
        if depth:
            elements[-1] += f" {piece}"
        else:
            elements.append(piece)
        depth += piece.count("(") - piece.count(")")
    if depth:
        raise PatternError(f"{pattern!r}: a bracket is not closed")
    return elements


def _pieces(word: str, split_elisions: bool) -> list[str]:
    """The words that a pattern's word amounts to, its * and = kept."""
    if word[0] == "=":
        return [word]
    marked = word.replace("*", _STAR)
    return [piece.raw.replace(_STAR, "*") for piece in words_of(marked, split_elisions=split_elisions)]


def _expand(element: str, pattern: str, sets: Mapping[str, Sequence[str]]) -> Iterable[str]:
    for word in element.replace("(", "").replace(")", "").split("|"):
        if word.startswith("{") and word.endswith("}"):
            if word[1:-1] not in sets:
                raise PatternError(f"{pattern!r}: there is no set {word}")
            yield from sets[word[1:-1]]
        elif word:
            yield word
        else:
            raise PatternError(f"{pattern!r}: an empty alternative in {element!r}")
