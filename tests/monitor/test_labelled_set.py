"""The shipped labelled set keeps its form, and has what it says it has."""

import json
from collections import Counter, defaultdict
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from monitor.detect.findings import Article
from monitor.lines import article_of_line
from monitor.terms import Instrument, Stage

FOLDER = files("monitor.data") / "labelled"
LANGUAGES = {
    "en", "uk", "ru", "de", "fr", "pl", "es", "it", "pt", "nl", "da", "sv", "no", "fi", "et", "lv", "lt",
    "cs", "sk", "ro", "hu", "bg", "hr", "sr", "sl", "el", "tr", "ka", "ja", "ko", "zh", "ar", "vi", "id",
}  # fmt: skip
FIELDS = {
    "id", "url", "lang", "published", "source_kind", "outlet", "title", "text", "alert", "events",
    "background", "negative_kind", "uncertain", "fold",
}  # fmt: skip
NEGATIVES = {
    "aid_package", "implementation_or_delivery", "internal_politics", "military_news", "multilateral",
    "opinion", "other_topic", "peace_talks", "recap_or_background", "speculation_or_call",
    "trade_or_economic",
}  # fmt: skip


def lines() -> list[str]:
    names = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".jsonl"))
    return [line for name in names for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


LINES = lines()
ROWS: list[dict[str, Any]] = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_line_has_its_form(row: dict[str, Any]) -> None:
    assert set(row) == FIELDS
    assert row["alert"] == bool(row["events"]) == (row["negative_kind"] is None)
    assert row["negative_kind"] is None or row["negative_kind"] in NEGATIVES
    published = date.fromisoformat(row["published"])
    for event in row["events"]:
        assert set(event) == {"parties", "stage", "instrument", "date", "place"}
        assert event["instrument"] in set(Instrument)
        if event["date"]:
            assert 0 <= (published - date.fromisoformat(event["date"])).days <= 3
    for step in [*row["events"], *row["background"]]:
        assert step["stage"] in set(Stage)
        assert step["parties"] == sorted(set(step["parties"]))
        assert len(step["parties"]) == 2


def test_ids_are_unique_and_no_text_is_there_twice() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_every_language_stage_instrument_and_kind_of_negative_is_there() -> None:
    assert len(ROWS) >= 300
    by_language = defaultdict(list)
    for row in ROWS:
        by_language[row["lang"]].append(row["alert"])
    assert set(by_language) == LANGUAGES
    assert all({True, False} == set(alerts) for alerts in by_language.values())
    stages = Counter(event["stage"] for row in ROWS for event in row["events"])
    assert min(stages[stage] for stage in Stage) >= 5
    instruments = Counter(event["instrument"] for row in ROWS for event in row["events"])
    assert min(instruments[instrument] for instrument in Instrument) >= 5
    assert {row["negative_kind"] for row in ROWS} == {None, *NEGATIVES}


def test_the_folds_share_no_event() -> None:
    folds = defaultdict(set)
    for row in ROWS:
        for event in row["events"]:
            folds[*event["parties"], event["stage"], event["date"]].add(row["fold"])
    assert all(len(found) == 1 for found in folds.values())
    assert 0.25 < sum(row["fold"] == "b" for row in ROWS) / len(ROWS) < 0.42


def test_the_lines_are_what_detect_reads() -> None:
    articles = [article_of_line(line)[0] for line in LINES]
    assert all(isinstance(article, Article) and article.published for article in articles)
