"""The shipped list of known steps is whole, cited and without doubles."""

from datetime import date

from monitor.known import known_steps
from storage.records import StepState


def test_every_step_is_cited_and_silent() -> None:
    steps = list(known_steps())
    assert len(steps) > 150
    for step in steps:
        assert step.sources, step.id
        assert all(address.startswith(("http://", "https://")) for address in step.sources), step.id
        assert step.state is StepState.KNOWN
        assert step.date is not None
        assert step.agreement.parties == tuple(sorted(step.agreement.parties))


def test_ids_are_unique_and_in_order_of_time() -> None:
    ids = [step.id for step in known_steps()]
    assert len(ids) == len(set(ids))
    days = [step.id.rsplit("/", 1)[1] for step in known_steps()]
    assert days == sorted(days)


def test_ukraines_agreements_are_there() -> None:
    by_id = {step.id: step for step in known_steps()}
    assert by_id["DK-UA/security_agreement/signed/2024-02-23"].place == "Lviv"
    signed = [s for s in by_id.values() if "UA" in s.agreement.parties and s.stage == "signed"]
    assert len([s for s in signed if s.date and s.date >= date(2024, 1, 12)]) >= 28
