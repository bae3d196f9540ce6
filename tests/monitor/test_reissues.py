"""An entry given again after an edit is read again as a revision; it never comes as new."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aiohttp import web

from monitor.arrivals import arrivals
from monitor.clock import SystemClock
from monitor.reissues import reissued
from monitor.reread import Rereading
from monitor.rules import Rules
from monitor.watch import Watch
from spiders.items import Entry, Kind, Outcome, Visit
from storage import Storage
from storage.records import EntryState, Filter, SourceRecord
from tests.spiders.crawling import crawling, make_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = SourceRecord(
    id="office", publisher="Office", country="GB", tier="official", kind="feed", url="",
    baseline_at=NOW - 9 * HOUR, last_success_at=NOW - HOUR,
)  # fmt: skip


def visit(*entries: tuple[str, timedelta | None, timedelta | None]) -> Visit:
    """A visit of entries that are so old and were updated so long ago."""
    made = tuple(
        Entry(
            id=name,
            link=f"https://office.example/{name}",
            published=NOW - old if old is not None else None,
            updated=NOW - edited if edited is not None else None,
        )
        for name, old, edited in entries
    )
    return Visit(source_id="office", started=NOW, finished=NOW, outcome=Outcome.CHANGED, entries=made)


def edited(seen: Visit, fresh: str = "", source: SourceRecord = OFFICE) -> list[str]:
    arrived = arrivals(seen.entries, "office", kind=Kind.FEED, now=NOW, state=EntryState.WAITING)
    return [one.key for one in reissued(source, seen, arrived, [a for a in arrived if a.key == fresh])]


OLD = ("old", 90 * HOUR, 80 * HOUR)
EDITED = ("edited", 90 * HOUR, HOUR / 2)


def test_what_was_edited_since_the_last_good_visit_is_told_from_the_rest() -> None:
    seen = visit(OLD, EDITED, ("new", HOUR / 2, timedelta(0)), ("undated", None, None), OLD)
    assert edited(seen, fresh="new") == ["edited"]
    assert edited(visit(OLD, ("only-updated", None, HOUR / 2))) == ["only-updated"]


def test_a_first_update_at_birth_a_future_one_and_a_first_visit_say_nothing() -> None:
    assert edited(visit(OLD, ("born", HOUR / 2, HOUR / 2 - timedelta(seconds=5)))) == []
    assert edited(visit(OLD, ("future", 90 * HOUR, -HOUR))) == []
    assert edited(visit(OLD, EDITED), source=replace(OFFICE, baseline_at=None)) == []


def test_a_generator_that_stamps_everything_says_nothing() -> None:
    assert edited(visit(OLD, *((f"e{n}", 90 * HOUR, HOUR / 2) for n in range(3)))) == []


@dataclass
class Site:
    """An office with one page, and an Atom feed that tells when the page was edited."""

    title: str
    text: str
    updated: datetime = field(default_factory=lambda: datetime.now(UTC) - 5 * HOUR)
    address: str = ""

    def edit(self, title: str, text: str) -> None:
        self.title, self.text, self.updated = title, text, datetime.now(UTC)

    async def feed(self, _: web.Request) -> web.Response:
        page = f'<link href="{self.address}/news/1"/>'
        entry = (
            f"<entry><id>t:1</id><title>{self.title}</title>{page}<updated>{self.updated:%FT%T.%fZ}</updated>"
        )
        text = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</entry></feed>'
        return web.Response(text=text, content_type="application/atom+xml")

    async def page(self, _: web.Request) -> web.Response:
        text = f"<html lang='en'><title>{self.title}</title><article><h1>{self.title}</h1><p>{self.text}</p>"
        return web.Response(text=text, content_type="text/html")


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/feed", site.feed)
    app.router.add_get("/news/1", site.page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield
    await runner.cleanup()


PLAIN = "The committee met in the harbour office and looked at the accounts of the last quarter. "
SIGNED = "On Sunday Kenya and Chile signed a bilateral security agreement in Nairobi. It runs for ten years. "


def stages(storage: Storage, site: Site, *, tier: str) -> tuple[list[str], list[str], int]:
    """(stages told before the edit, stages after it, entries kept) of a source of that tier."""

    async def play() -> tuple[list[str], list[str], int]:
        async with served(site), crawling() as crawler:
            real = make_source(f"{site.address}/feed", timeout=timedelta(seconds=30))
            began = datetime.now(UTC) - HOUR
            record = replace(OFFICE, url=real.url, tier=tier, baseline_at=began, last_success_at=began)
            with storage.writing() as w:
                w.sync_sources([record], NOW)
            sources, clock = {"office": real}, SystemClock()
            watch = Watch(
                storage=storage, crawler=crawler, sources=sources, rules=Rules(), clock=clock,
                wake=lambda: None,
            )  # fmt: skip
            rereading = Rereading(
                storage=storage, crawler=crawler, sources=sources, rules=Rules(), clock=clock,
                wake=lambda: None,
            )  # fmt: skip
            found = []
            for _ in range(2):
                with storage.reading() as r:
                    (kept,) = r.sources()
                kept = replace(kept, baseline_at=began, last_success_at=kept.last_success_at or began)
                await watch.poll(kept)
                await rereading.round()
                with storage.reading() as r:
                    found.append([step.stage for step in r.steps(Filter())])
                    entries = len(r.entries(Filter()))
                site.edit("Kenya and Chile sign a security agreement", SIGNED * 3)
            return found[0], found[1], entries

    return asyncio.run(play())


def test_an_edit_that_brings_the_step_is_told(storage: Storage) -> None:
    site = Site(title="Meeting of the committee", text=PLAIN * 5)
    assert stages(storage, site, tier="official") == ([], ["signed"], 1)


def test_an_entry_that_was_passed_over_is_looked_at_when_it_says_something_else(storage: Storage) -> None:
    site = Site(title="Meeting of the committee", text=PLAIN * 5)
    assert stages(storage, site, tier="press") == ([], ["signed"], 1)
