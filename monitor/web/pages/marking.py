"""An article's text in pieces, each with what detection saw in it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.alerts.rendering.inert import inert
from monitor.detect import Mark

# A page stays small: what is longer is read at the source.
LONGEST_TEXT = 30_000
ROLES = ("sentence", "party", "instrument", "stage", "time", "place")
_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text that has the same roles from end to end."""

    text: str
    roles: tuple[str, ...] = ()

    @property
    def inner(self) -> tuple[str, ...]:
        """What the words are, beside being part of a sentence that counts."""
        return tuple(role for role in self.roles if role != "sentence")


def pieces(body: str, marks: Sequence[Mark], start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """The characters from `start` to `end`, cut where a mark begins or ends. Marks may overlap."""
    end = len(body) if end is None else end
    mine = [m for m in marks if m.start < end and m.end > start and m.role in ROLES]
    cuts = {start, end} | {at for m in mine for at in (m.start, m.end) if start < at < end}
    found = []
    for here, there in _steps(sorted(cuts)):
        covering = [m for m in mine if m.start <= here and m.end >= there]
        roles = tuple(role for role in ROLES if any(m.role == role for m in covering))
        found.append(Piece(text=_readable(body[here:there]), roles=roles))
    return tuple(found)


def paragraphs(body: str, marks: Sequence[Mark]) -> Iterator[tuple[Piece, ...]]:
    """The text, paragraph by paragraph, up to LONGEST_TEXT characters."""
    at = 0
    whole = body[:LONGEST_TEXT]
    for gap in [*_BREAK.finditer(whole), None]:
        stop = gap.start() if gap else len(whole)
        if stop > at:
            yield pieces(body, marks, at, stop)
        at = gap.end() if gap else stop


def _steps(cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield from pairwise(cuts)


def _readable(text: str) -> str:
    """Inert, but with the spaces at its ends: a piece is a part of a line."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{inert(text, longest=LONGEST_TEXT)}{after}" if text.strip() else before
