"""Each format, read back by a reader of its own: the files mean what the register says."""

import csv
import io
import json
import re
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from lxml import etree

from monitor.exporting import NoExportError, csv_text
from monitor.exporting.dataset import COLUMNS
from monitor.exporting.writing import KINDS, MEDIA_TYPES, written
from monitor.particulars import endings, particulars
from monitor.searching import search_text
from spiders import read_feed
from storage import Storage
from storage.records import DetailRecord, Filter, MentionRecord, MentionView
from tests.storage.builders import a_source, a_step, an_agreement, an_article

ATOM = str(Path(__file__).parents[2] / "data" / "atom.rng")
CODEBOOK = (Path(__file__).parents[3] / "docs" / "data.md").read_text(encoding="utf-8")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVIL = '=HYPERLINK("https://evil.example") <script>alert(1)</script> `_*[x](javascript:1)\r\n\x1b[31m'
SIGNED = "DK-UA/security_agreement/signed/2026-02-23"


@pytest.fixture
def register(storage: Storage) -> Storage:
    """A signing with a mention, one that is expected, one rejected; hostile words where they may be."""
    with storage.writing() as w:
        w.sync_sources([a_source()], NOW)
        signed = w.add_step(
            a_step(SIGNED, place=EVIL, date_exact=True, sources=("https://a.example/?x=1&y=2",))
        )
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
            MentionRecord(
                step_id=signed.id,
                article_id=kept.id,
                role="report",
                confidence=0.9,
                quote=EVIL,
                details=(
                    detail("duration", "P10Y", "It holds for ten years."),
                    detail("expected_in_force", "2026-05-01", EVIL),
                    detail("signatory", EVIL, EVIL, office=EVIL),
                    detail("sum", "1800000000", "They promise 1.8 billion euros.", currency="EUR", year=2026),
                ),
            )
        )
    return storage


def detail(kind: str, value: str, quote: str, **more: Any) -> DetailRecord:
    return DetailRecord(kind=kind, value=value, said=quote, quote=quote, start=0, end=len(quote), **more)


def export(storage: Storage, kind: str, style: str, **wanted: object) -> bytes:
    with storage.reading() as r:
        return written(r, kind, style, Filter(**wanted), now=NOW).body  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_of_a_csv_file_is_a_formula(register: Storage, kind: str) -> None:
    rows = list(csv.reader(io.StringIO(export(register, kind, "csv").decode())))
    assert len(rows) > 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    "begin", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u200b=", "\uff1d", "\uff0b", "\uff20"]
)
def test_a_cell_that_begins_like_a_formula_is_text(begin: str) -> None:
    made = csv_text([f"{begin}1+1"], {"cell": lambda one: one})
    (_, (cell,)) = csv.reader(io.StringIO(made))
    assert cell.startswith("'")


def test_duckdb_reads_the_parquet_with_its_types(register: Storage, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    for kind in KINDS:
        (tmp_path / f"{kind}.parquet").write_bytes(export(register, kind, "parquet"))

    def ask(query: str) -> Any:
        return duckdb.sql(query.replace("FOLDER", tmp_path.as_posix())).fetchall()

    assert ask(
        "SELECT stage, date FROM 'FOLDER/steps.parquet' WHERE date = DATE '2026-02-23' AND state = 'open'"
    ) == [("signed", date(2026, 2, 23))]
    assert ask("SELECT count(*) FROM 'FOLDER/steps.parquet' WHERE list_contains(parties, 'NO')") == [(1,)]
    assert ask(
        "SELECT sum(value::BIGINT) FROM 'FOLDER/details.parquet' WHERE kind = 'sum' AND year = 2026"
    ) == [(1_800_000_000,)]
    assert ask("SELECT typeof(first_seen) FROM 'FOLDER/articles.parquet'") == [("TIMESTAMP WITH TIME ZONE",)]
    assert ask("SELECT count(*) FROM 'FOLDER/agreements.parquet'") == [(2,)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "details"])
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
    assert set(events) == {
        f"{SIGNED}@pactwatch",
        f"{SIGNED}/in_force-expected@pactwatch",
        f"{SIGNED}/expiry@pactwatch",
        expected,
    }
    signing = events[f"{SIGNED}@pactwatch"]
    assert signing.decoded("dtstart") == date(2026, 2, 23)
    assert signing.decoded("dtend") == date(2026, 2, 24)
    assert "\n" not in str(signing["location"])
    assert str(events[expected]["status"]) == "TENTATIVE"
    ahead = events[f"{SIGNED}/in_force-expected@pactwatch"]
    assert ahead.decoded("dtstart") == date(2026, 5, 1)
    end = events[f"{SIGNED}/expiry@pactwatch"]
    assert (end.decoded("dtstart"), str(end["status"])) == (date(2036, 2, 23), "TENTATIVE")
    assert "It holds for ten years." in str(end["description"])
    assert "counted from 23 Feb 2026" in str(end["description"])


def test_a_calendar_keeps_the_rules_of_its_format(register: Storage) -> None:
    """RFC 5545: lines of at most 75 octets that end in CRLF, no control characters, unique UIDs."""
    body = export(register, "steps", "ics")
    lines = body.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and not set(line) & {*range(32), 127} - {9} for line in lines)
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert not [error for event in events for error in event.errors]
    assert all(event.get("dtstamp") and event.get("uid") for event in events)
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_an_end_that_the_text_names_goes_before_one_that_is_counted(storage: Storage) -> None:
    step = a_step(SIGNED)
    named = detail("expiry", "2034-12-31", "Valid until 31 December 2034.")
    counted = detail("duration", "P10Y", "For ten years.")
    view = MentionView(
        mention=MentionRecord(
            step_id=SIGNED, article_id=1, role="report", confidence=1, quote="", details=(counted, named)
        ),
        article=an_article("one"),
    )
    both = particulars([view])
    assert [(one.day, one.counted_from) for one in endings(step, both)] == [(date(2034, 12, 31), None)]
    in_force = a_step(
        "DK-UA/security_agreement/in_force/2026-04-30",
        stage="in_force",
        date=date(2026, 4, 30),
        date_exact=True,
    )
    alone = [one for one in both if one.kind == "duration"]
    assert [one.day for one in endings(replace(step, date_exact=True), alone)] == [date(2036, 2, 23)]
    assert [one.day for one in endings(replace(step, date_exact=True), alone, [in_force])] == [
        date(2036, 4, 30)
    ]
    assert endings(replace(step, date_exact=False), alone) == (), "no day to count from is known"


@pytest.mark.parametrize("kind", ["steps", "articles"])
def test_an_atom_feed_is_valid(register: Storage, kind: str) -> None:
    """Against tests/data/atom.rng, and the rules of RFC 4287 that no schema can say."""
    feed = etree.fromstring(export(register, kind, "atom"))
    schema = etree.RelaxNG(etree.parse(ATOM))
    assert schema.validate(feed), schema.error_log
    names = [one.text or "" for one in feed.iter("{*}id")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"tag:pactwatch,2026:[\x21-\x7e]+", name) for name in names), "an id is an IRI"
    assert not [name for name in names if set(name) & set(' <>"{}|\\^`')]
    for entry in feed.iter("{*}entry"):
        assert entry.find("{*}content") is not None or entry.find("{*}link[@rel='alternate']") is not None
    for moment in feed.iter("{*}updated"):
        assert datetime.fromisoformat(moment.text or "").tzinfo is not None


def test_the_schema_of_atom_bites(register: Storage) -> None:
    schema = etree.RelaxNG(etree.parse(ATOM))
    for lost in ("id", "title", "updated"):
        feed = etree.fromstring(export(register, "steps", "atom"))
        feed.remove(feed.findall(f"{{*}}{lost}")[0])
        assert not schema.validate(feed), lost


def test_an_empty_feed_is_valid(storage: Storage) -> None:
    feed = etree.fromstring(export(storage, "steps", "atom"))
    assert etree.RelaxNG(etree.parse(ATOM)).validate(feed)


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


def test_an_address_in_a_brief_leads_to_the_web_or_nowhere(storage: Storage) -> None:
    """`<javascript:…>` is a link in Markdown (https://spec.commonmark.org/0.31.2/#autolinks)."""
    sources = ("javascript:alert(1)", "https://a.example/?x=1&y=2")
    with storage.writing() as w:
        w.add_step(a_step(SIGNED, sources=sources))
    brief = export(storage, "steps", "md").decode()
    assert "<https://a.example/?x=1&y=2>" in brief
    assert "<javascript:" not in brief
