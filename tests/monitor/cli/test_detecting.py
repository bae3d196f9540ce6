"""The contract of `pactwatch detect` and `evaluate`: shapes, order, errors. What is found is not at issue
here (tests/monitor/detect)."""

import json
from pathlib import Path

import pytest

from tests.monitor.cli.running import Ran, pactwatch, pactwatch_process

TALKS = {
    "id": "talks",
    "title": "Ukraine and Norway sign a security agreement",
    "text": "Ukraine and Norway signed a bilateral security agreement in Stockholm today. "
    "Ukraine and Denmark signed theirs on 23 February.",
    "published": "2024-05-31",
    "lang": "en",
}
WEATHER = {"id": 7, "title": "Rain tomorrow", "text": "It will rain in the north and stay dry in the south."}


def lines(*rows: object) -> str:
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)


def answers(ran: Ran) -> list[dict[str, object]]:
    return [json.loads(line) for line in ran.lines]


def test_an_event_has_all_that_scripts_rely_on(tmp_path: Path) -> None:
    ran = pactwatch("detect", folder=tmp_path, given=lines(TALKS))
    (answer,) = [json.loads(line) for line in ran.lines]
    assert ran.code == 0
    assert list(answer) == ["id", "lang", "alert", "events", "background"]
    assert (answer["id"], answer["lang"], answer["alert"]) == ("talks", "en", True)
    (event,) = answer["events"]
    assert list(event) == [
        "parties",
        "stage",
        "instrument",
        "date",
        "place",
        "confidence",
        "evidence",
        "reasons",
    ]
    assert (event["parties"], event["stage"], event["date"]) == (["NO", "UA"], "signed", "2024-05-31")
    for evidence in event["evidence"]:
        assert set(evidence) == {"quote", "start", "end", "field"}
        assert str(TALKS[evidence["field"]])[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert all(set(known) == {"parties", "stage"} for known in answer["background"])


def test_details_are_given_on_wish(tmp_path: Path) -> None:
    text = f"The agreement is valid for ten years. {TALKS['text']}"
    more = {**TALKS, "text": text}
    ran = pactwatch("detect", "--details", folder=tmp_path, given=lines(more))
    (answer,) = [json.loads(line) for line in ran.lines]
    (detail,) = answer["events"][0]["details"]
    assert (detail["kind"], detail["value"], detail["said"]) == ("duration", "P10Y", "ten years")
    assert text[detail["start"] : detail["end"]] == detail["quote"]


def test_a_bad_line_is_told_and_the_rest_is_still_done(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        lines(WEATHER, "not json", '{"id": "x", "title": 3, "text": ""}', "", "[1]", TALKS), encoding="utf-8"
    )
    ran = pactwatch("detect", "in.jsonl", folder=tmp_path)
    found = answers(ran)
    assert (ran.code, ran.err) == (1, "")
    assert [one["id"] for one in found] == [7, None, "x", None, "talks"]
    assert [str(one.get("error"))[:6] for one in found] == ["None", "line 2", "line 3", "line 5", "None"]
    assert "title" in str(found[2]["error"])


def test_bytes_that_are_no_text_harm_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(
        b'{"id": "a", "title": "\xff", "text": ""}\n{"id": "b", "title": "\\ud800", "text": "\\u0000"}\n'
    )
    ran = pactwatch("detect", "in.jsonl", folder=tmp_path)
    assert [("error" in one) for one in answers(ran)] == [True, False]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = pactwatch("detect", "nowhere.jsonl", folder=tmp_path)
    assert (ran.code, ran.out, ran.err) == (2, "", "nowhere.jsonl: no such file or directory\n")


def test_it_streams_and_works_in_a_process_of_its_own(tmp_path: Path) -> None:
    ran = pactwatch_process("detect", "-", folder=tmp_path, given=lines(WEATHER, TALKS), LC_ALL="C")
    assert [one["id"] for one in answers(ran)] == [7, "talks"]


def test_a_threshold_comes_only_from_a_configuration_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("watch: {alert_confidence: 1.0}\n")
    usual = answers(pactwatch("detect", folder=tmp_path, given=lines(TALKS)))
    strict = answers(pactwatch("detect", "--config", "config.yaml", folder=tmp_path, given=lines(TALKS)))
    assert [usual[0]["alert"], strict[0]["alert"]] == [True, False]


def labelled(**changes: object) -> dict[str, object]:
    events = [{"parties": ["NO", "UA"], "stage": "signed", "date": "2024-05-31"}]
    return {**TALKS, "alert": True, "events": events, "source_kind": "agency", **changes}


def test_evaluate_counts(tmp_path: Path) -> None:
    quiet = {**WEATHER, "alert": False, "events": []}
    (tmp_path / "set.jsonl").write_text(lines(labelled(), quiet), encoding="utf-8")
    ran = pactwatch("evaluate", "set.jsonl", "--json", folder=tmp_path)
    report = json.loads(ran.out)
    assert (ran.code, report["items"]) == (0, 2)
    assert report["alert"]["precision"] == {
        "value": 1.0,
        "low": pytest.approx(0.2065, abs=0.001),
        "high": 1.0,
        "n": 1,
    }
    assert report["pair_stage"]["f1"] == 1.0
    assert set(report["by"]) == {"language", "stage", "source_kind", "negative_kind"}
    assert "precision" not in pactwatch("evaluate", "set.jsonl", folder=tmp_path).err


def test_evaluate_lists_its_errors(tmp_path: Path) -> None:
    missed = labelled(id="missed", text="Nothing is said here.", title="Nothing")
    (tmp_path / "set.jsonl").write_text(lines(missed), encoding="utf-8")
    ran = pactwatch("evaluate", "set.jsonl", "--json", "--errors", folder=tmp_path)
    error = answers(ran)[1]
    assert (error["error"], error["claimed"]) == ("missed", [])
    assert (
        "missed: label NO-UA signed; found nothing"
        in pactwatch("evaluate", "set.jsonl", "--errors", folder=tmp_path).out
    )


@pytest.mark.parametrize(
    "bad", ["not json", '{"id": "x"}', json.dumps(labelled(events=[{"parties": ["UA"]}]))]
)
def test_evaluate_names_the_line_that_is_wrong(tmp_path: Path, bad: str) -> None:
    (tmp_path / "set.jsonl").write_text(lines(labelled(), bad), encoding="utf-8")
    ran = pactwatch("evaluate", "set.jsonl", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("set.jsonl: line 2: ")
    assert ran.err.count("\n") == 1
