"""All patterns of a language as one tree, walked once from each word, however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.detect.tokens import Word

PARTY = -1
NUMBER = -2
FAR = 1 << 20  # words: as far as you like
Kinds = frozenset[int]  # the elements that a word is one of


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` words of any kind."""

    most: int


Part = int | Gap


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """What may follow: elements, gaps, and the tags of the patterns that end here. `reach` is how many words
    at most lie before the first party that a pattern from here names; FAR where one may name none."""

    children: dict[int, "Node"]
    gaps: tuple[tuple[int, "Node"], ...]
    tags: tuple[str, ...]
    reach: int

    @property
    def is_end(self) -> bool:
        """Whether every pattern that comes here ends here."""
        return not self.children and not self.gaps


@dataclass(slots=True)
class Branch:
    """A node that still grows."""

    children: dict[int, "Branch"] = field(default_factory=dict)
    gaps: dict[int, "Branch"] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def add(self, parts: Sequence[Part], tag: str) -> None:
        """Take in a pattern that carries `tag`."""
        node = self
        for part in parts:
            if isinstance(part, Gap):
                node = node.gaps.setdefault(part.most, Branch())
            else:
                node = node.children.setdefault(part, Branch())
        if tag not in node.tags:
            node.tags = (*node.tags, tag)

    def finished(self, known: dict[object, Node]) -> Node:
        """The node that this has grown into. Equal ones are one: of forty thousand in Chinese few differ."""
        children = {element: child.finished(known) for element, child in self.children.items()}
        gaps = tuple((most, child.finished(known)) for most, child in self.gaps.items())
        key = (
            self.tags,
            tuple((element, id(child)) for element, child in children.items()),
            tuple((most, id(child)) for most, child in gaps),
        )
        if key not in known:
            known[key] = Node(children, gaps, self.tags, FAR if self.tags else _reach(children, gaps))
        return known[key]


def _reach(children: dict[int, Node], gaps: tuple[tuple[int, Node], ...]) -> int:
    ways = [0 if element == PARTY else child.reach + 1 for element, child in children.items()]
    return max([*ways, *(child.reach + most for most, child in gaps)], default=0)


@dataclass(slots=True)
class Walk:
    """A sentence to walk over: its words, for each its kinds, and where a party that begins there ends."""

    words: Sequence[Word]
    kinds: Sequence[Kinds]
    party_ends: Sequence[int] | None
    best: dict[str, tuple[int, int]] = field(default_factory=dict)  # the ends of the shortest and the longest
    present: frozenset[int] = frozenset()  # the kinds of all words

    def __post_init__(self) -> None:
        """Gather what the sentence has, so that a gap before what it has not is not gone over."""
        self.present = frozenset().union(*self.kinds, (PARTY,) if self.party_ends else ())

    def on(self, node: Node, at: int) -> bool:
        """Walk on from a node reached before word `at`; whether any pattern ended."""
        for tag in node.tags:
            least, most = self.best.get(tag, (at, at))
            self.best[tag] = min(least, at), max(most, at)
        found = bool(node.tags)
        if at < len(self.kinds) and self.words[at].gap != 2:
            children = node.children
            if not children.keys().isdisjoint(self.kinds[at]):
                for element in sorted(children.keys() & self.kinds[at]):
                    found |= self.on(children[element], at + 1)
            if self.party_ends and (end := self.party_ends[at]) and PARTY in children:
                found |= self.on(children[PARTY], end)
            for most, child in node.gaps:
                if not child.children.keys().isdisjoint(self.present):
                    found |= self._over(child, at, most)
        return found

    def _over(self, node: Node, at: int, most: int) -> bool:
        """What follows a gap: for each element the nearest word after which some pattern ends."""
        children, done = node.children, set[int]()
        elements = children.keys()
        for here in range(at, min(at + most + 1, len(self.kinds))):
            if self.words[here].gap == 2:
                break
            if not elements.isdisjoint(self.kinds[here]):
                for element in sorted(elements & self.kinds[here]):
                    if element not in done and self.on(children[element], here + 1):
                        done.add(element)
            party = children.get(PARTY) if self.party_ends and self.party_ends[here] else None
            if party and self.party_ends and PARTY not in done and self.on(party, self.party_ends[here]):
                done.add(PARTY)
        return bool(done)
