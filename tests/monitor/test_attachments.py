"""The agreement that an official page hands out as a PDF is read, judged and kept with its bytes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from aiohttp import web

from monitor.attachments import BARE, THIN, attachments
from monitor.clock import SystemClock
from monitor.rules import Rules
from monitor.watch import Watch
from spiders.items import Document, Page
from storage import Storage
from storage.records import ArticleRecord, EntryRecord, EntryState, Filter, SourceRecord
from tests.spiders.crawling import crawling, make_source
from tests.spiders.written_pdf import written_pdf

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFFICE = SourceRecord(
    id="office", publisher="Office of the President", country="UA", tier="official", kind="feed", url="",
    baseline_at=NOW,
)  # fmt: skip
TITLE = "Joint statement of the two presidents"
PDF = written_pdf("Kyiv, 1 March 2026. Ukraine and Norway today signed an agreement on security cooperation.")
PAGE = f"""<html lang="en"><head><title>{TITLE}</title></head><body><main><h1>{TITLE}</h1>
<p>The presidents adopted a joint statement after their talks.</p>
<a href="/files/statement.pdf">Full text</a></main></body></html>"""


@asynccontextmanager
async def office() -> AsyncIterator[str]:
    """An office with a feed of one entry, its thin page, and the PDF behind it."""
    address = ""

    async def feed(_: web.Request) -> web.Response:
        item = f"<item><title>{TITLE}</title><link>{address}/news/1</link></item>"
        text = f"<rss version='2.0'><channel><title>Office</title>{item}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml")

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def pdf(_: web.Request) -> web.Response:
        return web.Response(body=PDF, content_type="application/pdf")

    app = web.Application()
    app.router.add_get("/feed", feed)
    app.router.add_get("/news/1", page)
    app.router.add_get("/files/statement.pdf", pdf)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield address
    await runner.cleanup()


def test_the_pdf_behind_a_thin_official_page_tells_of_the_step(sqlite_storage: Storage) -> None:
    async def play() -> None:
        async with office() as address, crawling() as crawler:
            record = replace(OFFICE, url=f"{address}/feed")
            with sqlite_storage.writing() as w:
                w.sync_sources([record], NOW)
            source = make_source(record.url, timeout=make_source("").timeout * 30)
            watch = Watch(
                storage=sqlite_storage, crawler=crawler, sources={"office": source}, rules=Rules(),
                clock=SystemClock(), wake=lambda: None,
            )  # fmt: skip
            await watch.poll(record)

    asyncio.run(play())
    with sqlite_storage.reading() as r:
        (step,) = r.steps(Filter(party="NO"))
        view = r.step_view(step.id)
        assert view is not None
        (mention,) = view.mentions
        entries = r.entries(Filter())
        article = mention.article
        assert article.url.endswith("/files/statement.pdf")
        assert article.title == TITLE
        assert "signed an agreement on security cooperation" in mention.mention.quote
        assert article.id is not None
        raw = r.raw_page(article.id, 1)
    assert raw is not None
    assert (raw.body, raw.sha256) == (PDF, sha256(PDF).hexdigest())
    assert [entry.state for entry in entries] == [EntryState.DONE, EntryState.DONE]


ENTRY = EntryRecord(source_id="office", key="1", canonical_url="https://o.example/1", link="", title=TITLE)
ARTICLE = ArticleRecord(
    canonical_url="https://o.example/1", url="", source_id="office", title=TITLE, text="", published=NOW
)


def found(*, text: str, source: SourceRecord = OFFICE, title: str = TITLE, name: str = "Text") -> int:
    documents = tuple(Document(url=f"https://o.example/{n}.pdf", name=name) for n in range(3))
    page = Page(url="", fetched=NOW, canonical_url="", text=text, documents=documents)
    article = replace(ARTICLE, title=title)
    return len(attachments(ENTRY, source, page, article, now=NOW))


def test_two_documents_at_most_and_only_of_thin_official_pages() -> None:
    assert found(text="See the attached document.") == 2
    assert found(text="x " * THIN) == 0
    assert found(text="See the attached document.", source=replace(OFFICE, tier="press")) == 0


def test_a_page_that_says_enough_of_something_else_has_its_documents_left_alone() -> None:
    harvest = "The harvest was good this year. " * (BARE // 20)
    assert found(text=harvest, title="Harvest") == 0
    assert found(text=harvest, title="Harvest", name="Security agreement between the two states") == 2
