"""Evidence: the bytes behind a step are shown, verified and taken out, and tampering is seen."""

import hashlib
import io
import json
import sqlite3
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage import open_storage
from storage.records import ArticleRecord, RawPage
from tests.monitor.cli.conftest import NOW, TALKS
from tests.monitor.cli.running import pactwatch

PAGE = b"<html><body><h1>Talks</h1><p>\xd0\x9f</p></body></html>"
EDITED = b"<html><body><h1>Talks</h1><p>edited</p></body></html>"


@pytest.fixture
def kept(register: Path) -> Path:
    """The register, whose article was edited twice, each time with the page's bytes."""
    storage = open_storage(f"sqlite:///{register}/data/pactwatch.db")
    with storage.writing() as w:
        article = w.article(1)
        assert article is not None
        for at, body in enumerate((PAGE, EDITED), start=1):
            w.put_article(
                ArticleRecord(
                    canonical_url=article.canonical_url,
                    url=article.url,
                    source_id="palace",
                    title=article.title,
                    text=f"{article.text}\n{at}",
                    fetched=NOW + timedelta(hours=at),
                    publisher="The Palace",
                    tier="official",
                ),
                RawPage(
                    body=body,
                    headers={"content-type": "text/html", "etag": '"a"'},
                    sha256=hashlib.sha256(body).hexdigest(),
                    http_status=200,
                    fetched=NOW + timedelta(hours=at),
                ),
            )
        w.mark_gone(1, NOW + timedelta(days=1))
    storage.close()
    return register


def change(folder: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(folder / "data" / "pactwatch.db")
    with database:
        database.execute(statement, values)
    database.close()


@pytest.mark.parametrize("what", [TALKS, "1", "https://palace.example/1"])
def test_every_text_behind_a_step_is_shown(kept: Path, what: str) -> None:
    ran = pactwatch("evidence", "show", what, "--json", folder=kept)
    first, second, third = [json.loads(line) for line in ran.lines]
    assert (first["sha256"], first["bytes"]) == (None, None)
    assert (second["sha256"], second["bytes"]) == (hashlib.sha256(PAGE).hexdigest(), len(PAGE))
    assert (third["revision"], third["http_status"], third["headers"]["etag"]) == (3, 200, '"a"')
    told = pactwatch("evidence", "show", what, folder=kept).out
    assert "gone from the web since 2024-02-09 12:00 UTC" in told
    assert f"report of {TALKS}" in told


def test_what_is_whole_is_said_to_be(kept: Path) -> None:
    for arguments in ([], [TALKS]):
        ran = pactwatch("evidence", "verify", *arguments, folder=kept)
        assert (ran.code, ran.out, ran.err) == (0, "1 articles, 2 pages as they came: whole\n", "")


@pytest.mark.parametrize(
    ("statement", "value", "said"),
    [
        (
            "UPDATE revisions SET raw_body = ? WHERE revision = 2",
            zlib.compress(PAGE + b" "),
            "article 1, revision 2: the bytes are not those that were fetched (SHA-256 differs)",
        ),
        (
            "UPDATE revisions SET raw_body = ? WHERE revision = 3",
            b"no zlib",
            "article 1, revision 3: its bytes cannot be unpacked",
        ),
        (
            "UPDATE revisions SET text = ? WHERE revision = 3",
            "Another text",
            "article 1, revision 3: title and text are not those that were judged (SHA-256 differs)",
        ),
        ("UPDATE mentions SET quote = ?", "Never said", f"article 1: the quote for {TALKS} is in none"),
    ],
)
def test_what_was_tampered_with_is_told(kept: Path, statement: str, value: object, said: str) -> None:
    change(kept, statement, value)
    ran = pactwatch("evidence", "verify", folder=kept)
    assert ran.code == 1
    assert ran.err.startswith(said)
    assert len(ran.err.splitlines()) == 1


def test_pages_are_taken_out_as_they_came(kept: Path) -> None:
    ran = pactwatch("evidence", "export", TALKS, "-o", "out", folder=kept)
    assert (ran.code, ran.out) == (0, "2 pages of 3 texts in out\n")
    out = kept / "out"
    assert (out / "1-r2.html").read_bytes() == PAGE
    sums = [line.split("  ") for line in (out / "SHA256SUMS").read_text().splitlines()]
    assert {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for _, name in sums} == {
        name: sha for sha, name in sums
    }
    manifest = [json.loads(line) for line in (out / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert [one["file"] for one in manifest] == [None, "1-r2.html", "1-r3.html"]
    again = pactwatch("evidence", "export", TALKS, "-o", "out", folder=kept)
    assert (again.code, again.err) == (2, "out: exists already\n")


def test_pages_as_a_web_archive(kept: Path) -> None:
    ran = pactwatch("evidence", "export", "1", "--format", "warc", folder=kept)
    assert (ran.code, ran.out) == (0, "2 pages of 3 texts in evidence-1.warc.gz\n")
    archive = io.BytesIO((kept / "evidence-1.warc.gz").read_bytes())
    records = [
        (one.rec_type, one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read())
        for one in ArchiveIterator(archive, check_digests="raise")
    ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "response"]
    assert records[1][1:] == ("https://palace.example/1", PAGE)


@pytest.mark.parametrize("command", ["show", "verify", "export"])
def test_what_is_not_there_is_told(kept: Path, command: str) -> None:
    ran = pactwatch("evidence", command, "99", folder=kept)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == '"99" is no step with articles and no article that is stored\n'
