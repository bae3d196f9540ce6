"""What the party index gives back: a span of the text and the state that it stands for."""

from dataclasses import dataclass

from monitor.terms import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyMention:
    """One place where a text names a state, the EU or NATO.

    `start` and `end` are characters into the text. `form` is name, adjective, capital, seat, leader,
    ministry, demonym, compound (part of "Danish-Ukrainian") or own ("the government", of the
    publisher's state). `weight` (0-1) is how surely the words mean the state as an actor here: 1.0 a
    name, 0.6 a capital (which may be only the place), 0.3 a capital after "in". `grammar` is a case
    hint ("locative", "instrumental", "genitive") where the ending or a preposition gives one.
    Mentions joined by a hyphen, or written as one word (日比), share a `pair_id`; three of one id are
    a trilateral. `leader` says who, for an office holder.
    """

    code: Party
    start: int
    end: int
    form: str
    weight: float
    grammar: str | None = None
    pair_id: int | None = None
    leader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A town or venue in a text where a step may have happened; `name` is its usual English name."""

    name: str
    code: Party
    start: int
    end: int
    locative: bool
