"""An article page comes back with its bytes and headers for evidence, within limits of its own."""

import asyncio
import json
from dataclasses import replace
from hashlib import sha256

from spiders import Limits
from spiders.items import Failure, Page, PageApi
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import Asked, answer, hostile_web, redirect

SENTENCE = "The two governments opened talks on a security agreement in Kyiv on Monday. "
ARTICLE = (
    f"<html lang='en'><head><title>Talks opened</title></head><body><article><h1>Talks opened</h1>"
    f"<p>{SENTENCE * 8}</p><p>{SENTENCE * 8}</p></article></body></html>"
).encode()
PDF = b"%PDF-1.4\n" + b"0" * 5000


async def odd_headers(writer: asyncio.StreamWriter, asked: Asked) -> None:
    lines = b"Content-Type: text/html; charset=\xff\xfe\r\nETag: \xe4\r\nServer: one\r\nServer: two\r\n"
    writer.write(b"HTTP/1.1 200 OK\r\n" + lines + b"Connection: close\r\n\r\n" + ARTICLE)


DOCUMENT = json.dumps({"document": {"title": "Talks & more", "html": f"<p>{SENTENCE * 8}</p>"}}).encode()
PATHS = {
    "documents": answer("200 OK", DOCUMENT, "Content-Type: application/json"),
    "odd-headers": odd_headers,
    "article": answer(
        "200 OK", ARTICLE, "Content-Type: text/html; charset=utf-8", "Set-Cookie: a=b", 'ETag: "p"'
    ),
    "old-article": redirect("/article"),
    "pdf": answer("200 OK", PDF, "Content-Type: application/pdf"),
}


def page(path: str, limits: Limits | None = None) -> Page:
    async def run() -> Page:
        async with hostile_web(PATHS) as web, crawling(limits=limits) as crawler:
            return await crawler.read_page(web.url(path), make_source(web.url("good")))

    return asyncio.run(run())


def test_a_page_is_read_and_kept_as_evidence() -> None:
    found = page("article")
    assert (found.failure, found.http_status) == (None, 200)
    assert "opened talks on a security agreement" in found.text
    assert (found.body, found.sha256) == (ARTICLE, sha256(ARTICLE).hexdigest())
    assert found.headers["etag"] == '"p"'
    assert "set-cookie" not in found.headers


def test_headers_in_no_encoding_can_still_be_stored() -> None:
    found = page("odd-headers")
    assert found.failure is None, found.error
    assert found.headers["server"] == "one, two"
    assert json.loads(json.dumps(dict(found.headers)).encode("utf-8")) == found.headers
    for value in found.headers.values():
        value.encode("utf-8")


def test_a_page_keeps_the_address_it_was_asked_by() -> None:
    found = page("old-article")
    assert found.url.endswith("/old-article")
    assert found.failure is None


def test_a_page_that_fails_says_why() -> None:
    assert page("404").failure is Failure.NOT_FOUND
    assert page("403-cloudflare").failure is Failure.BLOCKED
    assert page("infinite-body").failure is Failure.TOO_LARGE
    assert page("redirect-octal").failure is Failure.ADDRESS_REFUSED


API = PageApi(
    link=r"/detail/(?P<language>[a-z]{2})/(?P<type>[a-z]+)_(?P<year>\d+)_(?P<number>\d+)",
    address="http://127.0.0.1:{port}/documents?reference={TYPE}/{year}/{number}&language={language}",
    text="document.html",
    title="document.title",
)


def behind_a_shell(link: str, **changes: str) -> tuple[Page, list[str]]:
    async def run() -> tuple[Page, list[str]]:
        async with hostile_web(PATHS) as web, crawling() as crawler:
            port = web.url("").split(":")[2].partition("/")[0]
            api = replace(API, address=API.address.replace("{port}", port), **changes)
            source = make_source(web.url("good"), page_api=api)
            return await crawler.read_page(web.url(link), source), [asked.path for asked in web.asked]

    return asyncio.run(run())


def test_an_article_whose_page_is_a_shell_is_read_from_its_interface() -> None:
    found, asked = behind_a_shell("detail/en/ip_26_1579")
    assert asked[-1] == "/documents?reference=IP/26/1579&language=en"
    assert found.failure is None, found.error
    assert found.title == "Talks & more"
    assert "opened talks on a security agreement" in found.text
    assert found.url.endswith("/detail/en/ip_26_1579")
    assert found.canonical_url.endswith("/detail/en/ip_26_1579")
    assert found.body == DOCUMENT, "the evidence is what was served"


def test_other_links_of_such_a_source_are_read_as_pages() -> None:
    found, asked = behind_a_shell("article")
    assert asked[-1] == "/article"
    assert found.failure is None


def test_an_interface_that_has_changed_says_so() -> None:
    found, _ = behind_a_shell("detail/en/ip_26_1579", text="document.body")
    assert found.failure is Failure.NOT_A_FEED
    assert "document.body" in (found.error or "")


def test_a_pdf_may_be_larger_than_a_page() -> None:
    small = Limits(page_bytes=2000, pdf_bytes=10_000)
    assert page("pdf", small).failure is not Failure.TOO_LARGE
    assert page("pdf", Limits(page_bytes=2000, pdf_bytes=2000)).failure is Failure.TOO_LARGE
