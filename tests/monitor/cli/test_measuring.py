"""`rules test` and `evaluate --steps`: measured over a file before anything is put in force."""

import json
from pathlib import Path

import pytest

from monitor.cli.app import run
from tests.monitor.test_replay import LINES, write

CONFIG = """
watch: {{parties: {parties}, group_wait: 0s}}
sources: []
channels: {{desk: {{kind: console}}}}
routes: [{{name: all, channels: [desk]}}]
"""


@pytest.fixture
def configs(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(CONFIG.format(parties="[UA]"), encoding="utf-8")
    new.write_text(CONFIG.format(parties="[DK]"), encoding="utf-8")
    return old, new


def test_what_a_change_of_scope_loses(
    tmp_path: Path, configs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = configs
    file = write(tmp_path / "in.jsonl", LINES)
    assert run(["rules", "test", str(new), str(file), "--config", str(old)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("lost\tKE-UA/security_agreement/signed/2024-04-12\tdesk\te")
    assert lines[1].startswith("kept\tDK-UA/security_agreement/signed/2024-02-23\tdesk\t")
    assert "0 steps gained, 1 lost, 1 kept" in lines[2]


def test_a_noise_budget_fails_the_change(
    tmp_path: Path, configs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = configs
    file = write(tmp_path / "in.jsonl", LINES)
    command = ["rules", "test", str(old), str(file), "--config", str(new), "--max-per-week"]
    assert run([*command, "5"]) == 0
    assert run([*command, "0.01"]) == 1
    assert "more than the 0.01 allowed" in capsys.readouterr().err


def test_grouping_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    event = {"parties": ["DK", "UA"], "stage": "signed", "date": "2024-02-23"}
    labelled = []
    for line in LINES[:4]:
        row = json.loads(line)
        news = row["id"] in "abc"
        labelled.append(json.dumps(row | {"alert": news, "events": [event] if news else []}))
    file = write(tmp_path / "labelled.jsonl", labelled)
    assert run(["evaluate", str(file), "--steps", "--errors"]) == 0
    out = capsys.readouterr().out
    assert "P 1.000  R 1.000  F1 1.000" in out
    assert "recaps alerted          0 of 1" in out
    assert run(["evaluate", str(file), "--steps", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["alerts_per_true_step"] == 1.0


def test_a_file_without_labels_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "bad.jsonl", ["nonsense"])
    assert run(["evaluate", str(file), "--steps"]) == 2
    assert "bad.jsonl: not JSON" in capsys.readouterr().err
