"""The pipeline over a file: order, known steps, restarts, bad lines."""

import json
import random
from pathlib import Path

import pytest

from monitor.replay import StepTold, replay

SIGNED = (
    "LVIV. The President of Ukraine and the Prime Minister of Denmark signed a bilateral security agreement "
    "in Lviv on Friday, 23 February. The agreement between Ukraine and Denmark is valid for ten years."
)
RECAP = (
    "Kyiv hopes for more partners. As a reminder, Ukraine and Denmark signed a security agreement in "
    "February. The minister spoke about schools, roads and the budget of the coming year."
)
LATER = (
    "On 12 April the President of Ukraine and the President of Kenya signed a bilateral security "
    "agreement in Nairobi. It is the first agreement of its kind between Ukraine and Kenya."
)


def line(name: str, published: str, title: str, text: str, kind: str = "news") -> str:
    return json.dumps(
        {
            "id": name, "title": title, "text": text, "lang": "en", "published": published,
            "url": f"https://{name}.example.org/x", "source_kind": kind, "outlet": name,
        }
    )  # fmt: skip


LINES = [
    line("a", "2024-02-23", "Ukraine and Denmark sign security agreement", SIGNED),
    line("b", "2024-02-23", "Denmark, Ukraine sign security pact in Lviv", SIGNED.replace("LVIV", "KYIV")),
    line("c", "2024-02-24", "Security agreement: Ukraine and Denmark signed on Friday", SIGNED),
    line("d", "2024-03-20", "Minister on the budget", RECAP),
    line("e", "2024-04-12", "Ukraine and Kenya sign security agreement", LATER),
    line("f", "2024-04-13", "Rain over Nairobi", "It will rain on Saturday and on Sunday, with strong wind."),
]


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def essence(told: tuple[StepTold, ...]) -> list[tuple[str, tuple[str, ...], str]]:
    return [(t.step.id, t.articles, t.first) for t in told]


@pytest.fixture
def whole(tmp_path: Path) -> list[tuple[str, tuple[str, ...], str]]:
    return essence(replay(write(tmp_path / "whole.jsonl", LINES)).told)


def test_each_step_is_told_once_with_all_that_joined_it(tmp_path: Path) -> None:
    result = replay(write(tmp_path / "in.jsonl", LINES))
    assert result.articles == 6
    assert [t.step.id for t in result.told] == [
        "DK-UA/security_agreement/signed/2024-02-23",
        "KE-UA/security_agreement/signed/2024-04-12",
    ]
    first = result.told[0].line()
    assert set(result.told[0].articles) == {"a", "b", "c"}
    step = first["step"]
    assert isinstance(step, dict)
    assert list(step) == ["parties", "stage", "instrument", "date", "place"]
    assert (step["parties"], step["stage"], step["date"]) == (["DK", "UA"], "signed", "2024-02-23")
    assert first["at"] == "2024-02-23T12:00:00Z"


def test_order_within_a_day_does_not_matter(
    tmp_path: Path, whole: list[tuple[str, tuple[str, ...], str]]
) -> None:
    for seed in range(5):
        shuffled = LINES.copy()
        random.Random(seed).shuffle(shuffled)
        assert essence(replay(write(tmp_path / "shuffled.jsonl", shuffled)).told) == whole


def test_two_runs_with_a_restart_between_give_the_same_as_one(
    tmp_path: Path, whole: list[tuple[str, tuple[str, ...], str]]
) -> None:
    database = f"sqlite:///{tmp_path}/kept.db"
    replay(write(tmp_path / "one.jsonl", LINES[:2]), database=database)
    second = replay(write(tmp_path / "two.jsonl", LINES[2:]), database=database)
    assert essence(second.told) == whole


def test_the_same_file_twice_tells_nothing_twice(
    tmp_path: Path, whole: list[tuple[str, tuple[str, ...], str]]
) -> None:
    database = f"sqlite:///{tmp_path}/kept.db"
    path = write(tmp_path / "in.jsonl", LINES)
    replay(path, database=database)
    assert essence(replay(path, database=database).told) == whole


def test_with_the_shipped_register_the_danish_signing_is_known(tmp_path: Path) -> None:
    told = replay(write(tmp_path / "in.jsonl", LINES), known=True).told
    assert [t.step.agreement.parties for t in told] == [("KE", "UA")]


def test_bad_lines_are_named_and_the_rest_is_done(tmp_path: Path) -> None:
    result = replay(write(tmp_path / "in.jsonl", ["nonsense", *LINES, '{"id": "x"}']))
    assert result.bad == (
        "line 1: not JSON: Expecting value: line 1 column 1 (char 0)",
        "line 8: title: missing, or not a string",
    )
    assert len(result.told) == 2


def test_several_processes_give_the_same(
    tmp_path: Path, whole: list[tuple[str, tuple[str, ...], str]]
) -> None:
    path = write(tmp_path / "in.jsonl", LINES)
    assert essence(replay(path, processes=2).told) == whole
