"""The newsroom over real sockets: what a poller would see, act by act."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import aiohttp
import feedparser
import pytest

from monitor.newsroom import Format, Newsroom, Trouble
from spiders.items import Kind

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def played(scene: Callable[[Newsroom, aiohttp.ClientSession, Clock], Awaitable[None]]) -> None:
    async def play() -> None:
        clock = Clock()
        timeout = aiohttp.ClientTimeout(total=5)
        async with Newsroom(clock=clock) as newsroom, aiohttp.ClientSession(timeout=timeout) as session:
            await scene(newsroom, session, clock)

    asyncio.run(play())


def test_every_working_source_lists_its_items_with_dates() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        for outlet in newsroom.outlets.values():
            if outlet.trouble in (Trouble.FORBIDDEN, Trouble.HANGS, Trouble.NOT_A_FEED):
                continue
            async with session.get(outlet.url) as response:
                body = await response.read()
            assert response.status == 200
            if outlet.place.format is Format.JSON:
                listed = [
                    (e["title"], e["date_published"])
                    for e in (await response.json(content_type=None))["items"]
                ]
            elif outlet.place.format is Format.LISTING:
                listed = [(e.title, "") for e in outlet.published if e.title in body.decode()]
            else:
                feed = feedparser.parse(
                    body, response_headers={"content-type": response.headers["Content-Type"]}
                )
                assert not feed.bozo, (outlet.place.id, feed.bozo)
                listed = [(e.title, e.published if "published" in e else e.updated) for e in feed.entries]
            assert [title for title, _ in listed] == [entry.title for entry in outlet.published]
            assert listed

    played(scene)


def test_an_article_page_has_the_text_between_its_chrome() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        newsroom.advance()
        (url,) = newsroom.page_urls(["dk-ua-talks-en"])
        async with session.get(url) as response:
            page = await response.text()
        assert "began bilateral negotiations" in " ".join(page.split())
        assert "today, 2 March" in page
        assert "talks on a similar document with Romania began on 4 February" in page
        assert 'content="2026-03-02T09:27:00+00:00"' in page
        assert '<nav aria-label="Menu">' in page
        assert "Security agreement between Ukraine and Germany" in page, "related links carry old headlines"

    played(scene)


def test_validators_are_honoured_until_the_next_act() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        outlet = newsroom.outlets["president-ua-en"]
        async with session.get(outlet.url) as first:
            etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        for asked in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            async with session.get(outlet.url, headers=asked) as again:
                assert again.status == 304
        newsroom.advance()
        for asked in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            async with session.get(outlet.url, headers=asked) as changed:
                assert changed.status == 200
        assert [hit.status for hit in outlet.hits] == [200, 304, 304, 200, 200]
        assert [hit.conditional for hit in outlet.hits] == [False, True, True, True, True]

    played(scene)


def test_the_four_troubles() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        newsroom.advance()
        troubled = {o.place.trouble: o for o in newsroom.outlets.values() if o.place.trouble}
        async with session.get(troubled[Trouble.FORBIDDEN].url) as response:
            assert response.status == 403
        async with session.get(troubled[Trouble.NOT_A_FEED].url) as response:
            assert (response.status, response.content_type) == (200, "text/html")
        with pytest.raises(TimeoutError):
            await session.get(troubled[Trouble.HANGS].url, timeout=aiohttp.ClientTimeout(total=0.2))
        async with session.get(troubled[Trouble.MALFORMED].url) as response:
            broken = feedparser.parse(await response.read())
        assert broken.bozo
        assert broken.entries[0].title == "Pierwszy śnieg w Karkonoszach"

    played(scene)


def test_a_feed_breaks_only_from_its_act_on() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        async with session.get(newsroom.outlets["dziennik-odra"].url) as response:
            assert not feedparser.parse(await response.read()).bozo

    played(scene)


def test_a_headline_is_edited_under_the_same_address_and_id() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        outlet = newsroom.outlets["baltic-wire"]
        newsroom.advance()
        newsroom.advance()
        before = outlet.published[0]
        newsroom.advance()
        clock.now += timedelta(minutes=1)
        newsroom.advance()
        (after,) = [e for e in outlet.published if e.item.id == "no-ua-signed-wire"]
        assert (after.guid, after.path, after.published) == (before.guid, before.path, before.published)
        assert after.title.startswith("UPDATE: ")
        assert after.updated == clock.now
        assert newsroom.finished
        with pytest.raises(IndexError):
            newsroom.advance()

    played(scene)


def test_steps_are_expected_from_their_act_on() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        told = []
        while not newsroom.finished:
            newsroom.advance()
            told.append([f"{'-'.join(s.pair)} {s.stage}" for s in newsroom.expected_steps()])
        assert told[0] == ["DK-UA negotiations_started"]
        assert told[1] == told[2] == [*told[0], "NO-UA signed"]
        assert told[3] == [*told[2], "PL-SE ratified"]

    played(scene)


def test_sources_fit_the_web_room() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        sources = {source.id: source for source in newsroom.sources()}
        assert sources["statsminister-dk"].kind is Kind.LISTING
        assert sources["president-ua-en"].kind is Kind.FEED
        assert all(source.allow_private for source in sources.values())
        async with session.get(newsroom.outlets["the-meridian"].address + "/robots.txt") as response:
            assert "Disallow: /search" in await response.text()
        async with session.get(newsroom.outlets["the-meridian"].address + "/no/such/page") as response:
            assert response.status == 404

    played(scene)


def test_windows_1251_is_what_the_bytes_are() -> None:
    async def scene(newsroom: Newsroom, session: aiohttp.ClientSession, clock: Clock) -> None:
        async with session.get(newsroom.outlets["visnyk-dnipra"].url) as response:
            body = await response.read()
        assert "Україна та Велика Британія" in body.decode("windows-1251")
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")

    played(scene)
