"""The tools that ask the register: agreements, their steps, the timeline of a pair."""

from collections.abc import Sequence
from typing import Annotated

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from monitor.assistants.asking import (
    USUAL,
    Answer,
    Before,
    Desk,
    InstrumentOf,
    Lang,
    Limit,
    PairOf,
    PartyOf,
    Since,
    StageOf,
    TierOf,
    Until,
    page,
)
from monitor.config import values
from monitor.particulars import particulars
from monitor.shapes import agreement_shape, mention_view_shape, stated_shape, step_shape
from monitor.terms import Pair
from monitor.timelines import with_steps
from storage import Reader
from storage.records import AgreementRecord, StepRecord

MENTIONS = 12
STEPS = 200
DETAILS = 30

StepId = Annotated[
    str,
    Field(
        description="A step's id.", examples=["DK-UA/security_agreement/signed/2024-02-23"], max_length=300
    ),
]
AgreementName = Annotated[
    str, Field(description="An agreement's name.", examples=["DK-UA/security_agreement"], max_length=100)
]
Named = Annotated[str, Field(description="Two parties, in either order.", examples=["DK-UA"], max_length=20)]


class RegisterTools:
    """Each public method is a tool; its docstring is what an assistant reads of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_agreements(
        self,
        *,
        party: PartyOf = None,
        pair: PairOf = None,
        stage: StageOf = None,
        instrument: InstrumentOf = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = USUAL,
        before: Before = None,
    ) -> Answer:
        """Agreements with all their steps, oldest first; last recorded agreement first. stage, since and
        until: those that have such a step."""
        wanted = self._desk.wanted(
            limit,
            before,
            party=party,
            pair=pair,
            stage=stage,
            instrument=instrument,
            since=since,
            until=until,
        )
        with self._desk.reading() as r:
            found = r.agreements(wanted)
            timelines = with_steps(found, r.steps_of({one.parties for one in found}))
        shapes = [agreement_shape(one, steps[-STEPS:]) for one, steps in timelines]
        return page(shapes, limit, found[-1].id if found else None)

    def show_agreement(self, name: AgreementName) -> Answer:
        """One agreement with its steps, oldest first, and how many articles mention each step."""
        pair = _pair(name.partition("/")[0])
        with self._desk.reading() as r:
            known = r.agreements_of([pair])
            found = [one for one in known if one.name == name]
            if not found:
                names = ", ".join(one.name for one in known) or "none"
                raise ToolError(f'there is no agreement "{name}"; of this pair there are: {names}')
            return _timelines(r, found)[0]

    def timeline(self, pair: Named) -> Answer:
        """All agreements of a pair, each with its steps, oldest first: who has what with whom, at what
        stage, since when."""
        parties = _pair(pair)
        with self._desk.reading() as r:
            found = r.agreements_of([parties])
            if not found:
                raise ToolError(f"no agreement of {'-'.join(parties)} is in the register")
            return page(_timelines(r, found), limit=0, last=None)

    def list_steps(
        self,
        *,
        party: PartyOf = None,
        pair: PairOf = None,
        stage: StageOf = None,
        instrument: InstrumentOf = None,
        since: Since = None,
        until: Until = None,
        lang: Lang = None,
        tier: TierOf = None,
        limit: Limit = USUAL,
        before: Before = None,
    ) -> Answer:
        """Steps, last recorded first, each with the quoted sentence it is known from. since and until are
        the step's own date; lang and tier are those of an article that mentions it."""
        wanted = self._desk.wanted(
            limit, before, party=party, pair=pair, stage=stage, instrument=instrument, since=since,
            until=until, lang=lang, tier=tier,
        )  # fmt: skip
        with self._desk.reading() as r:
            found = r.steps(wanted)
            glimpses = r.glimpses([one.id for one in found], most=1)
        shapes = []
        for step in found:
            seen = glimpses.get(step.id)
            quote = seen.mentions[0].mention.quote if seen else None
            shapes.append({**step_shape(step), "quote": quote, "mentions": seen.total if seen else 0})
        return page(shapes, limit, found[-1].seq if found else None)

    def show_step(self, id: StepId) -> Answer:  # noqa: A002
        """One step with its evidence: who reports, corroborates, recalls or denies it, the quoted sentences
        with their offsets, why it was read so, what else they state (duration, sums, who signed), and the
        timeline of the pair."""
        with self._desk.reading() as r:
            step = r.step(id)
            if step is None:
                raise ToolError(f'there is no step "{id}"; list_steps has the ids')
            seen = r.glimpses([id], most=MENTIONS).get(id)
            agreements = r.agreements_of([step.agreement.parties])
            timelines = with_steps(agreements, r.steps_of([step.agreement.parties]))
        return {
            **step_shape(step),
            "details": [stated_shape(one) for one in particulars(seen.mentions if seen else ())[:DETAILS]],
            "mentions": [mention_view_shape(one) for one in seen.mentions] if seen else [],
            "mentions_in_all": seen.total if seen else 0,
            "timeline": [_line(one) for _, steps in timelines for one in steps[-STEPS:]],
        }


def _timelines(r: Reader, agreements: Sequence[AgreementRecord]) -> list[Answer]:
    """The agreements with their steps, each step with how many articles mention it."""
    timelines = with_steps(agreements, r.steps_of({one.parties for one in agreements}))
    seen = r.glimpses([step.id for _, steps in timelines for step in steps[-STEPS:]], most=1)
    return [
        {
            **agreement_shape(agreement),
            "steps": [
                {**step_shape(step), "mentions": seen[step.id].total if step.id in seen else 0}
                for step in steps[-STEPS:]
            ],
        }
        for agreement, steps in timelines
    ]


def _line(step: StepRecord) -> Answer:
    day = step.date.isoformat() if step.date else None
    return {"id": step.id, "stage": step.stage, "date": day, "state": step.state}


def _pair(text: str) -> Pair:
    try:
        return values.pair(text)
    except ValueError as error:
        raise ToolError(str(error)) from None
