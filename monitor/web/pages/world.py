"""The map: one tile a party, coloured by the furthest stage of its agreements with the chosen party."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from monitor.web.context import Context
from monitor.web.pages.agreements import furthest, rows_of
from monitor.web.pages.asked import asked, page
from monitor.web.pages.choosing import party_choices, party_of
from storage.records import StepRecord

CELL = 27
TILE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a party stands in the grid, in cells from the upper left; NATO's name needs two."""

    party: str
    column: int
    row: int
    cells: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A party's tile in pixels, with the step that colours it."""

    party: str
    x: int
    y: int
    width: int
    step: StepRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All tiles."""

    tiles: tuple[Tile, ...]
    width: int
    height: int


def world_map(context: Context, request: Request) -> Response:
    """The chosen party's partners on the map, and the same as a table."""
    ask = asked(context, request)
    with context.storage.reading() as r:
        parties = party_choices(ask, r)
        party = party_of(ask, parties)
        rows = rows_of(r, party)
    by_partner: dict[str, list[StepRecord]] = {}
    for row in rows:
        if row.latest:
            by_partner.setdefault(row.partner, []).append(row.latest)
    reached = {partner: step for partner, steps in by_partner.items() if (step := furthest(steps))}
    return page(
        ask,
        "map.html.j2",
        title=ask.t("map_title", party=ask.words.party(party)),
        parties=parties,
        party=party,
        grid=grid_of(reached),
        tally=Counter(step.stage for step in reached.values()),
        furthest=sorted(reached.items(), key=lambda one: ask.words.party(one[0]).casefold()),
    )


def grid_of(reached: Mapping[str, StepRecord]) -> Grid:
    """The grid with the steps that were reached, by party."""
    drawn = [
        Tile(
            party=place.party,
            x=place.column * CELL + 1,
            y=place.row * CELL + 1,
            width=TILE + CELL * (place.cells - 1),
            step=reached.get(place.party),
        )
        for place in places()
    ]
    return Grid(
        tiles=tuple(drawn),
        width=max(tile.x + tile.width for tile in drawn) + 1,
        height=max(tile.y for tile in drawn) + CELL,
    )


@cache
def places() -> tuple[Place, ...]:
    """Where every party stands: data/tiles.txt, a picture in letters."""
    text = (files(__package__) / "data" / "tiles.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        Place(party=code, column=column, row=row, cells=2 if len(code) > 2 else 1)
        for row, line in enumerate(lines)
        for column, code in enumerate(line)
        if code.isalpha()
    )
