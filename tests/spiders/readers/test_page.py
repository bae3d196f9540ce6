"""Article pages: text, title, date, canonical address, language, and what is no article."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders import extract_page
from spiders.items import Failure, Page, Selectors
from spiders.readers.failures import (
    BlockedError,
    EmptyBodyError,
    MalformedError,
    NotAFeedError,
    TooCostlyError,
)

SAMPLES = Path(__file__).parents[2] / "data" / "pages"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://www.president.example/en/news/talks-begin-801?utm_source=rss"


def page(name: str, url: str = URL, selectors: Selectors | None = None) -> Page:
    body = (SAMPLES / name).read_bytes()
    return extract_page(
        body, url, "text/html; charset=utf-8", fetched=NOW, selectors=selectors, zone="Europe/Kyiv"
    )


def test_an_article_by_generic_extraction() -> None:
    found = page("article.html")
    assert found.title == "Ukraine and Denmark begin talks on an agreement"
    assert found.canonical_url == "https://president.example/en/news/talks-begin-801"
    assert found.published == datetime(2024, 2, 8, 9, 30, tzinfo=UTC)
    assert (found.language, found.failure) == ("en", None)
    paragraphs = found.text.split("\n")
    assert any(line.startswith("Ukraine and Denmark today began talks") for line in paragraphs)
    assert any(line.startswith("“We have a clear timetable,”") for line in paragraphs)
    assert "Home" not in found.text


def test_an_article_by_the_selectors_of_its_source() -> None:
    selectors = Selectors(heading="h1", body=".article_content p", article_date="h1 + .date")
    found = page("selectors.html", selectors=selectors)
    assert found.title == "Угоду підписано"
    assert found.text == (
        "Президент України та Федеральний канцлер підписали угоду про співробітництво у сфері безпеки.\n"
        "Документ діятиме десять років, а сторони щороку перевірятимуть його виконання."
    )
    assert found.published == datetime(2024, 2, 16, 16, 5, tzinfo=UTC)


def test_a_selector_that_finds_nothing_falls_back_to_generic_extraction() -> None:
    found = page("article.html", selectors=Selectors(body=".moved-elsewhere"))
    assert "began talks" in found.text


def test_a_date_written_only_for_people_is_found() -> None:
    found = page("hidden_date.html", "https://www.president.example/news/9")
    assert found.published is not None
    assert found.published.astimezone(UTC).date().isoformat() in ("2024-03-11", "2024-03-12")


def test_a_canonical_link_to_another_site_is_not_believed() -> None:
    found = page("hidden_date.html", "https://www.president.example/news/9")
    assert found.canonical_url == "https://president.example/news/9"


@pytest.mark.parametrize(
    ("name", "failure"), [("soft404.html", Failure.NOT_FOUND), ("paywall.html", Failure.BLOCKED)]
)
def test_a_stub_says_what_it_is(name: str, failure: Failure) -> None:
    found = page(name)
    assert found.failure is failure
    assert found.error


def test_a_language_claim_against_the_script_is_dropped() -> None:
    html = (SAMPLES / "selectors.html").read_text(encoding="utf-8").replace('lang="uk"', 'lang="en"')
    found = extract_page(
        html.encode(), URL, None, fetched=NOW, selectors=Selectors(body=".article_content p")
    )
    assert found.language is None


@pytest.mark.parametrize("path", sorted(SAMPLES.parent.joinpath("walls").iterdir()), ids=lambda one: one.name)
def test_a_wall_is_a_refusal(path: Path) -> None:
    with pytest.raises(BlockedError):
        extract_page(path.read_bytes(), URL, "text/html", fetched=NOW)


def test_pictures_and_empty_bodies_are_no_pages() -> None:
    with pytest.raises(NotAFeedError):
        extract_page(b"\x89PNG\r\n\x1a\n\x00\x00", URL, "image/png", fetched=NOW)
    with pytest.raises(EmptyBodyError):
        extract_page(b"  \n", URL, "text/html", fetched=NOW)


def test_a_tag_with_attributes_without_end_is_too_costly() -> None:
    tag = b"<body %s>" % b" ".join(b"a%d=1" % number for number in range(100_000))
    with pytest.raises(TooCostlyError):
        extract_page(b"<html>" + tag + b"<p>text</p>", URL, "text/html", fetched=NOW)


def test_a_long_data_address_is_no_harm() -> None:
    picture = b'<img src="data:image/png;base64,' + b"A" * 200_000 + b'">'
    body = (SAMPLES / "article.html").read_bytes().replace(b"<main>", b"<main>" + picture)
    assert "began talks" in extract_page(body, URL, "text/html", fetched=NOW).text


def written_pdf(text: str) -> bytes:
    """A PDF with one page and one line, made by hand."""
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (Joint declaration) /CreationDate (D:20240208103000+02'00') >>",
    ]
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer << /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF" % (7, start))
    return out.getvalue()


def test_a_pdf_is_read_whatever_its_header_says() -> None:
    found = extract_page(
        written_pdf("Ukraine and Norway signed the agreement."),
        "https://gov.example/docs/declaration.pdf",
        "text/html",
        fetched=NOW,
    )
    assert found.title == "Joint declaration"
    assert found.text == "Ukraine and Norway signed the agreement."
    assert found.published == datetime(2024, 2, 8, 8, 30, tzinfo=UTC)


def test_a_broken_pdf_is_malformed_and_a_scan_is_empty() -> None:
    with pytest.raises(MalformedError):
        extract_page(b"%PDF-1.4\ngarbage", URL, "application/pdf", fetched=NOW)
    with pytest.raises(EmptyBodyError):
        extract_page(written_pdf(""), URL, "application/pdf", fetched=NOW)
