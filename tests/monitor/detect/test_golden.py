"""Golden cases: for each language a file of texts beside what detection must say of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import yaml

from monitor.detect import Article, alerts, detect
from monitor.terms import pair_name

FOLDER = Path(__file__).parents[2] / "data" / "detect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One golden case; `expect` as "DK-UA signed" or "DK-UA signed 2024-02-23"."""

    language: str
    title: str
    text: str
    published: date
    expect: tuple[str, ...]
    country: str | None = None


def cases() -> list[Case]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for raw in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(
                Case(
                    language=path.stem,
                    title=raw["title"],
                    text=raw["text"],
                    published=raw["published"],
                    expect=tuple(raw["expect"]),
                    country=raw.get("country"),
                )
            )
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.language}: {case.title[:60]}")
def test_what_detection_says_of_a_golden_text(case: Case) -> None:
    article = Article(
        id="golden",
        title=case.title,
        text=case.text,
        language=case.language,
        published=datetime.combine(case.published, time(12), UTC),
        country=case.country,
    )
    found = {(pair_name(f.parties), str(f.stage)): f.date for f in alerts(detect(article))}
    wanted = [line.split() for line in case.expect]
    assert set(found) == {(pair, stage) for pair, stage, *_ in wanted}
    for pair, stage, *day in wanted:
        if day:
            assert str(found[pair, stage]) == day[0]
