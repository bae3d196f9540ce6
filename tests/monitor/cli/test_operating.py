"""Sources, alerts, routes and silences, from outside."""

import json
from pathlib import Path

from tests.monitor.cli.conftest import CONFIG, TALKS
from tests.monitor.cli.running import pactwatch


def test_sources_tell_their_health(register: Path) -> None:
    rows = [json.loads(line) for line in pactwatch("sources", "list", "--json", folder=register).lines]
    assert {row["id"]: row["health"] for row in rows} == {"palace": "new", "herald": "new"}
    rows = [
        json.loads(line) for line in pactwatch("sources", "list", "--all", "--json", folder=register).lines
    ]
    assert {row["id"]: row["health"] for row in rows}["gone"] == "dead"
    assert {row["id"]: row["problem"] for row in rows}["gone"] == "closed"


def test_sources_are_listed_by_group(register: Path) -> None:
    ran = pactwatch("sources", "list", "--tag", "first", "--format", "csv", folder=register)
    assert [line.split(",")[0] for line in ran.lines] == ["id", "palace"]


def test_one_source(register: Path) -> None:
    shown = json.loads(pactwatch("sources", "show", "palace", "--json", folder=register).out)
    assert (shown["publisher"], shown["url"]) == ("The Palace", "https://palace.example/feed")
    wrong = pactwatch("sources", "show", "palce", folder=register)
    assert (wrong.code, wrong.err) == (1, 'there is no source "palce"; did you mean "palace"?\n')


def test_alerts_are_listed_and_tried_again(register: Path) -> None:
    (row,) = [json.loads(line) for line in pactwatch("alerts", "list", "--json", folder=register).lines]
    assert (row["state"], row["error"], row["step_id"]) == ("dead", "the line is dead", TALKS)
    assert pactwatch("alerts", "retry", "--dead", folder=register).out == "1 deliveries are pending again\n"
    (row,) = [json.loads(line) for line in pactwatch("alerts", "list", "--json", folder=register).lines]
    assert row["state"] == "pending"
    again = pactwatch("alerts", "retry", str(row["id"]), folder=register)
    assert (again.code, again.lines[-1]) == (1, "0 deliveries are pending again")


def test_a_state_that_is_none(register: Path) -> None:
    ran = pactwatch("alerts", "list", "--state", "ded", folder=register)
    assert (ran.code, ran.err) == (2, '--state: "ded" is not known here; did you mean "dead"?\n')


def test_a_channel_is_tried(desk: Path) -> None:
    ran = pactwatch("alerts", "test", "file", folder=desk)
    assert (ran.code, ran.out) == (0, "file: sent\n")
    written = json.loads((desk / "told.jsonl").read_text(encoding="utf-8"))
    assert "PactWatch" in json.dumps(written)


def test_a_channel_that_cannot_be_reached(desk: Path) -> None:
    ran = pactwatch("alerts", "test", "nowhere", "--json", folder=desk, NOWHERE="http://127.0.0.1:9/planted")
    answer = json.loads(ran.out)
    assert (ran.code, answer["sent"]) == (1, False)
    assert "planted" not in ran.out + ran.err
    assert pactwatch("alerts", "test", "fiel", folder=desk).err.startswith(
        'there is no channel "fiel"; did you'
    )


def test_a_message_is_seen_before_it_is_sent(register: Path) -> None:
    ran = pactwatch("alerts", "preview", TALKS, folder=register)
    assert ran.code == 0
    assert "Denmark" in ran.out
    assert "Delegations of Ukraine and Denmark" in ran.out
    assert "<html" in pactwatch("alerts", "preview", TALKS, "--html", folder=register).out


def test_routes_say_who_would_be_told(desk: Path) -> None:
    ran = pactwatch("routes", "test", "--pair", "DK-UA", "--stage", "signed", "--json", folder=desk)
    assert [(one["route"], one["channel"]) for one in map(json.loads, ran.lines)] == [("signed", "file")]
    ran = pactwatch("routes", "test", "--pair", "DK-UA", "--stage", "proposed", "--json", folder=desk)
    assert [(one["route"], one["channel"]) for one in map(json.loads, ran.lines)] == [("rest", "console")]


def test_a_silence_begins_and_ends(desk: Path) -> None:
    added = pactwatch("silence", "add", "--pair", "DK-UA", "--for", "2h", "--reason", "known", folder=desk)
    assert added.code == 0
    (one,) = [json.loads(line) for line in pactwatch("silence", "list", "--json", folder=desk).lines]
    assert (one["match"], one["reason"]) == ({"pairs": ["DK-UA"]}, "known")
    assert pactwatch("silence", "end", str(one["id"]), folder=desk).code == 0
    assert pactwatch("silence", "end", str(one["id"]), folder=desk).code == 1
    assert pactwatch("silence", "list", "--json", folder=desk).out == ""
    assert pactwatch("silence", "list", "--all", "--json", folder=desk).out


def test_a_silence_never_holds_back_everything(desk: Path) -> None:
    ran = pactwatch("silence", "add", "--reason", "holiday", folder=desk)
    assert ran.code == 2
    assert (
        pactwatch("silence", "add", "--party", "DK", "--reason", "x", "--for", "soon", folder=desk).code == 2
    )


def test_a_route_can_ask_for_a_saved_search(desk: Path) -> None:
    told = (
        CONFIG.replace("match: {stage: signed}", "match: {search: air}") + "searches: {air: 'air defence'}\n"
    )
    (desk / "config.yaml").write_text(told, encoding="utf-8")
    step = ["routes", "test", "--pair", "DK-UA", "--stage", "signed", "--json"]
    assert json.loads(pactwatch(*step, folder=desk).out)["route"] == "rest"
    assert json.loads(pactwatch(*step, "--search", "air", folder=desk).out)["route"] == "signed"
    assert pactwatch(*step, "--search", "aair", folder=desk).code == 2
