"""Each format, read back by a reader of its own: the files mean what the register says."""

import csv
import io
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest

from monitor.exporting import NoExportError
from monitor.exporting.dataset import COLUMNS
from monitor.exporting.writing import MEDIA_TYPES, written
from monitor.searching import search_text
from spiders import read_feed
from storage import Storage
from storage.records import Filter, MentionRecord
from tests.storage.builders import a_source, a_step, an_agreement, an_article

CODEBOOK = (Path(__file__).parents[3] / "docs" / "data.md").read_text(encoding="utf-8")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVIL = '=HYPERLINK("https://evil.example") <script>alert(1)</script> `_*[x](javascript:1)\r\n\x1b[31m'
SIGNED = "DK-UA/security_agreement/signed/2026-02-23"


@pytest.fixture
def register(storage: Storage) -> Storage:
    """A signing with a mention, one that is expected, one rejected; hostile words where they may be."""
    with storage.writing() as w:
        w.sync_sources([a_source()], NOW)
        signed = w.add_step(a_step(SIGNED, place=EVIL, sources=("https://a.example/?x=1&y=2",)))
        norway = an_agreement("NO", "UA", title=EVIL)
        talks = "NO-UA/security_agreement/negotiations_started/2026-02-01"
        w.add_step(
            a_step(
                talks,
                agreement=norway,
                stage="negotiations_started",
                date=date(2026, 2, 1),
                expected=date(2026, 6, 1),
            )
        )
        w.add_step(a_step("DK-UA/security_agreement/ratified/2026-02-25", stage="ratified", state="rejected"))
        article = an_article(
            "one", title=EVIL, text="They signed the treaty. " * 3, url="https://h.example/one"
        )
        kept, _, _ = w.put_article(article, search_text=search_text(article.title, article.text, "en"))
        assert kept.id
        w.add_mention(
            MentionRecord(step_id=signed.id, article_id=kept.id, role="report", confidence=0.9, quote=EVIL)
        )
    return storage


def export(storage: Storage, kind: str, style: str, **wanted: object) -> bytes:
    with storage.reading() as r:
        return written(r, kind, style, Filter(**wanted), now=NOW).body  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["steps", "agreements", "articles"])
def test_no_cell_of_a_csv_file_is_a_formula(register: Storage, kind: str) -> None:
    rows = list(csv.reader(io.StringIO(export(register, kind, "csv").decode())))
    assert len(rows) > 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("kind", ["steps", "agreements", "articles"])
def test_parquet_has_the_rows_of_the_json_lines(register: Storage, kind: str) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    table = pq.read_table(io.BytesIO(export(register, kind, "parquet")))
    lines = [json.loads(line) for line in export(register, kind, "json").splitlines()]
    key = "agreement" if kind == "agreements" else "id"
    assert table.column(key).to_pylist() == [line[key] for line in lines]
    assert table.schema.metadata[b"pactwatch.schema"] == f"{kind}-1".encode()
    if kind == "steps":
        assert date(2026, 2, 23) in table.column("date").to_pylist()
        assert set(table.column_names) == set(lines[0])


def test_without_pyarrow_parquet_says_what_to_install(
    register: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NoExportError, match=r"install pactwatch\[parquet\]"):
        export(register, "steps", "parquet")


def test_a_calendar_has_what_happened_and_what_is_expected(register: Storage) -> None:
    calendar = icalendar.Calendar.from_ical(export(register, "steps", "ics"))
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    expected = "NO-UA/security_agreement/negotiations_started/2026-02-01/expected@pactwatch"
    assert set(events) == {f"{SIGNED}@pactwatch", expected}
    signing = events[f"{SIGNED}@pactwatch"]
    assert signing.decoded("dtstart") == date(2026, 2, 23)
    assert signing.decoded("dtend") == date(2026, 2, 24)
    assert "\n" not in str(signing["location"])
    assert str(events[expected]["status"]) == "TENTATIVE"


@pytest.mark.parametrize("kind", ["steps", "articles"])
def test_an_atom_feed_is_read_by_our_own_reader(register: Storage, kind: str) -> None:
    body = export(register, kind, "atom")
    entries = read_feed(body, "https://here.example/feed", "application/atom+xml")
    assert len(entries) == (3 if kind == "steps" else 1)
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(entry.title and entry.updated for entry in entries)
    assert b"<script" not in body
    assert body == export(register, kind, "atom"), "the same register gives the same feed"


def test_a_brief_quotes_and_is_plain_text(register: Storage) -> None:
    brief = export(register, "steps", "md", since=date(2026, 2, 1)).decode()
    assert brief.startswith("# Security agreements: 2026-02-01\n")
    assert "## Denmark – Ukraine: " in brief
    assert f"`{SIGNED}`" in brief
    assert "ratified/2026" not in brief
    assert "<script" not in brief.replace("\\<", "")
    assert "\x1b" not in brief


def test_what_has_no_such_format_says_so(register: Storage) -> None:
    with pytest.raises(NoExportError, match="agreements are not written as ics"):
        export(register, "agreements", "ics")
    assert set(MEDIA_TYPES) == {"json", "csv", "parquet", "atom", "ics", "md"}


@pytest.mark.parametrize(("kind", "column"), [(kind, name) for kind, of in COLUMNS.items() for name in of])
def test_a_column_stands_in_the_codebook(kind: str, column: str) -> None:
    assert f"`{column}`" in CODEBOOK, kind
