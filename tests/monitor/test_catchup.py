"""What a short list no longer shows after downtime is found on older pages or in sitemaps."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from monitor.catchup import WAITS, CatchUp
from monitor.clock import SystemClock
from monitor.gaps import Gap, gap_before, gaps, keep_gap, why_late
from monitor.rules import Rules
from monitor.watch import Watch
from spiders.items import Entry, Kind, Outcome, Selectors, Source, Visit
from storage import Storage
from storage.records import EntryState, Filter, SourceRecord
from tests.fakes.clock import FakeClock
from tests.spiders.crawling import crawling, make_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = 5
RECORD = SourceRecord(
    id="office", publisher="Office", country="KE", tier="press", kind="feed", url="https://office.example/f",
    baseline_at=NOW - 9 * HOUR, last_success_at=NOW - 8 * HOUR, entries=20,
)  # fmt: skip


@dataclass
class Site:
    """An office whose listing and feed show five items at a time; older ones are on further pages."""

    items: list[datetime] = field(default_factory=list)  # when each was published, oldest first
    sitemap: bool = True
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def publish(self, count: int) -> None:
        self.items += [datetime.now(UTC)] * count

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        reply = {"/news": self._listing, "/feed": self._feed, "/robots.txt": self._robots, "/map": self._map}
        return reply.get(request.path, self._nothing)(request)

    def _listing(self, request: web.Request) -> web.Response:
        page = int(request.query.get("page", "0"))
        numbers = range(len(self.items), 0, -1)[page * WINDOW : (page + 1) * WINDOW]
        rows = [f'<li class="item"><a href="/item/{n}">Notice {n} of the harbour</a></li>' for n in numbers]
        more = len(self.items) > (page + 1) * WINDOW
        after = f'<a class="next" href="/news?page={page + 1}">older</a>' if more else ""
        html = f"<html><body><ul>{''.join(rows)}</ul>{after}</body></html>"
        return web.Response(text=html, content_type="text/html")

    def _feed(self, request: web.Request) -> web.Response:
        newest = list(enumerate(self.items, start=1))[-WINDOW:]
        rows = [
            f"<item><title>Notice {n} of the harbour</title><link>{self.address}/item/{n}</link>"
            f"<pubDate>{format_datetime(at)}</pubDate></item>"
            for n, at in reversed(newest)
        ]
        text = f"<rss version='2.0'><channel><title>Office</title>{''.join(rows)}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml")

    def _robots(self, request: web.Request) -> web.Response:
        return web.Response(text=f"Sitemap: {self.address}/map\n" if self.sitemap else "User-agent: *\n")

    def _map(self, request: web.Request) -> web.Response:
        old = datetime.now(UTC) - timedelta(days=30)
        rows = [
            f"<url><loc>{self.address}/item/{n}</loc><lastmod>{at.isoformat()}</lastmod></url>"
            for n, at in [(0, old), *enumerate(self.items, start=1)]
        ]
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return web.Response(
            text=f'<urlset xmlns="{space}">{"".join(rows)}</urlset>', content_type="application/xml"
        )

    def _nothing(self, request: web.Request) -> web.Response:
        return web.Response(status=404)


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[Site]:
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@dataclass(frozen=True)
class Desk:
    """A watch and its catching up, on one source."""

    storage: Storage
    watch: Watch
    catch_up: CatchUp

    async def poll(self) -> None:
        with self.storage.reading() as r:
            (record,) = r.sources()
        assert await self.watch.poll(record)

    def links(self) -> set[int]:
        with self.storage.reading() as r:
            found = r.entries(Filter(limit=1000))
        assert all(e.state is not EntryState.FAILED for e in found)
        return {int(e.link.rpartition("/")[2]) for e in found}

    def gaps(self) -> list[Gap]:
        with self.storage.reading() as r:
            return gaps(r)


def run(storage: Storage, site: Site, source: Source, story: Callable[[Desk], Awaitable[None]]) -> None:
    """Play the story at a desk that watches the site."""

    async def play() -> None:
        async with served(site), crawling() as crawler:
            real = make_source(site.address + source.url, kind=source.kind, selectors=source.selectors)
            record = replace(RECORD, url=real.url, kind=real.kind, baseline_at=None, entries=0)
            with storage.writing() as w:
                w.sync_sources([record], datetime.now(UTC))
            clock, sources = SystemClock(), {"office": real}
            watch = Watch(
                storage=storage, crawler=crawler, sources=sources, rules=Rules(), clock=clock,
                wake=lambda: None,
            )  # fmt: skip
            catch_up = CatchUp(storage=storage, crawler=crawler, sources=sources, clock=clock)
            await story(Desk(storage, watch, catch_up))

    asyncio.run(play())


LISTING = Source(
    id="office", url="/news", kind=Kind.LISTING,
    selectors=Selectors(item="li.item", link="a", title="a", next_page="a.next::attr(href)"),
)  # fmt: skip
FEED = Source(id="office", url="/feed")


def test_older_pages_are_read_until_one_lists_what_is_known(storage: Storage) -> None:
    site = Site()
    site.publish(30)

    async def story(desk: Desk) -> None:
        await desk.poll()
        site.publish(12)
        await desk.poll()
        assert desk.links() == {*range(26, 31), *range(38, 43)}
        site.asked.clear()
        assert await desk.catch_up.round() == 7
        assert desk.links() == set(range(26, 43))
        assert [one for one in site.asked if one.startswith("/news")] == ["/news?page=1", "/news?page=2"]
        (gap,) = desk.gaps()
        assert (gap.filled_by, gap.found, gap.due_at) == ("pages", 7, None)
        assert await desk.catch_up.round() == 0

    run(storage, site, LISTING, story)


def test_a_feed_without_pages_is_filled_from_the_sitemap(storage: Storage) -> None:
    site = Site()
    site.publish(9)

    async def story(desk: Desk) -> None:
        await desk.poll()
        site.publish(11)
        await desk.poll()
        await desk.catch_up.round()
        assert desk.links() >= set(range(5, 21))
        assert 0 not in desk.links(), "what is older than the gap is none of its business"
        (gap,) = desk.gaps()
        assert gap.filled_by == "sitemap"

    run(storage, site, FEED, story)


def test_a_gap_that_nothing_fills_stays_listed(storage: Storage) -> None:
    site = Site(sitemap=False)
    site.publish(9)

    async def story(desk: Desk) -> None:
        await desk.poll()
        site.publish(11)
        await desk.poll()
        clock = FakeClock(datetime.now(UTC))
        later = replace(desk.catch_up, clock=clock)
        for wait in (*WAITS, HOUR):
            assert await later.round() == 0
            clock.jump(wait)
        (gap,) = desk.gaps()
        assert (gap.filled_by, gap.found, gap.due_at, gap.attempts) == (None, 0, None, len(WAITS) + 1)

    run(storage, site, FEED, story)


def test_a_visit_that_finds_something_known_shows_no_gap(storage: Storage) -> None:
    site = Site()
    site.publish(9)

    async def story(desk: Desk) -> None:
        await desk.poll()
        site.publish(4)
        await desk.poll()
        assert desk.gaps() == []

    run(storage, site, FEED, story)


def visit(*ages: timedelta, outcome: Outcome = Outcome.CHANGED) -> Visit:
    entries = tuple(Entry(id=str(n), link=f"/{n}", published=NOW - age) for n, age in enumerate(ages))
    return Visit(source_id="office", started=NOW, finished=NOW, outcome=outcome, entries=entries)


def test_a_gap_reaches_from_the_last_good_visit_to_the_oldest_entry() -> None:
    gap = gap_before(RECORD, visit(HOUR, 2 * HOUR, 3 * HOUR), listed=3, new=3)
    assert gap is not None
    assert (gap.since, gap.until, gap.due_at) == (NOW - 8 * HOUR, NOW - 3 * HOUR, NOW)


@pytest.mark.parametrize(
    ("source", "seen", "new"),
    [
        (replace(RECORD, baseline_at=None), visit(HOUR, HOUR, HOUR), 3),
        (RECORD, visit(HOUR, HOUR, HOUR), 2),
        (RECORD, visit(HOUR, HOUR), 2),
        (RECORD, visit(HOUR, HOUR, 90 * HOUR), 3),
        (replace(RECORD, tier="discovery"), visit(HOUR, HOUR, HOUR), 3),
        (RECORD, visit(outcome=Outcome.UNCHANGED), 0),
    ],
    ids=["first visit", "overlap", "too few", "a redesign", "a search", "unchanged"],
)
def test_no_gap(source: SourceRecord, seen: Visit, new: int) -> None:
    assert gap_before(source, seen, listed=len(seen.entries), new=new) is None


def test_a_gap_comes_back_as_it_was_kept(storage: Storage) -> None:
    gap = gap_before(RECORD, visit(HOUR, 2 * HOUR, 3 * HOUR), listed=3, new=3)
    assert gap is not None
    with storage.writing() as w:
        keep_gap(w, replace(gap, next_page="https://office.example/2", attempts=2))
        keep_gap(w, replace(gap, next_page=None, attempts=3, filled_by="pages", found=4, due_at=None))
    with storage.reading() as r:
        assert gaps(r) == [replace(gap, attempts=3, filled_by="pages", found=4, due_at=None)]


def test_what_was_published_in_a_gap_is_found_late_and_nothing_else_is(sqlite_storage: Storage) -> None:
    gap = Gap(source_id="office", since=NOW - 8 * HOUR, until=NOW - 2 * HOUR)
    with sqlite_storage.writing() as w:
        keep_gap(w, gap)
    with sqlite_storage.reading() as r:
        said = why_late(r, RECORD, NOW - 5 * HOUR, now=NOW)
        assert said == "found late: Office was not read from 2026-03-01 to 2026-03-01"
        assert why_late(r, RECORD, NOW - HOUR, now=NOW) is None
        assert why_late(r, RECORD, None, now=NOW) is None
        assert why_late(r, replace(RECORD, id="other"), NOW - 5 * HOUR, now=NOW) is None
