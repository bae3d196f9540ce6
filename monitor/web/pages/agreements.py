"""Who has what with whom: the matrix of a party's partners, and a pair's timeline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from monitor.terms import Stage
from monitor.web.context import Context
from monitor.web.pages.asked import Asked, asked, missing, page
from monitor.web.pages.choosing import party_choices, party_of
from monitor.web.pages.plot import Plot, plot_of
from monitor.web.pages.steps import in_order
from storage import Reader
from storage.records import AgreementRecord, Filter, Pair, StepRecord, StepState

MOST = 1000
STANDS = (StepState.OPEN, StepState.KNOWN)
PAIR = re.compile(r"([A-Z]{2}|NATO)-([A-Z]{2}|NATO)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One agreement of the chosen party: the step of each stage, in order of the stages, and the last."""

    agreement: AgreementRecord
    partner: str
    cells: tuple[StepRecord | None, ...]
    latest: StepRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One agreement of a pair with its steps, oldest first, and their plot where any has a date."""

    agreement: AgreementRecord
    steps: tuple[StepRecord, ...]
    plot: Plot | None


def matrix(context: Context, request: Request) -> Response:
    """The chosen party's partners by stage."""
    ask = asked(context, request)
    with context.storage.reading() as r:
        parties = party_choices(ask, r)
        party = party_of(ask, parties)
        rows = rows_of(r, party)
    sort = ask.param("sort") if ask.param("sort") in ("partner", "stage", "date") else "partner"
    return page(
        ask,
        "matrix.html.j2",
        title=ask.t("matrix_title", party=ask.words.party(party)),
        parties=parties,
        party=party,
        sort=sort,
        rows=_sorted(ask, rows, sort or "partner"),
    )


def rows_of(r: Reader, party: str) -> list[Row]:
    """The agreements of a party with what stands of their steps."""
    agreements = r.agreements(Filter(party=party, limit=MOST))
    by_agreement: dict[str, list[StepRecord]] = {}
    for step in r.steps_of({one.parties for one in agreements}):
        if step.state in STANDS:
            by_agreement.setdefault(step.agreement.name, []).append(step)
    return [_row(one, party, by_agreement[one.name]) for one in agreements if one.name in by_agreement]


def _row(agreement: AgreementRecord, party: str, steps: list[StepRecord]) -> Row:
    steps = in_order(steps)
    reached = {step.stage: step for step in steps}
    one, other = agreement.parties
    return Row(
        agreement=agreement,
        partner=other if one == party else one,
        cells=tuple(reached.get(stage.value) for stage in Stage),
        latest=furthest(steps),
    )


def furthest(steps: Sequence[StepRecord]) -> StepRecord | None:
    """The step of the highest stage, the latest of those of one stage."""
    return max(steps, key=lambda s: (Stage(s.stage).rank, s.date.isoformat() if s.date else ""), default=None)


def _sorted(ask: Asked, rows: list[Row], sort: str) -> list[Row]:
    rows = sorted(rows, key=lambda row: (ask.words.party(row.partner).casefold(), row.agreement.name))
    if sort == "stage":
        return sorted(rows, key=lambda row: -Stage(row.latest.stage).rank if row.latest else 0)
    if sort == "date":
        return sorted(rows, key=_last_day, reverse=True)
    return rows


def _last_day(row: Row) -> str:
    return max((cell.date.isoformat() for cell in row.cells if cell and cell.date), default="")


def pair(context: Context, request: Request) -> Response:
    """The timeline of each agreement of a pair."""
    ask = asked(context, request)
    parties = _pair_of(request.path_params["pair"])
    if parties is None:
        return missing(ask, request.path_params["pair"])
    with context.storage.reading() as r:
        agreements = r.agreements_of([parties])
        steps = [step for step in r.steps_of([parties]) if step.state in STANDS]
    if not agreements:
        return missing(ask, request.path_params["pair"])
    plots = [_line(one, [s for s in steps if s.agreement.name == one.name]) for one in agreements]
    title = " – ".join(map(ask.words.party, parties))
    return page(ask, "pair.html.j2", title=title, plots=[one for one in plots if one.steps] or plots)


def _line(agreement: AgreementRecord, steps: list[StepRecord]) -> Line:
    steps = in_order(steps)
    return Line(agreement=agreement, steps=tuple(steps), plot=plot_of(steps))


def _pair_of(name: str) -> Pair | None:
    match = PAIR.fullmatch(name.upper())
    if match is None or match[1] == match[2]:
        return None
    one, other = sorted(match.groups())
    return (one, other)
