"""What others wrote stands in a CSV file as text: no command prints a cell that a spreadsheet would run."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.searching import search_text
from storage import open_storage
from storage.records import (
    AgreementRecord,
    ArticleRecord,
    DetailRecord,
    MentionRecord,
    SilenceRecord,
    StepRecord,
    StepState,
)
from tests.monitor.cli.conftest import source
from tests.monitor.cli.running import pactwatch

NOW = datetime(2024, 2, 8, 12, tzinfo=UTC)
BEGINNINGS = ("=", "+", "-", "@", "\t=", "\r=", " =", "\uff1d", "\u200b=")
DOORS = (
    ("steps",), ("agreements",), ("articles",), ("find", "danger"), ("review", "list"), ("silence", "list"),
    ("sources", "list"), ("sources", "gaps"), ("alerts", "list"), ("tokens", "list"), ("latency",),
    ("export", "steps"), ("export", "agreements"), ("export", "articles"), ("export", "details"),
)  # fmt: skip


@pytest.fixture
def hostile(desk: Path) -> Path:
    """A register in which everybody begins like a formula."""
    config = (desk / "config.yaml").read_text(encoding="utf-8")
    config = config.replace("publisher: Herald", 'publisher: "=HYPERLINK(1)"')
    (desk / "config.yaml").write_text(config, encoding="utf-8")
    storage = open_storage(f"sqlite:///{desk}/data/pactwatch.db")
    with storage.writing() as w:
        w.sync_sources([source("palace", "official", "UA"), source("herald", "press", "DK")], NOW)
        w.add_silence(
            SilenceRecord(
                match={"parties": ["DK"]},
                reason="=1+1",
                who="@desk",
                created=NOW,
                expires=datetime.now(UTC) + timedelta(days=1),
            )
        )
        for number, begin in enumerate(BEGINNINGS):
            evil = f"{begin}cmd|' /C calc'!A0"
            step = w.add_step(
                StepRecord(
                    id=f"DK-UA/security_agreement/signed/2024-02-0{number + 1}",
                    agreement=AgreementRecord(
                        parties=("DK", "UA"), instrument="security_agreement", number=number + 1, title=evil
                    ),
                    stage="signed",
                    date=NOW.date(),
                    place=evil,
                    reason=evil,
                    state=StepState.REVIEW,
                )
            )
            article, _, _ = w.put_article(
                ArticleRecord(
                    canonical_url=f"https://palace.example/{number}",
                    source_id="palace",
                    title=evil,
                    text=f"{evil} danger",
                    publisher=evil,
                    published=NOW,
                    first_seen=NOW,
                ),
                search_text=search_text(evil, f"{evil} danger"),
            )
            assert article.id
            w.add_mention(
                MentionRecord(
                    step_id=step.id,
                    article_id=article.id,
                    role="report",
                    confidence=0.5,
                    quote=evil,
                    details=(
                        DetailRecord(kind="signatory", value=evil, said=evil, quote=evil, start=0, end=1),
                    ),
                )
            )
    storage.close()
    return desk


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
def test_no_cell_begins_like_a_formula(hostile: Path, door: tuple[str, ...]) -> None:
    ran = pactwatch(*door, "--format", "csv", folder=hostile)
    assert ran.code == 0, ran.err
    rows = list(csv.reader(io.StringIO(ran.out)))
    cells = [cell for row in rows for cell in row]
    assert cells
    assert not [
        cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\t", "\r"))
    ]
    if door[0] in ("articles", "find", "export", "review"):
        assert any(cell.startswith("'") for cell in cells), "the hostile rows are there"
