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
from typing import NamedTuple

from monitor.detect.tokens import Word, words_of
from monitor.detect.trie import FAR, NUMBER, PARTY, Branch, Gap, Kinds, Node, Part, Walk
from monitor.detect.vocabulary import Vocabulary

_MOST_VARIANTS = 4096
_NOTHING = Node({}, (), (), 0)
_STAR = (
    "\u1d22\u1d22"  # letters that no language here uses, standing in for * while a pattern is cut into words
)


class PatternError(ValueError):
    """A pattern that cannot be read; the message says which and why."""


class Match(NamedTuple):  # a tuple: there are a hundred in an article
    """Words `start` to `end` (exclusive) of a sentence match a pattern that carries `tag`; the shortest
    match of the tag that begins there ends at `least`."""

    start: int
    end: int
    tag: str
    least: int = 0


@dataclass(frozen=True, slots=True)
class _Start:
    """The nodes that a word leads to from the root; `only` are their tags where none of them goes on, and no
    walk is needed; `reach` as that of a node."""

    nodes: tuple[Node, ...]
    only: tuple[str, ...]
    reach: int


@dataclass(slots=True)
class Matcher:
    """Patterns of one language, each with a tag, matched in one pass over a sentence's words."""

    vocabulary: Vocabulary
    _grown: Branch = field(default_factory=Branch)
    _root: Node | None = None
    _starts: dict[Kinds, _Start] = field(default_factory=dict)

    def add(self, tag: str, pattern: str, sets: Mapping[str, Sequence[str]]) -> None:
        """Take in one pattern. Raises PatternError when its notation is wrong."""
        for parts in self._variants(pattern, sets):
            if isinstance(parts[0], Gap) or isinstance(parts[-1], Gap):
                raise PatternError(f"{pattern!r} begins or ends with a gap")
            self._grown.add(parts, tag)

    def finish(self) -> None:
        """Take in no more: from here on sentences can be matched."""
        self._root, self._grown = self._grown.finished({}), Branch()

    def find(self, words: Sequence[Word], party_ends: Sequence[int] | None = None) -> list[Match]:
        """Every match in the words of one sentence, the longest of each tag at each start.

        `party_ends[i]` is where the party or party list that begins at word i ends, or 0.
        """
        vocabulary = self.vocabulary
        kinds = [vocabulary[word.raw] for word in words]
        if party_ends is not None:
            return self._find_around(Walk(words, kinds, party_ends))
        matches: list[Match] = []
        walk = Walk(words, kinds, None)
        for at, mine in enumerate(kinds):
            if mine:
                start = self._starts.get(mine) or self._start(mine)
                if start.only:
                    matches += [Match(at, at + 1, tag, at + 1) for tag in start.only]
                elif start.nodes:
                    matches += self._walked(walk, start.nodes, at)
        return matches

    def _find_around(self, walk: Walk) -> list[Match]:
        """The matches where parties stand: begun at one, or no farther before one than they reach."""
        ends = walk.party_ends or ()
        own = (self._root or _NOTHING).children.get(PARTY)
        matches: list[Match] = []
        ahead = FAR  # words between this one and the next party
        for at in range(len(ends) - 1, -1, -1):
            start = self._starts.get(walk.kinds[at]) or self._start(walk.kinds[at])
            party = own if ends[at] else None
            if ahead <= start.reach or party:
                nodes = start.nodes if ahead <= start.reach else ()
                matches += reversed(self._walked(walk, nodes, at, party))
            ahead = 0 if ends[at] else min(ahead + 1, FAR)
        matches.reverse()
        return matches

    @staticmethod
    def _walked(walk: Walk, nodes: tuple[Node, ...], at: int, party: Node | None = None) -> list[Match]:
        walk.best = {}
        for node in nodes:
            walk.on(node, at + 1)
        if party and walk.party_ends:
            walk.on(party, walk.party_ends[at])
        return [Match(at, end, tag, least) for tag, (least, end) in walk.best.items()]

    def _start(self, kinds: Kinds) -> _Start:
        children = self._root.children if self._root else {}
        nodes = tuple(children[element] for element in sorted(children.keys() & kinds))
        tags = dict.fromkeys(tag for node in nodes for tag in node.tags)
        only = tuple(tags) if all(node.is_end for node in nodes) else ()
        start = _Start(nodes, only, max((node.reach for node in nodes), default=-1))
        self._starts[kinds] = start
        return start

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
            parts = _with_gaps_joined(itertools.chain.from_iterable(combination))
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
            pieces = _pieces(word, self.vocabulary.split_elisions)
            if not pieces:
                raise PatternError(f"{pattern!r}: {word!r} holds no word")
            if len(pieces) == 1:
                single.append(pieces[0])
            else:
                several.append(tuple(self.vocabulary.element((piece,)) for piece in pieces))
        return [*([(self.vocabulary.element(tuple(single)),)] if single else []), *several]


def _with_gaps_joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts with two gaps in a row made one, as where what stood between them may be missing."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Gap) and isinstance(last, Gap):
            joined[-1] = Gap(last.most + part.most)
        else:
            joined.append(part)
    return tuple(joined)


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
