"""What the register answers, as a table in a pipe, as JSON and as CSV."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.monitor.cli.conftest import TALKS
from tests.monitor.cli.running import pactwatch


def test_steps_in_a_pipe_are_tab_separated(register: Path) -> None:
    ran = pactwatch("steps", folder=register)
    assert ran.code == 0
    header, last, first = [line.split("\t") for line in ran.lines]
    assert header[:4] == ["date", "pair", "stage", "instrument"]
    assert first[:3] == ["2024-02-08", "DK-UA", "negotiations_started"]
    assert last[1] == "NO-UA"


def test_steps_as_json(register: Path) -> None:
    ran = pactwatch("steps", "--pair", "UA-DK", "--json", folder=register)
    (step,) = [json.loads(line) for line in ran.lines]
    assert (step["id"], step["parties"], step["date"]) == (TALKS, ["DK", "UA"], "2024-02-08")
    assert (step["stage"], step["place"], step["state"]) == ("negotiations_started", "Kyiv", "open")


def test_steps_as_csv(register: Path) -> None:
    ran = pactwatch("steps", "--format", "csv", folder=register)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["pair"] for row in rows] == ["NO-UA", "DK-UA"]


@pytest.mark.parametrize(
    ("filters", "pairs"),
    [
        (["--party", "NO"], ["NO-UA"]),
        (["--stage", "signed"], ["NO-UA"]),
        (["--since", "2024-03"], ["NO-UA"]),
        (["--until", "2024-02"], ["DK-UA"]),
        (["--until", "2024"], ["NO-UA", "DK-UA"]),
        (["--lang", "en"], ["DK-UA"]),
        (["--tier", "press"], []),
        (["--limit", "1"], ["NO-UA"]),
        (["--instrument", "other_security"], []),
    ],
)
def test_filters(register: Path, filters: list[str], pairs: list[str]) -> None:
    ran = pactwatch("steps", "--json", *filters, folder=register)
    assert ran.code == 0
    assert ["-".join(json.loads(line)["parties"]) for line in ran.lines] == pairs


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (["--party", "UK"], '--party: "UK" is not a party; did you mean "GB"?'),
        (["--pair", "DK"], '--pair: "DK" is not a pair (like "DK-UA")'),
        (["--stage", "signd"], '--stage: "signd" is not known here; did you mean "signed"?'),
        (["--lang", "ua"], '--lang: "ua" is not a language; did you mean "uk" (Ukrainian)?'),
        (
            ["--since", "2024-13"],
            '--since: "2024-13" is not a day (2024-02-23, 2024-02, 2024, or 7d for a week ago)',
        ),
    ],
)
def test_a_wrong_filter_is_told_in_one_line(desk: Path, filters: list[str], said: str) -> None:
    ran = pactwatch("steps", *filters, folder=desk)
    assert (ran.code, ran.out, ran.err) == (2, "", f"{said}\n")


def test_agreements_tell_the_stage_reached(register: Path) -> None:
    ran = pactwatch("agreements", "--json", folder=register)
    reached = {one["agreement"]: one["steps"][-1]["stage"] for one in map(json.loads, ran.lines)}
    assert reached == {
        "NO-UA/security_agreement": "signed",
        "DK-UA/security_agreement": "negotiations_started",
    }


def test_articles_and_find(register: Path) -> None:
    (article,) = [json.loads(line) for line in pactwatch("articles", "--json", folder=register).lines]
    assert article["publisher"] == "The Palace"
    assert pactwatch("find", "Denmark TALKS", "--json", folder=register).lines
    assert pactwatch("find", '"security agreement"', "--json", folder=register).lines
    assert pactwatch("find", "secur*", "--json", folder=register).lines
    nothing = pactwatch("find", "zebra", folder=register)
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "no article has: zebra\n")


@pytest.mark.parametrize(
    "what", [TALKS, "DK-UA/security_agreement", "DK-UA", "1", "https://palace.example/1"]
)
def test_show_takes_every_kind_of_id(register: Path, what: str) -> None:
    ran = pactwatch("show", what, folder=register)
    assert ran.code == 0
    assert "negotiations_started" in ran.out or "Delegations of Ukraine" in ran.out
    assert json.loads(pactwatch("show", what, "--json", folder=register).lines[0])


def test_show_a_step_with_its_evidence(register: Path) -> None:
    view = json.loads(pactwatch("show", TALKS, "--json", folder=register).out)
    (mention,) = view["mentions"]
    assert mention["quote"].startswith("Delegations of Ukraine and Denmark")
    assert mention["article"]["tier"] == "official"
    assert mention["reasons"] == ["both named in the sentence"]


def test_show_nothing(register: Path) -> None:
    ran = pactwatch("show", "DK-SE", folder=register)
    assert (ran.code, ran.err) == (1, '"DK-SE" is no step, agreement, pair or article that is stored\n')


def test_a_database_without_tables_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("watch: {parties: [UA]}\n")
    ran = pactwatch("steps", folder=tmp_path)
    assert ran.code == 1
    assert "pactwatch db upgrade" in ran.err
    assert pactwatch("db", "upgrade", folder=tmp_path).code == 0
    again = json.loads(pactwatch("db", "upgrade", "--json", folder=tmp_path).out)
    assert again["before"] == again["after"]
    assert json.loads(pactwatch("db", "status", "--json", folder=tmp_path).out)["steps"] == 0


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("storage: {url: sqlite:///notes.txt}\n")
    (tmp_path / "notes.txt").write_text("not a database, but some notes\n" * 100)
    ran = pactwatch("steps", folder=tmp_path)
    assert ran.code == 1
    assert "not a SQLite database" in ran.err


@pytest.mark.parametrize("what", ["steps", "agreements", "articles"])
def test_everything_is_exported_as_it_is_listed(register: Path, what: str) -> None:
    (register / "out.jsonl").write_text("old")
    assert pactwatch("export", what, "-o", "out.jsonl", folder=register).out == ""
    exported = [json.loads(x) for x in (register / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    listed = [json.loads(x) for x in pactwatch(what, "--json", folder=register).lines]
    without_text = [{k: v for k, v in one.items() if k != "text"} for one in exported]
    assert without_text == listed
    assert pactwatch("export", what, "--format", "csv", folder=register).lines


def test_an_export_keeps_to_its_filters_and_limit(register: Path) -> None:
    assert len(pactwatch("export", "steps", "--party", "DK", folder=register).lines) == 1
    assert len(pactwatch("export", "steps", "--limit", "1", folder=register).lines) == 1


def test_an_export_that_fails_leaves_the_old_file(register: Path) -> None:
    (register / "out.jsonl").write_text("old")
    assert pactwatch("export", "steps", "--party", "UK", "-o", "out.jsonl", folder=register).code == 2
    assert (register / "out.jsonl").read_text() == "old"
    ran = pactwatch("export", "steps", "-o", "nowhere/out.jsonl", folder=register)
    assert (ran.code, ran.err) == (1, "nowhere/out.jsonl: no such file or directory\n")


@pytest.mark.parametrize("style", ["json", "csv", "parquet", "atom", "ics", "md"])
def test_every_format_is_written_whole(register: Path, style: str) -> None:
    ran = pactwatch("export", "steps", "--format", style, "-o", "out", folder=register)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (register / "out").stat().st_size > 100
    assert [path.name for path in register.glob(".out*")] == []


def test_an_export_of_a_search(register: Path) -> None:
    assert len(pactwatch("export", "articles", "--find", "talks", folder=register).lines) == 1
    assert pactwatch("export", "articles", "--find", "zebra", folder=register).lines == []
    wrong = pactwatch("export", "articles", "--find", "(talks", folder=register)
    assert (wrong.code, "not closed" in wrong.err) == (2, True)
    assert pactwatch("export", "agreements", "--format", "ics", folder=register).code == 2


def test_a_search_that_cannot_be_understood_is_told_with_its_place(register: Path) -> None:
    ran = pactwatch("find", "talks AND", folder=register)
    assert (ran.code, ran.err) == (2, "talks AND\n      ^ AND needs something on both its sides\n")
    assert pactwatch("find", "talks party:DK", "--best", "--json", folder=register).lines
    assert pactwatch("find", "talks partty:DK", folder=register).code == 2


def test_tokens_are_shown_once_and_can_be_revoked(register: Path) -> None:
    made = pactwatch("tokens", "add", "the map", "--scope", "read", "--for", "90d", folder=register)
    assert made.out.startswith("pw_1_")
    listed = pactwatch("tokens", "list", "--json", folder=register)
    assert json.loads(listed.out)["name"] == "the map"
    assert made.out.strip().split("_", 2)[2] not in pactwatch("tokens", "list", folder=register).out
    assert pactwatch("tokens", "revoke", "1", folder=register).code == 0
    assert pactwatch("tokens", "revoke", "1", folder=register).code == 1
    assert pactwatch("tokens", "add", "x", "--scope", "rea", folder=register).code == 2


def test_a_saved_search_is_asked_by_its_name(register: Path) -> None:
    more = "searches: {danish: 'denmark pair:DK-UA', norse: norway}\n"
    with (register / "config.yaml").open("a", encoding="utf-8") as file:
        file.write(more)
    saved = pactwatch("find", "--saved", "danish", "--json", folder=register)
    assert saved.code == 0
    assert saved.out == pactwatch("find", "denmark pair:DK-UA", "--json", folder=register).out
    assert pactwatch("find", "--saved", "norse", "--json", folder=register).out == ""
    unknown = pactwatch("find", "--saved", "danisch", folder=register)
    assert (unknown.code, unknown.err) == (2, 'there is no saved search "danisch"; did you mean "danish"?\n')
    assert pactwatch("find", folder=register).code == 2
    assert pactwatch("find", "denmark", "--saved", "danish", folder=register).code == 2


def test_what_a_text_states_is_shown_with_its_sentence(register: Path) -> None:
    shown = pactwatch("show", TALKS, folder=register)
    at = shown.lines.index("Stated in the text")
    assert shown.lines[at + 1] == "  Signing expected on 1 Mar 2024"
    assert shown.lines[at + 2].startswith('    "Delegations of Ukraine and Denmark opened talks')
    (stated,) = json.loads(pactwatch("show", TALKS, "--json", folder=register).out)["details"]
    assert (stated["kind"], stated["value"], stated["disputed"]) == ("expected_signing", "2024-03-01", False)
    assert stated["sources"][0]["publisher"] == "The Palace"


def test_details_are_exported(register: Path) -> None:
    (line,) = pactwatch("export", "details", "--party", "DK", folder=register).lines
    row = json.loads(line)
    assert (row["step"], row["kind"], row["publisher"]) == (TALKS, "expected_signing", "The Palace")
    csv_lines = pactwatch("export", "details", "--format", "csv", folder=register).lines
    assert csv_lines[0].startswith("step,kind,value,currency")
    assert len(csv_lines) == 2
    assert pactwatch("export", "details", "--party", "NO", folder=register).lines == []
    assert pactwatch("export", "steps", "--format", "ics", "-o", "steps.ics", folder=register).code == 0
    unfolded = (register / "steps.ics").read_text(encoding="utf-8").replace("\n ", "")
    assert f"{TALKS}/signing-expected@pactwatch" in unfolded
