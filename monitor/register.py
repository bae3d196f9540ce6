"""Which step a finding belongs to: a new one, one we know, or one a human must look at. Pure.

    finding + what is known of the pair  ->  Decision

Identity is structured, never text similarity: agreement = pair + instrument family (+ number for a
successor), step = agreement + stage + date (monitor.identity has the rules, stage by stage);
docs/how-steps-are-told-apart.md explains the same to readers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from monitor.detect.findings import Finding
from monitor.identity import RULES, are_kin, same_step, told_long_ago
from monitor.terms import Stage, Tier
from storage.records import AgreementRecord, StepRecord, StepState

# So long after an agreement is signed, talk of "negotiations" means another agreement.
SETTLED_DAYS = 120
# A stage that needs a signed text cannot follow talks that were known to be open so recently.
TOO_SOON_DAYS = 60

BEFORE_SIGNING = frozenset(
    {Stage.PROPOSED, Stage.NEGOTIATIONS_STARTED, Stage.NEGOTIATIONS_ROUND, Stage.TEXT_AGREED}
)
NEEDS_SIGNING = frozenset({Stage.RATIFIED, Stage.IN_FORCE, Stage.AMENDED})


class Action(StrEnum):
    """What is to be done with a finding."""

    NEW = "new"  # a step nobody here was told of
    CORROBORATES = "corroborates"  # a fresh report of a step that we have
    PROMOTES = "promotes"  # a better report of a step that waited in review
    RECAP = "recap"  # an older step told again: silent
    REVIEW = "review"  # a human must decide
    SILENT = "silent"  # recorded as known, never told
    DROP = "drop"  # too doubtful even for review


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where the lines are drawn (config: watch)."""

    alert_confidence: float = 0.8
    review_confidence: float = 0.5
    late_after: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do, with which step, and why. `changes` are improvements to a known step's record;
    `corrects` says that people told of it should hear of them."""

    action: Action
    step: StepRecord | None
    reason: str
    changes: Mapping[str, Any]
    corrects: bool = False


def decide(
    finding: Finding,
    known: Sequence[StepRecord],
    *,
    published: date,
    today: date,
    tier: str = Tier.PRESS,
    apart: Sequence[StepRecord] = (),
    limits: Limits | None = None,
) -> Decision:
    """What the register makes of one new finding.

    `known`: every step of the pair, whatever its state. `published`: the article's day; `today`: the
    day on which we read it. `tier`: of its source. `apart`: steps that earlier findings of the same
    article made; another instrument beside them is another agreement, whatever its family.
    """
    limits = limits or Limits()
    day = finding.date or published
    if target := _merged_target(finding, known, day):
        action = Action.RECAP if target.state is StepState.KNOWN else Action.CORROBORATES
        return _known(action, target, f"a human merged this step into {target.id}")
    open_steps = [s for s in known if s.state not in (StepState.REJECTED, StepState.MERGED)]
    if rejected := _rejected(finding, known, day):
        return _known(Action.RECAP, rejected, f"a human rejected this step: {rejected.reason or 'no reason'}")
    if step := same_step(finding, open_steps, day=day, apart=apart):
        return _join(finding, step, day=day, tier=tier, limits=limits)
    if step := told_long_ago(finding, open_steps, day=day, apart=apart):
        return _known(Action.RECAP, step, f"{step.agreement.name} reached {step.stage} on {step.date}")
    return _new(finding, open_steps, day=day, published=published, today=today, tier=tier, limits=limits)


def _rejected(finding: Finding, known: Sequence[StepRecord], day: date) -> StepRecord | None:
    return same_step(finding, [s for s in known if s.state is StepState.REJECTED], day=day)


def _merged_target(finding: Finding, known: Sequence[StepRecord], day: date) -> StepRecord | None:
    """The step into which a human merged the one that the finding reports, or None."""
    merged = same_step(finding, [s for s in known if s.state is StepState.MERGED], day=day)
    gone = (StepState.MERGED, StepState.REJECTED)
    by_id = {s.id: s for s in known}
    for _ in known:  # a merged step may itself have been merged
        if merged is None or merged.state not in gone:
            break
        merged = by_id.get(merged.merged_into or "")
    return merged


def _known(action: Action, step: StepRecord, reason: str) -> Decision:
    return Decision(action=action, step=step, reason=reason, changes={})


def _join(finding: Finding, step: StepRecord, *, day: date, tier: str, limits: Limits) -> Decision:
    """The finding reports a step that we have: corroboration, promotion from review, or a recap."""
    changes = _improvements(finding, step)
    if step.state is StepState.KNOWN:
        return _known(Action.RECAP, step, f"the step is known since before: {step.id}")
    if step.state is StepState.REVIEW:
        good = finding.confidence >= limits.alert_confidence and tier != Tier.DISCOVERY
        if good and (step.reason or "").startswith(DOUBTFUL):
            changes["state"], changes["reason"] = StepState.OPEN, None
            changes["confidence"] = finding.confidence
            return Decision(
                action=Action.PROMOTES, step=step, reason="a surer report of a doubtful step", changes=changes
            )
        return Decision(
            action=Action.CORROBORATES, step=step, reason="the step waits in review", changes=changes
        )
    corrects = (
        finding.date_exact
        and step.date_exact
        and step.date != finding.date
        and tier in (Tier.OFFICIAL, Tier.PARLIAMENT)
    )
    if corrects:
        changes["date"] = finding.date
    return Decision(
        action=Action.CORROBORATES,
        step=step,
        reason=f"reports {step.id}, which is known since {step.first_seen:%Y-%m-%d}"
        if step.first_seen
        else f"reports {step.id}",
        changes=changes,
        corrects=corrects,
    )


def _improvements(finding: Finding, step: StepRecord) -> dict[str, Any]:
    """What this report knows better than the record: an exact date, a place, a number, surer."""
    changes: dict[str, Any] = {}
    if finding.date_exact and not step.date_exact:
        changes |= {"date": finding.date, "date_exact": True}
    if finding.place and not step.place:
        changes["place"] = finding.place
    if finding.ordinal and not step.ordinal:
        changes["ordinal"] = finding.ordinal
    if finding.expected and not step.expected:
        changes["expected"] = finding.expected
    if finding.confidence > step.confidence:
        changes["confidence"] = finding.confidence
    return changes


DOUBTFUL = "doubtful"


def _new(
    finding: Finding,
    steps: Sequence[StepRecord],
    *,
    day: date,
    published: date,
    today: date,
    tier: str,
    limits: Limits,
) -> Decision:
    """No known step matches: a new one, unless something speaks against telling people."""
    agreement, overtaken = _agreement_for(finding, steps, day)
    step = StepRecord(
        id=f"{agreement.name}/{finding.stage}/{day.isoformat()}",
        agreement=agreement,
        stage=finding.stage,
        date=day,
        date_exact=finding.date_exact,
        place=finding.place,
        ordinal=finding.ordinal,
        expected=finding.expected,
        confidence=finding.confidence,
    )
    if finding.confidence < limits.review_confidence:
        return Decision(
            action=Action.DROP, step=None, reason=f"confidence {finding.confidence:.2f}", changes={}
        )
    if overtaken:
        past = f"{agreement.name} was past this: {overtaken.stage} on {overtaken.date}"
        silent = replace(step, state=StepState.KNOWN, reason=past)
        return Decision(action=Action.SILENT, step=silent, reason=past, changes={})
    late = max(published - day, today - day)
    reason = _objection(finding, steps, agreement, day=day, late=late, tier=tier, limits=limits)
    if reason:
        seconds = int(late.total_seconds()) if late > limits.late_after else None
        held = replace(step, state=StepState.REVIEW, reason=reason, late_seconds=seconds)
        return Decision(action=Action.REVIEW, step=held, reason=reason, changes={})
    return Decision(
        action=Action.NEW, step=step, reason="no earlier report of this step is known", changes={}
    )


def _agreement_for(
    finding: Finding, steps: Sequence[StepRecord], day: date
) -> tuple[AgreementRecord, StepRecord | None]:
    """The agreement that a new step belongs to, and the later step that has overtaken it, if one has."""
    own = [s for s in steps if s.agreement.instrument == finding.instrument]
    mine = own or _runningare_kin(finding, steps, day)
    if not mine:
        return AgreementRecord(parties=finding.parties, instrument=finding.instrument), None
    number = max(s.agreement.number for s in mine)
    current = [s for s in mine if s.agreement.number == number]
    agreement = current[0].agreement
    successor = replace(agreement, number=number + 1, id=None, title=None)
    if finding.successor and finding.stage is Stage.SIGNED and _reached(current, Stage.SIGNED):
        return successor, None
    if finding.stage in BEFORE_SIGNING and (signed := _reached(current, Stage.SIGNED)):
        settled = (day - signed.date).days if signed.date else SETTLED_DAYS
        if settled < 0 or settled > SETTLED_DAYS or finding.successor:
            return (successor, None) if settled >= 0 else (agreement, signed)
        return agreement, signed
    again = RULES[finding.stage]
    if again.once and _reached(current, finding.stage):
        return successor, None
    return agreement, None


def _runningare_kin(finding: Finding, steps: Sequence[StepRecord], day: date) -> list[StepRecord]:
    """Steps of the one kindred agreement that is still on its way: outlets name it differently."""
    signed = {s.agreement.name for s in steps if s.stage == Stage.SIGNED}
    kin = [
        s
        for s in steps
        if are_kin(finding.instrument, s.agreement.instrument)
        and (s.agreement.name not in signed or finding.stage not in {*BEFORE_SIGNING, Stage.SIGNED})
        and s.date is not None
        and abs((day - s.date).days) <= 730
    ]
    return kin if len({s.agreement.name for s in kin}) == 1 else []


def _reached(steps: Sequence[StepRecord], stage: Stage) -> StepRecord | None:
    return max(
        (s for s in steps if s.stage == stage and s.state is not StepState.REVIEW),
        key=lambda s: s.date or date.min,
        default=None,
    )


def _objection(
    finding: Finding,
    steps: Sequence[StepRecord],
    agreement: AgreementRecord,
    *,
    day: date,
    late: timedelta,
    tier: str,
    limits: Limits,
) -> str | None:
    """Why a human should look before people are told, or None."""
    if late > limits.late_after:
        return f"late: told as new {late.days} days after {day}"
    if order := _out_of_order(finding, steps, agreement, day):
        return order
    if tier == Tier.DISCOVERY:
        return f"{DOUBTFUL}: only a discovery source reports it"
    if finding.confidence < limits.alert_confidence:
        return f"{DOUBTFUL}: confidence {finding.confidence:.2f} is under {limits.alert_confidence:.2f}"
    return None


def _out_of_order(
    finding: Finding, steps: Sequence[StepRecord], agreement: AgreementRecord, day: date
) -> str | None:
    """Why the stage cannot follow what is known of its agreement, or None."""
    mine = [s for s in steps if s.agreement.name == agreement.name and s.date]
    if finding.stage in NEEDS_SIGNING:
        signed = _reached(mine, Stage.SIGNED)
        if signed and signed.date and day < signed.date:
            return f"out of order: {finding.stage} on {day}, but signed on {signed.date}"
        talks = [
            s for s in mine if s.stage in BEFORE_SIGNING and s.date and (day - s.date).days <= TOO_SOON_DAYS
        ]
        if not signed and talks and finding.stage in (Stage.IN_FORCE, Stage.AMENDED):
            latest = max(talks, key=lambda s: s.date or date.min)
            return f"out of order: {finding.stage}, but only {latest.stage} on {latest.date} is known"
    ended = _reached(mine, Stage.SUSPENDED_OR_TERMINATED)
    if ended and finding.stage in NEEDS_SIGNING:
        return f"out of order: {finding.stage}, but it was ended on {ended.date}"
    return None
