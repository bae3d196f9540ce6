"""What is new, and one step with all that is known of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.alerts.rendering.stated import ending_in_words, in_words
from monitor.particulars import endings, particulars
from monitor.terms import Stage
from monitor.web.context import Context
from monitor.web.pages.asked import HEADERS, Asked, asked, missing, page
from monitor.web.pages.choosing import chosen, party_choices
from monitor.web.pages.forms import key_for
from monitor.web.tokens import Scope
from storage import Reader
from storage.records import Filter, Glimpse, StepRecord, StepState

A_PAGE = 30
MENTIONS = 40
MOST_DETAILS = 40
LATELY, MOST_KNOWN, KNOWN_SHOWN = 400, 500, 8
STATES = {"known": StepState.KNOWN, "all": None, None: StepState.OPEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched, and what came of it so far. No parties: any two."""

    sources: int
    failing: int
    new: int
    known: int
    parties: tuple[str, ...]


def new_steps(context: Context, request: Request) -> Response:
    """The steps, last recorded first."""
    ask = asked(context, request)
    choice = chosen(ask, "party", "stage", "since", limit=A_PAGE + 1, state=_state(ask.param("state")))
    with context.storage.reading() as r:
        found = r.steps(choice.wanted)
        steps, before = found[:A_PAGE], found[A_PAGE - 1].seq if len(found) > A_PAGE else None
        glimpses = r.glimpses([step.id for step in steps], most=3)
        parties = party_choices(ask, r)
        newest = r.newest_seq()
        watch = _watch(context, r)
        known = [] if steps or _narrows(ask) else _latest_known(ask, r)
        glimpses |= r.glimpses([step.id for step in known], most=3)
    return page(
        ask,
        "new.html.j2",
        title=ask.t("new"),
        watch=watch,
        known=known,
        narrows=_narrows(ask),
        steps=steps,
        glimpses=glimpses,
        parties=parties,
        newest=newest,
        before=before,
        error=choice.error,
    )


def _watch(context: Context, r: Reader) -> Watch:
    return Watch(
        sources=len(context.config.polled),
        failing=r.failing(),
        new=r.steps_after(0, StepState.OPEN),
        known=r.steps_after(0, StepState.KNOWN),
        parties=tuple(context.config.watch.parties or ()),
    )


def _narrows(ask: Asked) -> bool:
    return any(ask.param(name) for name in ("party", "stage", "since", "state", "before"))


def _latest_known(ask: Asked, r: Reader) -> list[StepRecord]:
    """What to show while nothing is new: the latest of what was known before."""
    since = ask.now.date() - timedelta(days=LATELY)
    found = r.steps(Filter(state=StepState.KNOWN, since=since, limit=MOST_KNOWN))
    return sorted(found, key=lambda step: step.date or since, reverse=True)[:KNOWN_SHOWN]


def _state(asked_for: str | None) -> StepState | None:
    return STATES.get(asked_for, StepState.OPEN)


def steps_since(context: Context, request: Request) -> Response:
    """{"count": how many new steps were recorded after the one that the page knows}. What page.js asks."""
    after = asked(context, request).number("after") or 0
    with context.storage.reading() as r:
        count = r.steps_after(after, StepState.OPEN)
    return JSONResponse({"count": count}, headers={**HEADERS, "Cache-Control": "no-store"})


def one_step(context: Context, request: Request) -> Response:
    """A step: its evidence, the pair's timeline, who was told."""
    ask = asked(context, request)
    step_id: str = request.path_params["step_id"]
    after = ask.number("after") or 0
    with context.storage.reading() as r:
        step = r.step(step_id)
        if step is None:
            return missing(ask, step_id)
        glimpse = r.glimpses([step_id], most=MENTIONS, after=after).get(step_id, Glimpse())
        timeline = [s for s in r.steps_of([step.agreement.parties]) if _stands(s) or s.id == step_id]
        deliveries = r.deliveries(step_id=step_id, limit=50)
        reviews = r.reviews(step_id, limit=20)
    stated = particulars(glimpse.mentions)
    more = glimpse.mentions[-1].mention.id if glimpse.total > len(glimpse.mentions) else None
    return page(
        ask,
        "step.html.j2",
        title=f"{ask.words.parties(step.agreement)}: {ask.words.headline(step)}",
        step=step,
        glimpse=glimpse,
        more=more,
        **_forms(ask, glimpse),
        stated=[(one, in_words(one, ask.words)) for one in stated[:MOST_DETAILS]],
        endings=[
            ending_in_words(one, ask.words) for one in endings(step, stated, timeline) if one.counted_from
        ],
        timeline=in_order(timeline),
        deliveries=deliveries,
        reviews=reviews,
    )


def _forms(ask: Asked, glimpse: Glimpse) -> dict[str, Any]:
    """The key of the form that splits a step; only for who may, and where there is something to split."""
    key = key_for(ask.request, Scope.REVIEW) if glimpse.total > 1 else None
    return {"forms": key} if key else {}


def _stands(step: StepRecord) -> bool:
    return step.state in (StepState.OPEN, StepState.KNOWN)


def in_order(steps: list[StepRecord]) -> list[StepRecord]:
    """The steps oldest first, those of one day in the order of their stages, those without a date last."""

    def place(step: StepRecord) -> tuple[str, int, int]:
        return step.date.isoformat() if step.date else "9999", Stage(step.stage).rank, step.seq or 0

    return sorted(steps, key=place)
