"""How steps are told apart: each rule of monitor.register through its one door, `decide`."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.detect.findings import Evidence, Finding
from monitor.identity import RULES, recalled_step
from monitor.register import Action, Decision, Limits, decide
from monitor.terms import Instrument, Stage, Tier
from storage.records import AgreementRecord, StepRecord, StepState

PAIR = ("DK", "UA")
SECURITY = Instrument.SECURITY_AGREEMENT
START = date(2024, 2, 8)


def finding(stage: Stage = Stage.SIGNED, day: date | None = None, **changes: object) -> Finding:
    plain = Finding(
        parties=PAIR,
        stage=stage,
        instrument=SECURITY,
        confidence=0.95,
        evidence=(Evidence(quote="Denmark and Ukraine signed.", start=0, end=27),),
        reasons=("signed",),
        date=day,
        date_exact=day is not None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def step(stage: Stage = Stage.SIGNED, day: date | None = START, **changes: object) -> StepRecord:
    agreement = AgreementRecord(parties=PAIR, instrument=str(changes.pop("instrument", SECURITY)))
    plain = StepRecord(
        id=f"{agreement.name}/{stage}/{day}",
        agreement=agreement,
        stage=stage,
        date=day,
        date_exact=True,
        confidence=0.95,
        first_seen=datetime(2024, 2, 8, 12, tzinfo=UTC),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def judge(found: Finding, known: list[StepRecord], published: date | None = None, **more: object) -> Decision:
    day = published or found.date or START
    return decide(found, known, published=day, today=day, **more)  # type: ignore[arg-type]


def after(days: int) -> date:
    return START + timedelta(days=days)


def test_the_first_report_makes_a_new_step_with_a_citable_id() -> None:
    decision = judge(finding(day=date(2024, 2, 23)), [])
    assert decision.action is Action.NEW
    assert decision.step is not None
    assert decision.step.id == "DK-UA/security_agreement/signed/2024-02-23"


@dataclass(frozen=True)
class Case:
    name: str
    known: StepRecord
    found: Finding
    action: Action
    published: date | None = None


SAME_OR_NOT = [
    Case("another outlet, same day", step(), finding(day=START), Action.CORROBORATES),
    Case("no date, published the day after", step(), finding(), Action.CORROBORATES, after(1)),
    Case("a weekly tells it ten days later", step(), finding(), Action.CORROBORATES, after(10)),
    Case("told as new two months later", step(), finding(), Action.RECAP, after(60)),
    Case("a year later it is a successor", step(), finding(day=after(400)), Action.NEW),
    Case(
        "signing expected and signed are two steps",
        step(Stage.TEXT_AGREED),
        finding(day=after(2)),
        Action.NEW,
    ),
    Case(
        "second and third round are two steps",
        step(Stage.NEGOTIATIONS_ROUND, ordinal=2),
        finding(Stage.NEGOTIATIONS_ROUND, after(2), ordinal=3),
        Action.NEW,
    ),
    Case(
        "the second round told late is the second round",
        step(Stage.NEGOTIATIONS_ROUND, ordinal=2),
        finding(Stage.NEGOTIATIONS_ROUND, after(12), ordinal=2),
        Action.CORROBORATES,
    ),
    Case(
        "rounds without numbers are told apart by date",
        step(Stage.NEGOTIATIONS_ROUND),
        finding(Stage.NEGOTIATIONS_ROUND, after(9)),
        Action.NEW,
    ),
    Case(
        "one signing day, announced twice, is one step",
        step(Stage.TEXT_AGREED, expected=after(30)),
        finding(Stage.TEXT_AGREED, after(12), expected=after(30)),
        Action.CORROBORATES,
    ),
    Case(
        "two parliaments ratify on two days",
        step(Stage.RATIFIED),
        finding(Stage.RATIFIED, after(40)),
        Action.NEW,
    ),
    Case(
        "outlets name one document differently",
        step(instrument=Instrument.DEFENCE_COOPERATION_AGREEMENT),
        finding(day=START),
        Action.CORROBORATES,
    ),
    Case(
        "a SOFA is no security agreement",
        step(instrument=Instrument.RECIPROCAL_ACCESS_OR_SOFA),
        finding(day=START),
        Action.NEW,
    ),
    Case(
        "a shipped step stays silent",
        step(state=StepState.KNOWN, origin="shipped"),
        finding(),
        Action.RECAP,
        after(1),
    ),
    Case(
        "a rejected step stays rejected",
        step(state=StepState.REJECTED, reason="it was a loan"),
        finding(day=START),
        Action.RECAP,
    ),
    Case(
        "talks told after the signing are old news",
        step(),
        finding(Stage.NEGOTIATIONS_ROUND),
        Action.SILENT,
        after(20),
    ),
    Case(
        "talks long after the signing are about another agreement",
        step(),
        finding(Stage.NEGOTIATIONS_STARTED, after(500)),
        Action.NEW,
    ),
    Case(
        "in force cannot follow talks that just opened",
        step(Stage.NEGOTIATIONS_STARTED),
        finding(Stage.IN_FORCE, after(5)),
        Action.REVIEW,
    ),
    Case(
        "in force before the signing",
        step(),
        finding(Stage.IN_FORCE, after(-3)),
        Action.REVIEW,
        START,
    ),
]


@pytest.mark.parametrize("case", SAME_OR_NOT, ids=lambda c: c.name)
def test_same_or_not(case: Case) -> None:
    decision = judge(case.found, [case.known], case.published)
    assert decision.action is case.action, decision.reason


def test_a_second_agreement_has_its_number_in_the_id() -> None:
    decision = judge(finding(Stage.NEGOTIATIONS_STARTED, after(500)), [step()])
    assert decision.step is not None
    assert decision.step.id == f"DK-UA/security_agreement-2/negotiations_started/{after(500)}"


def test_another_instrument_told_apart_by_the_same_text_is_another_agreement() -> None:
    first = step(instrument=Instrument.STRATEGIC_PARTNERSHIP_WITH_DEFENCE)
    assert judge(finding(day=START), [first]).action is Action.CORROBORATES
    assert judge(finding(day=START), [first], apart=[first]).action is Action.NEW


def test_a_step_joins_the_one_agreement_that_is_under_way_whatever_outlets_call_it() -> None:
    talks = step(Stage.NEGOTIATIONS_STARTED, instrument=Instrument.DEFENCE_COOPERATION_AGREEMENT)
    decision = judge(finding(day=after(90)), [talks])
    assert decision.step is not None
    assert decision.step.agreement.name == talks.agreement.name


def test_an_exact_date_moves_the_step_and_keeps_its_id() -> None:
    known = step(day=after(1), date_exact=False)
    decision = judge(finding(day=START), [known], after(1))
    assert decision.step is known
    assert decision.changes["date"] == START
    assert not decision.corrects


def test_an_official_correction_is_told() -> None:
    decision = judge(finding(day=after(1)), [step()], tier=Tier.OFFICIAL)
    assert decision.corrects
    assert decision.changes["date"] == after(1)


def test_a_step_long_past_told_as_new_goes_to_review_as_late() -> None:
    decision = judge(finding(day=START), [], after(30))
    assert decision.action is Action.REVIEW
    assert decision.step is not None
    assert decision.step.late_seconds == 30 * 86400
    assert (
        judge(finding(day=START), [], after(30), limits=Limits(late_after=timedelta(days=31))).action
        is Action.NEW
    )


def test_doubt_goes_to_review_and_a_surer_report_lifts_it_out() -> None:
    doubtful = judge(finding(day=START, confidence=0.6), [])
    assert doubtful.action is Action.REVIEW
    assert doubtful.step is not None
    surer = judge(finding(day=START), [doubtful.step])
    assert surer.action is Action.PROMOTES
    assert surer.changes["state"] is StepState.OPEN
    assert judge(finding(day=START, confidence=0.2), []).action is Action.DROP


def test_a_discovery_source_never_tells_alone() -> None:
    alone = judge(finding(day=START), [], tier=Tier.DISCOVERY)
    assert alone.action is Action.REVIEW
    assert alone.step is not None
    assert judge(finding(day=START), [alone.step], tier=Tier.DISCOVERY).action is Action.CORROBORATES
    assert judge(finding(day=START), [alone.step], tier=Tier.PRESS).action is Action.PROMOTES


def test_a_recollection_finds_its_step() -> None:
    early, later = step(day=START), step(day=after(300))
    assert recalled_step(finding(day=after(2)), [early, later]) is early
    assert recalled_step(finding(), [early, later]) is later
    assert recalled_step(finding(day=after(100)), [early, later]) is None


def test_every_stage_has_a_rule() -> None:
    assert set(RULES) == set(Stage)
