"""One sentence as linking sees it, and the pairs that it joins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.detect.actors import Listed
from monitor.detect.naming import Actor
from monitor.terms import Pair, pair_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pair with how surely (0..1) and by what the sentence joins it, and the actors that named it."""

    pair: Pair
    weight: float
    how: str
    actors: tuple[Actor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What linking sees of one sentence: the step words' place, the clause around them, the actors."""

    at: int
    near: int  # the instrument's first word, or `at`
    clause: range
    actors: Sequence[Actor]
    lists: Sequence[Listed]
    plural: bool
    both_sides: bool
    rivals: tuple[int, ...] = ()  # where the other step words of the sentence begin
    joined_at: frozenset[int] = frozenset()  # the words behind an "and"
    back: int = 1 << 30  # where a clause begins that looks back ("after China signed with")
    ending: bool = False  # what adversaries do with an agreement, they do apart
    first_person: bool = False  # "we signed": the speaker's own state, and its guest
    pronoun: bool = False  # "he signed": who spoke last
    each: bool = False  # "bilateral agreements", "also signed": a list may be several pairs with one party


def links_of(pairs: Iterable[tuple[Actor, Actor]], weight: float, how: str) -> tuple[Link, ...]:
    """A link for each pair of different parties, the first that names it."""
    best: dict[Pair, Link] = {}
    for one, other in pairs:
        if one.code != other.code:
            pair = pair_of(one.code, other.code)
            best.setdefault(pair, Link(pair=pair, weight=weight, how=how, actors=(one, other)))
    return tuple(best.values())
