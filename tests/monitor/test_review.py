"""Human decisions: what they change, whom they tell, and that the register remembers them."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.register import Action
from monitor.review import ReviewError, Verdict, accept, labelled_lines, merge, reject, split, waiting
from storage import Storage
from storage.records import StepState
from tests.monitor.test_record import NOW, RULES, SIGNING, article, desk, detection, enter, finding, send_all

__all__ = ["desk"]

VERDICT = Verdict(who="ann", reason="read the text", now=NOW)
SIGNED = "DK-UA/security_agreement/signed/2024-02-23"


def test_an_accepted_step_is_told(desk: Storage) -> None:
    enter(desk, article("paper"), detection(finding(confidence=0.6)))
    with desk.writing() as w:
        assert [s.id for s in waiting(w)] == [SIGNED]
        assert accept(w, SIGNED, VERDICT, RULES).state is StepState.OPEN
        assert waiting(w) == []
    assert len(send_all(desk, NOW)) == 2
    with desk.reading() as r:
        assert [(d.decision, d.who, d.reason) for d in r.reviews(SIGNED)] == [
            ("accept", "ann", "read the text")
        ]


def test_a_rejected_step_stays_silent_when_it_is_reported_again(desk: Storage) -> None:
    enter(desk, article("paper"), detection(finding(confidence=0.6)))
    with desk.writing() as w:
        reject(w, SIGNED, VERDICT, RULES)
    again = enter(desk, article("kyiv"), detection(finding()))
    assert [d.action for d in again.decisions] == [Action.RECAP]
    assert send_all(desk, NOW + timedelta(days=1)) == []


def test_who_was_told_of_a_step_is_told_that_it_was_rejected(desk: Storage) -> None:
    enter(desk, article("kyiv"), detection(finding()))
    send_all(desk, NOW)
    with desk.writing() as w:
        reject(w, SIGNED, VERDICT, RULES)
        assert w.alerts(SIGNED)[0].change == "denial"
    assert len(send_all(desk, NOW)) == 2


def test_a_merged_step_gives_its_mentions_and_later_reports_to_its_target(desk: Storage) -> None:
    enter(desk, article("kyiv"), detection(finding()))
    late = SIGNING + timedelta(days=200)
    then = NOW + timedelta(days=200)
    enter(desk, article("paper", published=then), detection(finding(date=late)), now=then)
    other = f"DK-UA/security_agreement-2/signed/{late}"
    with desk.writing() as w:
        target = merge(w, other, SIGNED, VERDICT)
        assert len(w.mentions_of(target.id)) == 2
    again = enter(desk, article("journal", published=then), detection(finding(date=late)), now=then)
    assert [d.step.id for d in again.decisions if d.step] == [SIGNED]


def test_a_split_makes_a_step_of_its_own(desk: Storage) -> None:
    enter(desk, article("kyiv"), detection(finding()))
    second = enter(desk, article("paper"), detection(finding()))
    assert second.article.id is not None
    with desk.writing() as w:
        new = split(w, SIGNED, [second.article.id], on=date(2024, 2, 25), verdict=VERDICT, rules=RULES)
        assert new.id == "DK-UA/security_agreement/signed/2024-02-25"
        assert [len(w.mentions_of(s)) for s in (SIGNED, new.id)] == [1, 1]
    third = enter(desk, article("journal"), detection(finding(date=date(2024, 2, 25))))
    assert [d.step.id for d in third.decisions if d.step] == [new.id], "the register remembers the split"


@pytest.mark.parametrize("step", ["no/such/step", SIGNED])
def test_what_cannot_be_decided_says_why(desk: Storage, step: str) -> None:
    enter(desk, article("kyiv"), detection(finding()))
    with desk.writing() as w:
        with pytest.raises(ReviewError):
            accept(w, step, VERDICT, RULES)
        with pytest.raises(ReviewError):
            merge(w, step, step, VERDICT)
        with pytest.raises(ReviewError):
            split(w, step, [99], on=SIGNING, verdict=VERDICT, rules=RULES)


def test_decisions_become_labelled_lines(desk: Storage) -> None:
    enter(desk, article("paper"), detection(finding(confidence=0.6)))
    other = finding(parties=("JP", "UA"), confidence=0.6)
    enter(desk, replace(article("journal"), tier="press"), detection(other))
    with desk.writing() as w:
        accept(w, SIGNED, VERDICT, RULES)
        reject(w, "JP-UA/security_agreement/signed/2024-02-23", VERDICT, RULES)
        rows = [json.loads(line) for line in labelled_lines(w)]
    assert [(r["alert"], len(r["events"])) for r in rows] == [(True, 1), (False, 0)]
    assert rows[0]["events"][0]["parties"] == ["DK", "UA"]
