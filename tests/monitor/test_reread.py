"""Pages behind alerts are read again: edits and withdrawals are told, small changes are not."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

import pytest

from monitor.alerts.routing import Route
from monitor.detect import detect
from monitor.detect.findings import Article
from monitor.record import record
from monitor.reread import Rereading
from monitor.rules import Rules
from spiders import Crawler
from spiders.items import Failure, Page, Source
from storage import Storage
from storage.records import ArticleRecord, DeliveryState, SourceRecord
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 2, 23, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIGNED = (
    "On 23 February Kenya and Chile signed a bilateral security agreement in Nairobi. It runs for ten years."
)
RULES = Rules(routes=(Route(name="all", channels=("desk",)),), group_wait=timedelta(0))
SOURCE = Source(id="office", url="https://office.example/feed")


@dataclass
class Pages:
    """The other side: what a page says now."""

    text: str = SIGNED
    title: str = ""
    failure: Failure | None = None
    asked: list[str] = field(default_factory=list)

    async def read_page(self, url: str, source: Source) -> Page:
        self.asked.append(url)
        return Page(
            url=url,
            fetched=NOW,
            canonical_url=url,
            title=self.title,
            text=self.text,
            failure=self.failure,
            http_status=200,
            body=self.text.encode(),
            sha256=sha256(self.text.encode()).hexdigest(),
        )


@dataclass
class House:
    storage: Storage
    pages: Pages
    clock: FakeClock
    woken: int = 0

    def wake(self) -> None:
        self.woken += 1

    def after(self, wait: timedelta) -> int:
        """The number of pages read in the round that comes so long after the alert."""
        self.clock.jump(NOW + wait - self.clock.now())
        rereading = Rereading(
            storage=self.storage,
            crawler=cast("Crawler", self.pages),
            sources={"office": SOURCE},
            rules=RULES,
            clock=self.clock,
            wake=self.wake,
        )
        return asyncio.run(rereading.round())

    def changes(self) -> list[str]:
        with self.storage.reading() as r:
            return [alert.change for alert in reversed(r.alerts())]


@pytest.fixture
def house(storage: Storage) -> House:
    article = ArticleRecord(
        canonical_url="https://office.example/news/1",
        url="https://office.example/news/1",
        source_id="office",
        title="Kenya and Chile sign security agreement",
        text=SIGNED,
        published=NOW,
        first_seen=NOW,
        publisher="Office",
        country="KE",
        tier="official",
    )
    said = detect(Article(id="1", title=article.title, text=article.text, published=NOW))
    with storage.writing() as w:
        source = SourceRecord(
            id="office", publisher="Office", country="KE", tier="official", kind="feed", url=SOURCE.url
        )
        w.sync_sources([source], NOW)
        assert record(w, article, said, rules=RULES, now=NOW).told
        for one in w.lease_deliveries(NOW, 10, lease=HOUR):
            assert one.id is not None
            w.settle_delivery(one.id, DeliveryState.SENT, now=NOW, remote_id="m1")
    return House(storage, Pages(), FakeClock(NOW))


def test_an_unchanged_page_is_read_after_an_hour_a_day_and_a_week(house: House) -> None:
    assert house.after(0.9 * HOUR) == 0
    assert [house.after(w) for w in (HOUR, 2 * HOUR, 24 * HOUR, 25 * HOUR, 168 * HOUR, 400 * HOUR)] == [
        1, 0, 1, 0, 1, 0,
    ]  # fmt: skip
    assert house.changes() == ["new"]
    assert house.woken == 0


def test_a_page_that_is_gone_is_told_once(house: House) -> None:
    house.pages.failure = Failure.NOT_FOUND
    house.after(HOUR)
    house.after(24 * HOUR)
    assert house.changes() == ["new", "gone"]
    assert house.woken == 1


def test_a_server_in_trouble_is_no_withdrawal(house: House) -> None:
    house.pages.failure = Failure.TIMEOUT
    house.after(HOUR)
    assert house.changes() == ["new"]


def test_a_small_edit_is_kept_and_not_told(house: House) -> None:
    house.pages.text = SIGNED + " Both presidents thanked their negotiators."
    house.after(HOUR)
    assert house.changes() == ["new"]
    with house.storage.reading() as r:
        assert len(r.revisions(1)) == 2
        raw = r.raw_page(1, 2)
    assert raw is not None, "the edited page's bytes are evidence too"
    assert raw.body == house.pages.text.encode()


def test_an_edit_that_takes_it_back_is_told(house: House) -> None:
    house.pages.title = "Kenya and Chile talk trade"
    house.pages.text = "The presidents of Kenya and Chile spoke about trade in fruit and wine on Monday."
    house.after(HOUR)
    assert house.changes() == ["new", "edited"]
    assert house.woken == 1


def test_a_denial_in_the_new_text_is_told_as_one(house: House) -> None:
    house.pages.text = (
        "On 23 February Kenya and Chile did not sign the bilateral security agreement in Nairobi."
    )
    house.after(HOUR)
    assert house.changes() == ["new", "denial"]


def test_a_new_stage_in_the_new_text_is_a_new_alert(house: House) -> None:
    house.pages.text = (
        f"{SIGNED} On 24 February the parliament of Kenya ratified the security agreement with Chile."
    )
    house.after(24 * HOUR)
    assert "new" in house.changes()
