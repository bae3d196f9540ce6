"""`pactwatch config check` and `config init`, from outside."""

import json
from pathlib import Path

from tests.monitor.cli.running import ROOT, pactwatch


def test_init_writes_a_configuration_that_is_in_order(tmp_path: Path) -> None:
    assert pactwatch("config", "init", folder=tmp_path).code == 0
    checked = pactwatch("config", "check", folder=tmp_path)
    assert (checked.code, checked.lines[0].split(":")[0]) == (0, "config.yaml")
    assert "contact is not set" in checked.err


def test_init_writes_over_nothing_unasked(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("watch: {parties: [DK]}\n")
    refused = pactwatch("config", "init", folder=tmp_path)
    assert (refused.code, refused.err) == (2, "config.yaml: is there already; --force writes over it\n")
    assert (tmp_path / "config.yaml").read_text() == "watch: {parties: [DK]}\n"
    assert not (tmp_path / "sources.yaml").exists()
    assert pactwatch("config", "init", "--force", folder=tmp_path).code == 0


def test_without_a_configuration_it_says_how_to_get_one(tmp_path: Path) -> None:
    ran = pactwatch("config", "check", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "pactwatch config init" in ran.err


def test_check_tells_every_mistake_and_leaves_with_2(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("storag: 1\nwatch: {parties: [UK]}\n")
    ran = pactwatch("config", "check", "--config", "mine.yaml", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        'mine.yaml:1: storag: unknown key; did you mean "storage"?',
        'mine.yaml:2: watch.parties[0]: "UK" is not a party; did you mean "GB"?',
    ]


def test_check_as_json(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("storag: 1\n")
    ran = pactwatch("config", "check", "--json", "--config", "mine.yaml", folder=tmp_path)
    assert ran.code == 2
    problem = json.loads(ran.out)
    assert (problem["file"], problem["line"], problem["field"]) == ("mine.yaml", 1, "storag")


def test_the_configuration_is_named_before_the_command_or_by_the_environment(tmp_path: Path) -> None:
    shipped = ROOT / "config.yaml"
    assert pactwatch("--config", shipped, "config", "check", folder=tmp_path).code == 0
    assert pactwatch("config", "check", folder=tmp_path, PACTWATCH_CONFIG=str(shipped)).code == 0
