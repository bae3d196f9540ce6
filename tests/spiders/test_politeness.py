"""One request at a time to a host, spaced; an honest name; secrets of a source stay at its own site."""

import asyncio
import time
from datetime import timedelta

from spiders import Limits
from spiders.items import Failure, Outcome, Visit
from tests.spiders.crawling import USER_AGENT, crawling, make_source
from tests.spiders.hostile import Asked, Behaviour, answer, head, hostile_web, redirect

SPACED = {"min_delay": timedelta(seconds=0.2), "timeout": timedelta(seconds=2)}


def counting(at_once: list[int]) -> Behaviour:
    """Return a behaviour that notes how many requests are being answered at a time."""
    now = [0]

    async def behave(writer: asyncio.StreamWriter, asked: Asked) -> None:
        now[0] += 1
        at_once.append(now[0])
        await asyncio.sleep(0.05)
        writer.write(head("404 Not Found", "Content-Length: 0"))
        now[0] -= 1

    return behave


def test_requests_to_a_host_come_one_at_a_time_and_spaced() -> None:
    at_once: list[int] = []

    async def run() -> float:
        async with (
            hostile_web({"slow": counting(at_once)}) as web,
            crawling(limits=Limits(jitter=0.0)) as crawler,
        ):
            started = time.monotonic()
            await asyncio.gather(*(crawler.visit(make_source(web.url("slow"), **SPACED)) for _ in range(4)))
            return time.monotonic() - started

    took = asyncio.run(run())
    assert at_once == [1, 1, 1, 1]
    assert took >= 0.6


def test_a_turn_that_comes_too_late_is_put_off_and_not_called_a_timeout() -> None:
    async def run() -> list[Visit]:
        async with hostile_web() as web, crawling() as crawler:
            slow = make_source(web.url("good"), min_delay=timedelta(seconds=60), timeout=timedelta(seconds=2))
            first = await crawler.visit(slow)
            started = time.monotonic()
            second = await crawler.visit(slow)
            assert time.monotonic() - started < 0.2
            return [first, second]

    first, second = asyncio.run(run())
    assert first.outcome is Outcome.CHANGED
    assert second.failure is Failure.RATE_LIMITED
    assert second.retry_after is not None
    assert timedelta(seconds=50) < second.retry_after <= timedelta(seconds=67)


def test_other_hosts_do_not_wait_for_a_slow_one() -> None:
    async def run() -> float:
        async with hostile_web() as web, crawling(concurrency=16) as crawler:
            slow = [
                asyncio.ensure_future(crawler.visit(make_source(web.url("good", "localhost"), **SPACED)))
                for _ in range(4)
            ]
            started = time.monotonic()
            await crawler.visit(make_source(web.url("good")))
            took = time.monotonic() - started
            await asyncio.gather(*slow)
            return took

    assert asyncio.run(run()) < 0.2


def test_crawl_delay_is_honoured_up_to_a_bound() -> None:
    robots = answer("200 OK", b"User-agent: *\nCrawl-delay: 86400\n")

    async def run() -> float:
        limits = Limits(crawl_delay=timedelta(seconds=0.3), jitter=0.0)
        async with hostile_web() as web, crawling(limits=limits) as crawler:
            web.robots = robots
            started = time.monotonic()
            for _ in range(2):
                await crawler.read_page(web.url("html-200-error"), make_source(web.url("good")))
            return time.monotonic() - started

    assert 0.5 < asyncio.run(run()) < 1.5


def test_we_say_who_we_are_and_ask_for_compression() -> None:
    async def run() -> dict[str, str]:
        async with hostile_web() as web, crawling() as crawler:
            await crawler.visit(make_source(web.url("good")))
            return web.asked[0].headers

    headers = asyncio.run(run())
    assert headers["user-agent"] == USER_AGENT
    assert {"gzip", "br", "zstd"} <= set(headers["accept-encoding"].split(", "))
    assert "cookie" not in headers


def test_a_sources_own_headers_stay_at_its_site() -> None:
    async def run() -> tuple[list[Asked], list[Asked]]:
        async with hostile_web() as other, hostile_web({"away": redirect(other.url("good"))}) as web:
            async with crawling() as crawler:
                source = make_source(web.url("away"), headers={"X-Api-Key": "hush"})
                await crawler.visit(source)
                await crawler.read_page(other.url("good"), source)
            return web.asked, other.asked

    ours, others = asyncio.run(run())
    assert ours[0].headers["x-api-key"] == "hush"
    assert others
    assert all("x-api-key" not in asked.headers for asked in others)
