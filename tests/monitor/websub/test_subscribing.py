"""A hub is relied on while it tells what polls find; the guard stands before every hub."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.schedule import Pace, next_visit
from monitor.websub import Pushed, Subscribing, Subscription, subscription_of
from monitor.websub.subscribing import AGAIN, WAITS
from monitor.websub.subscription import MISSED, State, keep, offers, subscriptions
from spiders import Crawler
from spiders.items import Outcome, Source, Visit
from storage import Storage
from storage.records import SourceRecord
from tests.fakes.clock import FakeClock
from tests.spiders.crawling import crawling, make_source
from tests.storage.builders import a_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACTIVE = Subscription(
    source_id="office", hub="https://hub.example/", topic="https://office.example/feed", token="t",
    secret="s", state=State.ACTIVE, lease_until=NOW + 24 * HOUR, due_at=NOW + 20 * HOUR,
)  # fmt: skip
RECORD = a_source("office", interval_seconds=600, last_visit_at=NOW - HOUR)


def visit(hub: str | None = "https://hub.example/", outcome: Outcome = Outcome.CHANGED) -> Visit:
    return Visit(
        source_id="office", started=NOW, finished=NOW, outcome=outcome, hub=hub,
        topic="https://office.example/feed", final_url="https://office.example/feed?x",
    )  # fmt: skip


def subscribing(storage: Storage, crawler: Crawler, sources: dict[str, Source] | None = None) -> Subscribing:
    return Subscribing(
        storage=storage,
        crawler=crawler,
        sources=sources or {},
        clock=FakeClock(NOW),
        callback="https://pactwatch.example",
        lease=240 * HOUR,
    )


def after(
    storage: Storage, one: Visit, *, new: int = 0, known: Subscription = ACTIVE, record: SourceRecord = RECORD
) -> Pushed:
    """What pushes mean after a visit of a source with that subscription."""
    desk = subscribing(storage, Crawler(user_agent="test"))
    with storage.writing() as w:
        keep(w, known)
    asyncio.run(desk.subscribe())  # takes note of what is kept
    with storage.writing() as w:
        return desk.after_visit(w, record, one, new=new)


def test_a_hub_is_remembered_while_the_feed_names_it(sqlite_storage: Storage) -> None:
    after(sqlite_storage, visit())
    with sqlite_storage.reading() as r:
        (offer,) = offers(r).values()
    assert (offer.hub, offer.topic) == ("https://hub.example/", "https://office.example/feed")
    after(sqlite_storage, visit(hub=None, outcome=Outcome.UNCHANGED))
    with sqlite_storage.reading() as r:
        assert offers(r), "a visit without a body says nothing of hubs"
    after(sqlite_storage, visit(hub=None))
    with sqlite_storage.reading() as r:
        assert offers(r) == {}


def test_polls_that_find_what_no_push_told_speak_against_the_hub(sqlite_storage: Storage) -> None:
    known = ACTIVE
    for missed in range(1, MISSED + 1):
        pushed = after(sqlite_storage, visit(), new=3, known=known)
        with sqlite_storage.reading() as r:
            known = subscriptions(r)["office"]
        assert known.missed == missed
    assert not pushed.serves
    told = replace(known, pushed_at=NOW - HOUR / 2)
    assert after(sqlite_storage, visit(), new=3, known=told).serves, "and for it again"


def test_a_push_that_was_quicker_than_the_feed_is_looked_at_again(sqlite_storage: Storage) -> None:
    told = replace(ACTIVE, pushed_at=NOW - timedelta(seconds=20))
    assert after(sqlite_storage, visit(outcome=Outcome.UNCHANGED), known=told).again_at == NOW + AGAIN
    assert after(sqlite_storage, visit(), new=1, known=told).again_at is None
    assert after(sqlite_storage, visit(), known=replace(told, pushed_at=NOW - HOUR)).again_at is None


def test_a_source_whose_hub_pushes_is_polled_more_rarely() -> None:
    pace = Pace(stretch_pushed=5)
    usual = next_visit(RECORD, visit(), new=1, pace=pace, chance=0)
    rarely = next_visit(RECORD, visit(), new=1, pace=pace, chance=0, pushed=True)
    assert (usual - NOW, rarely - NOW) == (timedelta(minutes=10), timedelta(minutes=50))


@pytest.mark.parametrize("hub", ["http://169.254.169.254/", "http://127.0.0.1:9/", "file:///etc/passwd"])
def test_a_hub_on_a_private_address_is_never_asked(sqlite_storage: Storage, hub: str) -> None:
    async def play() -> None:
        async with crawling() as crawler:
            source = make_source("https://office.example/feed", allow_private=False)
            desk = subscribing(sqlite_storage, crawler, {"office": source})
            with sqlite_storage.writing() as w:
                desk.after_visit(w, RECORD, visit(hub=hub), new=0)
            assert await desk.subscribe() == 0

    asyncio.run(play())
    with sqlite_storage.reading() as r:
        known = subscription_of(r, "office")
    assert known is not None
    assert known.error
    assert (known.attempts, known.due_at) == (1, NOW + WAITS[0])


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (ACTIVE, "https://hub.example/ until 2026-03-02 12:00 UTC, no push yet"),
        (replace(ACTIVE, pushed_at=NOW), "last push 2026-03-01 12:00 UTC"),
        (replace(ACTIVE, missed=MISSED), "not relied on"),
        (replace(ACTIVE, state=State.REFUSED, error="no room"), "https://hub.example/: refused: no room"),
    ],
)
def test_a_subscription_is_shown_without_its_secrets(known: Subscription, said: str) -> None:
    shown = replace(known, token="planted-token", secret="planted-secret").shown(NOW)
    assert said in shown
    assert "planted" not in shown
