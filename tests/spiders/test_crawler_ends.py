"""Every visit ends: where the engine loses a request, our own code fails or the caller goes away."""

import asyncio
import logging
import time
from datetime import timedelta

import pytest

from spiders import Crawler, Guard, Limits
from spiders.engine.exchange import Exchange, Wanted
from spiders.engine.faults import FetchError
from spiders.engine.wire import Order, Reply
from spiders.items import Failure, Outcome, Visit
from tests.spiders.crawling import USER_AGENT, crawling, make_source
from tests.spiders.hostile import hostile_web


class LosingEngine:
    """An engine that takes orders and forgets them, as Scrapy does with some."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    async def send(self, order: Order) -> Reply:
        self.orders.append(order)
        await asyncio.Event().wait()
        raise AssertionError("never reached")


def test_a_request_that_the_engine_loses_ends_in_a_timeout() -> None:
    engine = LosingEngine()

    async def run() -> FetchError:
        exchange = Exchange(engine, user_agent=USER_AGENT, guard=Guard(), limits=Limits())
        deadline = asyncio.get_running_loop().time() + 0.1
        with pytest.raises(FetchError) as caught:
            await exchange.fetch(Wanted(url="https://office.example/feed", deadline=deadline, max_bytes=100))
        return caught.value

    started = time.monotonic()
    assert asyncio.run(run()).failure is Failure.TIMEOUT
    assert time.monotonic() - started < 2
    assert engine.orders[0].abandoned, "should its turn come after all, it is not sent"


def test_a_bug_of_ours_is_a_visit_too_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> Visit:
        async with hostile_web() as web, crawling() as crawler:
            return await crawler.visit(make_source(web.url("good"), headers={"X-Broken": object()}))

    with caplog.at_level(logging.ERROR):
        visit = asyncio.run(run())
    assert (visit.outcome, visit.failure) == (Outcome.FAILED, Failure.INTERNAL)
    assert "a bug of ours" in caplog.text
    assert "Traceback" in caplog.text


def test_a_caller_that_goes_away_leaves_the_crawler_in_order() -> None:
    async def run() -> Visit:
        async with hostile_web() as web, crawling() as crawler:
            hung = asyncio.ensure_future(crawler.visit(make_source(web.url("never-answers"))))
            await asyncio.sleep(0.05)
            hung.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hung
            return await crawler.visit(make_source(web.url("good"), timeout=timedelta(seconds=3)))

    assert asyncio.run(run()).outcome is Outcome.CHANGED


def test_a_crawler_that_was_never_started_answers_offline_and_stops() -> None:
    async def run() -> Visit:
        crawler = Crawler(user_agent=USER_AGENT)
        visit = await crawler.visit(make_source("http://127.0.0.1/"))
        await crawler.stop()
        return visit

    assert asyncio.run(run()).failure is Failure.OFFLINE


def test_a_visit_never_ends_before_it_began() -> None:
    async def run() -> Visit:
        async with hostile_web() as web, crawling() as crawler:
            return await crawler.visit(make_source(web.url("good")))

    visit = asyncio.run(run())
    assert visit.started.tzinfo is not None
    assert visit.finished >= visit.started
