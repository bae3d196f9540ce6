"""`sources probe --check` and the review of doubtful steps."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage import open_storage
from storage.records import AgreementRecord, StepRecord, StepState
from tests.monitor.cli.running import pactwatch

DOUBTFUL = "FI-UA/security_agreement/proposed/2024-03-01"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://palace.example.org/feed", "allowed"),
        ("http://0x7f.1/", "refused: 127.0.0.1 is not a public address"),
        ("http://[::ffff:10.0.0.1]/", "refused: "),
        ("ftp://palace.example.org/", "refused: scheme"),
        ("nonsense", "refused: "),
    ],
)
def test_an_address_is_checked_without_connecting(tmp_path: Path, url: str, said: str) -> None:
    ran = pactwatch("sources", "probe", "--check", url, folder=tmp_path)
    assert ran.out.startswith(said)
    assert (ran.code, len(ran.lines)) == (0 if said == "allowed" else 1, 1)
    answer = json.loads(pactwatch("sources", "probe", "--check", "--json", url, folder=tmp_path).out)
    assert answer["allowed"] is (said == "allowed")


def test_a_source_is_checked_by_its_id(desk: Path) -> None:
    assert pactwatch("sources", "probe", "--check", "palace", folder=desk).out == "allowed\n"
    wrong = pactwatch("sources", "probe", "palce", folder=desk)
    said = '"palce" is neither an address nor the id of a source; did you mean "palace"?\n'
    assert (wrong.code, wrong.err) == (2, said)


@pytest.fixture
def doubtful(desk: Path) -> Path:
    storage = open_storage(f"sqlite:///{desk}/data/pactwatch.db")
    with storage.writing() as w:
        w.add_step(
            StepRecord(
                id=DOUBTFUL,
                agreement=AgreementRecord(parties=("FI", "UA"), instrument="security_agreement"),
                stage="proposed",
                date=date(2024, 3, 1),
                state=StepState.REVIEW,
                confidence=0.6,
                first_seen=datetime(2024, 3, 1, tzinfo=UTC),
                reason="said only to be considered",
            )
        )
    storage.close()
    return desk


def test_a_doubtful_step_waits_and_is_accepted(doubtful: Path) -> None:
    (waiting,) = [json.loads(x) for x in pactwatch("review", "list", "--json", folder=doubtful).lines]
    assert (waiting["id"], waiting["reason"]) == (DOUBTFUL, "said only to be considered")
    assert pactwatch("review", "accept", DOUBTFUL, "--reason", "confirmed", folder=doubtful).code == 0
    assert pactwatch("review", "list", "--json", folder=doubtful).out == ""
    told = [json.loads(x) for x in pactwatch("alerts", "list", "--json", folder=doubtful).lines]
    assert [one["step_id"] for one in told] == [DOUBTFUL]


def test_a_doubtful_step_is_rejected_once(doubtful: Path) -> None:
    assert pactwatch("review", "reject", DOUBTFUL, "--reason", "a rumour", folder=doubtful).code == 0
    again = pactwatch("review", "reject", DOUBTFUL, "--reason", "a rumour", folder=doubtful)
    assert (again.code, again.err) == (1, f"{DOUBTFUL} is rejected already\n")


def test_wrong_days_and_unknown_steps_are_told(doubtful: Path) -> None:
    wrong = pactwatch("review", "split", DOUBTFUL, "1", "--on", "soon", "--reason", "x", folder=doubtful)
    assert (wrong.code, wrong.err) == (2, '--on: "soon" is not a day (like 2024-02-23)\n')
    assert pactwatch("review", "accept", "nothing", folder=doubtful).code == 1
