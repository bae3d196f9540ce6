"""What a human decides on steps: accept, reject, merge, split. Each decision is kept with who and when.

The register remembers: reports of a rejected step stay silent, those of a merged one go to its target.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from monitor.alerts.routing import REPORTS
from monitor.backtest import line_of
from monitor.record import tell
from monitor.rules import Rules
from storage import Reader, Writer
from storage.records import Filter, MentionView, ReviewRecord, StepRecord, StepState, StepView


class ReviewError(ValueError):
    """A decision that cannot be made; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Who decides, why, and when (aware UTC)."""

    who: str
    reason: str
    now: datetime


def waiting(r: Reader, wanted: Filter | None = None) -> list[StepRecord]:
    """The steps that wait for a human, last recorded first."""
    return r.steps(replace(wanted or Filter(), state=StepState.REVIEW))


def accept(w: Writer, step_id: str, verdict: Verdict, rules: Rules) -> StepRecord:
    """The step, open now; people are told as of any new step."""
    step = _step(w, step_id)
    if step.state not in (StepState.REVIEW, StepState.REJECTED):
        raise ReviewError(f"{step_id} is {step.state}: only steps in review or rejected can be accepted")
    step = w.update_step(step_id, state=StepState.OPEN, reason=None)
    _keep(w, step_id, "accept", verdict)
    tell(w, step, "new", "new", rules=rules, now=verdict.now)
    return step


def reject(w: Writer, step_id: str, verdict: Verdict, rules: Rules) -> StepRecord:
    """The step, rejected now; people who were told of it are told that it was withdrawn."""
    step = _step(w, step_id)
    if step.state in (StepState.REJECTED, StepState.MERGED):
        raise ReviewError(f"{step_id} is {step.state} already")
    was_told = step.state is StepState.OPEN and bool(w.alerts(step_id))
    step = w.update_step(step_id, state=StepState.REJECTED, reason=verdict.reason)
    _keep(w, step_id, "reject", verdict)
    if was_told:
        tell(w, step, "update", "denial", rules=rules, now=verdict.now, note=verdict.reason)
    return step


def merge(w: Writer, step_id: str, into: str, verdict: Verdict) -> StepRecord:
    """The target, with the mentions of both. Nobody is told: they know of it."""
    step, target = _step(w, step_id), _step(w, into)
    if step.id == target.id:
        raise ReviewError(f"{step_id} cannot be merged into itself")
    if target.state in (StepState.MERGED, StepState.REJECTED):
        raise ReviewError(f"{into} is {target.state}: merge into a step that stands")
    if step.agreement.parties != target.agreement.parties or step.stage != target.stage:
        raise ReviewError(f"{step_id} and {into} differ in pair or stage: they cannot be one step")
    w.move_mentions(step_id, into)
    w.update_step(step_id, state=StepState.MERGED, merged_into=into, reason=verdict.reason)
    _keep(w, step_id, "merge", verdict, other=into)
    return _step(w, into)


def split(
    w: Writer, step_id: str, articles: Sequence[int], *, on: date, verdict: Verdict, rules: Rules
) -> StepRecord:
    """A new step on day `on` with the mentions of these articles taken from the old one; told as new."""
    step = _step(w, step_id)
    view = w.step_view(step_id)
    assert view is not None
    mine = [v for v in view.mentions if v.article.id in set(articles)]
    if missing := set(articles) - {v.article.id for v in mine}:
        raise ReviewError(f"{step_id} has no mention in article {', '.join(map(str, sorted(missing)))}")
    if len(mine) == len(view.mentions):
        raise ReviewError(f"{step_id} would be left without a mention: correct its date instead")
    new = w.add_step(
        replace(
            step,
            id=f"{step.agreement.name}/{step.stage}/{on.isoformat()}",
            date=on,
            date_exact=True,
            origin="human",
            state=StepState.OPEN,
            reason=None,
            first_seen=verdict.now,
        )
    )
    w.move_mentions(step_id, new.id, [v.mention.id for v in mine if v.mention.id is not None])
    _keep(w, step_id, "split", verdict, other=new.id)
    tell(w, new, "new", "new", rules=rules, now=verdict.now)
    return new


def labelled_lines(r: Reader) -> Iterator[str]:
    """The accepted and rejected steps as labelled JSON Lines for `pactwatch evaluate`: one line an
    article, with the events that humans have confirmed."""
    rows: dict[int, dict[str, Any]] = {}
    for review in reversed(r.reviews(limit=1_000_000)):
        view = r.step_view(review.step_id)
        if view is None or review.decision not in ("accept", "reject"):
            continue
        for mention in view.mentions:
            if mention.mention.role in REPORTS and mention.article.id is not None:
                row = rows.setdefault(mention.article.id, _row(mention))
                _label(row, view, accepted=review.decision == "accept")
    for row in rows.values():
        yield json.dumps(row | {"alert": bool(row["events"])}, ensure_ascii=False)


def _row(view: MentionView) -> dict[str, Any]:
    line = line_of(view.article)
    return line | {"id": f"article-{line['id']}", "events": [], "background": []}


def _label(row: dict[str, Any], view: StepView, *, accepted: bool) -> None:
    event: Mapping[str, Any] = {
        "parties": list(view.step.agreement.parties),
        "stage": view.step.stage,
        "instrument": view.step.agreement.instrument,
        "date": view.step.date.isoformat() if view.step.date else None,
        "place": view.step.place,
    }
    row["events"] = [e for e in row["events"] if e != event] + ([event] if accepted else [])


def _step(r: Reader, step_id: str) -> StepRecord:
    step = r.step(step_id)
    if step is None:
        raise ReviewError(f"there is no step {step_id!r}")
    return step


def _keep(w: Writer, step_id: str, decision: str, verdict: Verdict, other: str | None = None) -> None:
    w.add_review(
        ReviewRecord(
            step_id=step_id,
            decision=decision,
            reason=verdict.reason,
            who=verdict.who,
            decided=verdict.now,
            other_step_id=other,
        )
    )
