"""When two reports mean one step: stage by stage, by date, number and instrument. Pure.

docs/how-steps-are-told-apart.md explains the same to readers; tests/monitor/test_register.py has a case
for each rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.detect.findings import Finding
from monitor.terms import Instrument, Stage
from storage.records import StepRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRule:
    """When two reports of one stage of one agreement are the same step.

    `window`: so many days between their dates at most. `once`: an agreement reaches the stage once,
    so that a report up to `again_after` days away is an old step told again, and a later one belongs
    to a successor agreement. `by_ordinal`: numbered rounds are told apart by their number.
    """

    window: int
    once: bool = False
    again_after: int = 0
    by_ordinal: bool = False


# Windows follow how reports trail an event: a day for time zones and headlines, a few for weeklies.
# "once" follows treaty practice: signed and brought into force once; amended, ratified (by two
# parliaments) and negotiated again and again.
RULES: Mapping[Stage, StageRule] = {
    Stage.PROPOSED: StageRule(window=14),
    Stage.NEGOTIATIONS_STARTED: StageRule(window=21, once=True, again_after=270),
    Stage.NEGOTIATIONS_ROUND: StageRule(window=4, by_ordinal=True),
    Stage.TEXT_AGREED: StageRule(window=6),
    Stage.SIGNED: StageRule(window=10, once=True, again_after=150),
    Stage.RATIFIED: StageRule(window=5),
    Stage.IN_FORCE: StageRule(window=21, once=True, again_after=180),
    Stage.AMENDED: StageRule(window=10),
    Stage.SUSPENDED_OR_TERMINATED: StageRule(window=10),
}

# A report with no date of its own trails its event: its publication date may lie this much later.
TRAILING_DAYS = 4
# Rounds of one negotiation, told apart by number, lie within this many days.
ROUNDS_DAYS = 200
# Outlets name one document differently. Findings of these kinds may mean the same agreement, unless
# one text itself tells them apart.
FAMILIES: tuple[frozenset[Instrument], ...] = (
    frozenset(
        {
            Instrument.SECURITY_AGREEMENT,
            Instrument.MUTUAL_DEFENCE_TREATY,
            Instrument.DEFENCE_COOPERATION_AGREEMENT,
            Instrument.STRATEGIC_PARTNERSHIP_WITH_DEFENCE,
            Instrument.OTHER_SECURITY,
        }
    ),
    frozenset(
        {
            Instrument.RECIPROCAL_ACCESS_OR_SOFA,
            Instrument.DEFENCE_COOPERATION_AGREEMENT,
            Instrument.OTHER_SECURITY,
        }
    ),
)


def same_step(
    finding: Finding, steps: Sequence[StepRecord], *, day: date, apart: Sequence[StepRecord] = ()
) -> StepRecord | None:
    """The known step that the finding reports, or None: the nearest in date, own instrument first."""
    rule = RULES[finding.stage]
    near = [
        step
        for step in steps
        if step.stage == finding.stage
        and _may_be_one(finding, step, apart)
        and _dates_agree(finding, step, day, rule)
    ]
    return min(near, key=lambda s: (s.agreement.instrument != finding.instrument, _gap(s, day)), default=None)


def recalled_step(finding: Finding, steps: Sequence[StepRecord]) -> StepRecord | None:
    """The known step that a background finding recalls, or None.

    An undated recollection means the latest step of its stage.
    """
    mine = [
        s for s in steps if s.stage == finding.stage and are_kin(finding.instrument, s.agreement.instrument)
    ]
    if finding.date is None:
        return max(mine, key=lambda s: s.date or date.min, default=None)
    within = [s for s in mine if _gap(s, finding.date) <= RULES[finding.stage].window]
    return min(within, key=lambda s: _gap(s, finding.date or date.min), default=None)


def _gap(step: StepRecord, day: date) -> int:
    """Days between a step and a day; a step without a date is as near as it can be."""
    return abs((step.date - day).days) if step.date else 0


def are_kin(one: str, other: str) -> bool:
    """Whether two instruments may be two names of one document."""
    return one == other or any(one in family and other in family for family in FAMILIES)


def _may_be_one(finding: Finding, step: StepRecord, apart: Sequence[StepRecord]) -> bool:
    if any(step.id == other.id for other in apart):
        return step.agreement.instrument == finding.instrument
    return are_kin(finding.instrument, step.agreement.instrument)


def _dates_agree(finding: Finding, step: StepRecord, day: date, rule: StageRule) -> bool:
    if step.date is None:
        return True
    ordinals = (finding.ordinal, step.ordinal)
    if rule.by_ordinal and None not in ordinals:
        return finding.ordinal == step.ordinal and _gap(step, day) <= ROUNDS_DAYS
    if finding.expected and step.expected and finding.expected == step.expected:
        return True
    slack = TRAILING_DAYS if not (finding.date_exact and step.date_exact) else 0
    if rule.by_ordinal and ordinals != (None, None):
        slack = 0
    return _gap(step, day) <= rule.window + slack


def told_long_ago(
    finding: Finding, steps: Sequence[StepRecord], *, day: date, apart: Sequence[StepRecord]
) -> StepRecord | None:
    """The step of a once-only stage that this finding tells again as if it were new, or None."""
    rule = RULES[finding.stage]
    if not rule.once or finding.successor:
        return None
    near = [
        s
        for s in steps
        if s.stage == finding.stage
        and s.agreement.instrument == finding.instrument
        and _may_be_one(finding, s, apart)
        and _gap(s, day) <= rule.again_after
    ]
    return min(near, key=lambda s: _gap(s, day), default=None)
