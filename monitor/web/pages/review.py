"""The review queue: what detection is not sure of, and what a human says to it."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from monitor import review
from monitor.review import ReviewError, Verdict
from monitor.web.context import Context
from monitor.web.pages.asked import Asked, asked, page, refusal
from monitor.web.pages.choosing import chosen
from monitor.web.pages.forms import Sent, back_to, key_for
from monitor.web.tokens import Scope
from storage import Reader
from storage.records import Glimpse, StepRecord, StepState

A_PAGE = 20
_ARTICLE = re.compile("article-[1-9][0-9]{0,15}")
MOST_TWINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A step to decide on, its first evidence, and the steps that it may be the same as."""

    step: StepRecord
    glimpse: Glimpse
    twins: tuple[StepRecord, ...]


def queue(context: Context, request: Request) -> Response:
    """The steps that wait for a decision, last recorded first."""
    return queue_page(context, asked(context, request))


def queue_page(context: Context, ask: Asked, *, error: str | None = None, status: int = 200) -> Response:
    """The queue, with what was wrong with the last decision."""
    choice = chosen(ask, limit=A_PAGE + 1)
    with context.storage.reading() as r:
        found = review.waiting(r, choice.wanted)
        items = _items(r, found[:A_PAGE])
    return page(
        ask,
        "review.html.j2",
        title=ask.t("review"),
        status=status,
        items=items,
        before=found[A_PAGE - 1].seq if len(found) > A_PAGE else None,
        forms=key_for(ask.request, Scope.REVIEW),
        error=error or choice.error,
    )


def _items(r: Reader, steps: list[StepRecord]) -> list[Item]:
    glimpses = r.glimpses([step.id for step in steps], most=2)
    others = r.steps_of({step.agreement.parties for step in steps})
    return [
        Item(step=step, glimpse=glimpses.get(step.id, Glimpse()), twins=_twins(step, others))
        for step in steps
    ]


def _twins(step: StepRecord, others: list[StepRecord]) -> tuple[StepRecord, ...]:
    """Steps of the same pair and stage that stand: only into these can it be merged."""
    alike = [
        other
        for other in others
        if other.id != step.id
        and other.agreement.parties == step.agreement.parties
        and other.stage == step.stage
        and other.state in (StepState.OPEN, StepState.KNOWN)
    ]
    return tuple(alike[-MOST_TWINS:])


def decide(context: Context, sent: Sent) -> Response:
    """The decision made, and the queue again."""
    ask, step, reason = sent.ask, sent.field("step"), sent.field("reason")[:500]
    decision = sent.field("decision")
    if decision == "reject" and not reason:
        return queue_page(context, ask, error=ask.t("reason_wanted"), status=400)
    verdict = Verdict(who=sent.who, reason=reason, now=ask.now)
    try:
        with context.storage.writing() as w:
            if decision == "accept":
                review.accept(w, step, verdict, context.rules)
            elif decision == "reject":
                review.reject(w, step, verdict, context.rules)
            elif decision == "merge":
                review.merge(w, step, sent.field("into"), verdict)
            else:
                return refusal(ask, 400, ask.t("missing", what=decision or "decision"))
    except ReviewError as error:
        return queue_page(context, ask, error=str(error), status=409)
    context.wake()
    return back_to(f"/review?done={decision}")


def split(context: Context, sent: Sent) -> Response:
    """The step split in two, and the page of the new one."""
    ask, reason = sent.ask, sent.field("reason")[:500]
    articles = [int(name[8:]) for name in sent.fields if _ARTICLE.fullmatch(name)]
    try:
        day = date.fromisoformat(sent.field("day"))
    except ValueError:
        return refusal(ask, 400, ask.t("day_wanted"))
    if not reason or not articles:
        return refusal(ask, 400, ask.t("reason_wanted" if articles else "articles_wanted"))
    verdict = Verdict(who=sent.who, reason=reason, now=ask.now)
    try:
        with context.storage.writing() as w:
            new = review.split(w, sent.field("step"), articles, on=day, verdict=verdict, rules=context.rules)
    except ReviewError as error:
        return refusal(ask, 409, str(error))
    context.wake()
    return back_to(f"/steps/{quote(new.id)}")
