"""Article pages: text, title, date, canonical address, language, and what is no article."""

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
from spiders.readers.pdf import read_pdf
from tests.spiders.written_pdf import written_pdf

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


def test_a_pdf_called_after_its_file_takes_its_first_line_for_a_title() -> None:
    body = written_pdf("Joint statement of the ministers", title="Microsoft Word - draft7.docx")
    found = extract_page(body, "https://gov.example/7.pdf", "application/pdf", fetched=NOW)
    assert found.title == "Joint statement of the ministers"


def test_a_pdf_made_to_be_costly_breaks_its_limit_and_nothing_else() -> None:
    body = written_pdf("x" * 50 + ") Tj (y" * 300_000)
    with pytest.raises(TooCostlyError):
        read_pdf(body, "https://gov.example/7.pdf", fetched=NOW, seconds=1)


DOCUMENTS = """<html><head><title>Agreement</title></head><body>
<nav><a href="/annual-report.pdf">Annual report</a></nav>
<main><article><h1>Agreement</h1><p>The text is attached.</p>
<a href="../files/agreement.PDF#page=2">Agreement (<b>PDF</b>)</a>
<a href="https://president.example/en/files/agreement.PDF">again</a>
<a href="https://files.president.example/annex.pdf?v=2">Annex</a>
<a href="/download?id=7" type="application/pdf">Map</a>
<a href="https://elsewhere.example/study.pdf">A study</a>
<a href="javascript:print('x.pdf')">Print</a> <a href="http://[broken.pdf">Broken</a>
<footer><a href="/files/fourth.pdf">A fourth</a></footer></article></main>
<footer><a href="/privacy.pdf">Privacy</a></footer></body></html>"""


def test_a_page_names_the_documents_in_its_text_and_not_those_around_it() -> None:
    found = extract_page(DOCUMENTS.encode(), URL, "text/html", fetched=NOW)
    assert [(one.url, one.name) for one in found.documents] == [
        ("https://www.president.example/en/files/agreement.PDF", "Agreement (PDF)"),
        ("https://files.president.example/annex.pdf?v=2", "Annex"),
        ("https://www.president.example/download?id=7", "Map"),
    ]


def test_a_page_that_only_hands_out_a_document_is_no_failure() -> None:
    bare = "<html><title>Joint declaration</title><body><a href='/d.pdf'>PDF</a></body></html>"
    found = extract_page(bare.encode(), URL, "text/html", fetched=NOW)
    assert (found.failure, len(found.documents)) == (None, 1)


@pytest.mark.parametrize(
    "shown",
    [
        '<iframe src="/d/1.pdf#toolbar=0"></iframe>',
        '<embed type="application/pdf" src="/d/1.pdf">',
        '<object data="/d/1.pdf" type="application/pdf"></object>',
    ],
)
def test_a_document_shown_within_its_page_is_named_too(shown: str) -> None:
    html = f"<html><title>Agreement</title><body><main><h1>Agreement</h1>{shown}</main></body></html>"
    (document,) = extract_page(html.encode(), URL, "text/html", fetched=NOW).documents
    assert document.url == "https://www.president.example/d/1.pdf"
