"""When nothing answers any more, the network is gone and not five sources at once."""

import asyncio

from spiders.engine.reach import Reach
from spiders.items import Failure, Outcome, Visit
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import hostile_web
from tests.spiders.test_addresses import FakeLookup


def test_one_dead_host_however_often_is_its_own_trouble() -> None:
    reach = Reach()
    for _ in range(10):
        reach.note("dead.example", Failure.DNS)
    assert not reach.is_offline
    assert reach.name(Failure.DNS) is Failure.DNS


def test_any_answer_shows_that_the_network_is_there() -> None:
    reach = Reach(hosts=2)
    reach.note("a.example", Failure.TIMEOUT)
    reach.note("b.example", Failure.BLOCKED)
    reach.note("c.example", Failure.CONNECTION)
    assert not reach.is_offline


def test_a_refusal_of_our_own_shows_nothing() -> None:
    reach = Reach(hosts=2)
    reach.note("a.example", Failure.DNS)
    reach.note("localhost", Failure.ADDRESS_REFUSED)
    reach.note("b.example", Failure.DNS)
    assert reach.is_offline
    assert reach.name(Failure.DNS) is Failure.OFFLINE
    assert reach.name(Failure.BLOCKED) is Failure.BLOCKED


def test_a_crawler_without_network_says_offline_and_recovers() -> None:
    lookup = FakeLookup({})

    async def run() -> tuple[list[Visit], Visit]:
        async with hostile_web() as web, crawling(lookup=lookup) as crawler:
            urls = [f"http://office{number}.example/" for number in range(7)]
            lost = [await crawler.visit(make_source(url)) for url in urls]
            return lost, await crawler.visit(make_source(web.url("good")))

    lost, back = asyncio.run(run())
    assert [visit.failure for visit in lost] == [Failure.DNS] * 4 + [Failure.OFFLINE] * 3
    assert back.outcome is Outcome.CHANGED
