"""All patterns of a language as one tree, walked once from each word, however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

PARTY = -1
NUMBER = -2


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` words of any kind."""

    most: int


Part = int | Gap


@dataclass(slots=True)
class Node:
    """What may follow: elements, gaps, and the tags of the patterns that end here."""

    children: dict[int, "Node"] = field(default_factory=dict)
    gaps: dict[int, "Node"] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def add(self, parts: Sequence[Part], tag: str) -> None:
        """Take in a pattern that carries `tag`."""
        node = self
        for part in parts:
            if isinstance(part, Gap):
                node = node.gaps.setdefault(part.most, Node())
            else:
                node = node.children.setdefault(part, Node())
        if tag not in node.tags:
            node.tags = (*node.tags, tag)


@dataclass(slots=True)
class Walk:
    """A sentence to walk over: for each word its kinds, the break before it, where a party there ends."""

    kinds: Sequence[tuple[int, ...]]
    gaps: Sequence[int]
    party_ends: Sequence[int] | None
    best: dict[str, tuple[int, int]] = field(default_factory=dict)
    places: dict[int, list[int]] = field(default_factory=dict)  # of each element, in order
    breaks: list[int] = field(default_factory=list)  # for each word where the next strong break is

    def __post_init__(self) -> None:
        """Index the sentence, so that a gap looks only at words that may end it."""
        for at, kinds in enumerate(self.kinds):
            for element in kinds:
                self.places.setdefault(element, []).append(at)
        following = len(self.kinds)
        self.breaks = [0] * following
        for at in range(following - 1, -1, -1):
            if self.gaps[at] == 2:
                following = at
            self.breaks[at] = following

    def start(self, root: Node, at: int) -> dict[str, tuple[int, int]]:
        """For each tag the ends (exclusive) of its shortest and longest match that begins at word `at`."""
        self.best = {}
        self._elements(root, at)
        return self.best

    def _from(self, node: Node, at: int) -> bool:
        """Walk on from a node reached before word `at`; whether any pattern ended."""
        for tag in node.tags:
            least, most = self.best.get(tag, (at, at))
            self.best[tag] = min(least, at), max(most, at)
        found = bool(node.tags)
        if at < len(self.kinds) and self.gaps[at] != 2:
            if node.children:
                found |= self._elements(node, at)
            for most, child in node.gaps.items():
                found |= self._over(child, at, most)
        return found

    def _elements(self, node: Node, at: int) -> bool:
        found = False
        children = node.children
        if not children.keys().isdisjoint(self.kinds[at]):
            for element in self.kinds[at]:
                if child := children.get(element):
                    found |= self._from(child, at + 1)
        return self._party(node, at) or found

    def _over(self, node: Node, at: int, most: int) -> bool:
        """What follows a gap: for each element the nearest place where a pattern ends."""
        end = min(at + most + 1, self.breaks[at])
        found = False
        children, places = node.children, self.places
        if not children.keys().isdisjoint(places.keys()):
            for element in children.keys() & places.keys():
                if self._nearest(children[element], places[element], at, end):
                    found = True
        if self.party_ends and PARTY in children:
            found |= any(self._party(node, here) for here in range(at, end) if self.party_ends[here])
        return found

    def _nearest(self, node: Node, places: list[int], at: int, end: int) -> bool:
        """Whether some pattern ends that goes on after a word at one of the places, the nearest first."""
        for here in places:
            if here >= end:
                return False
            if here >= at and self._from(node, here + 1):
                return True
        return False

    def _party(self, node: Node, at: int) -> bool:
        if not self.party_ends or not self.party_ends[at] or PARTY not in node.children:
            return False
        return self._from(node.children[PARTY], self.party_ends[at])
