"""An article that our own code cannot judge holds up nobody, is not lost, and turns the chain red."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor import watch as watching
from monitor.chain import links
from monitor.clock import Clock
from monitor.detect import detect
from monitor.rules import Rules
from monitor.watch import STUMBLED_WAITS, Watch
from storage import Storage, StorageFullError
from storage.records import EntryState, Filter, SourceRecord
from tests.fakes.clock import FakeClock
from tests.promises.offices import Offices, opened
from tests.spiders.crawling import crawling, make_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAIRS = (("Norway", "Peru"), ("Kenya", "Chile"), ("Gabon", "Nepal"))


async def watched(storage: Storage, clock: Clock, offices: Offices) -> None:
    """A poll of an office, and a sweep."""
    record = SourceRecord(
        id="office", publisher="Office", country="UA", tier="official", kind="feed",
        url=f"{offices.url}/office/feed", baseline_at=NOW - HOUR,
    )  # fmt: skip
    with storage.writing() as w:
        w.sync_sources([record], NOW)
    async with crawling() as crawler:
        watch = Watch(
            storage=storage, crawler=crawler, rules=Rules(), clock=clock, wake=lambda: None,
            sources={"office": make_source(record.url, timeout=HOUR)},
        )  # fmt: skip
        await watch.poll(record)
        await watch.sweep()


def play(storage: Storage, clock: Clock, *between: Callable[[], object]) -> None:
    """An office publishes, is polled and swept; and once more after each of `between`."""

    async def run() -> None:
        async with opened() as offices:
            for one, other in PAIRS:
                offices.publish("office", one, other, at=NOW)
            await watched(storage, clock, offices)
            for happens in between:
                happens()
                await watched(storage, clock, offices)

    asyncio.run(run())


def cannot_judge(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    def judged(article: Any) -> Any:
        if word in article.text:
            raise RuntimeError("a bug of ours")
        return detect(article)

    monkeypatch.setattr(watching, "detect", judged)


def test_those_behind_it_are_judged_and_it_waits(
    sqlite_storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended the round once, and every round after it: what had come later was never read."""
    cannot_judge(monkeypatch, "Norway")
    clock = FakeClock(NOW)

    def look() -> None:
        with sqlite_storage.reading() as r:
            entries = {e.title.split()[0]: e for e in r.entries(Filter())}
            assert {s.agreement.parties for s in r.steps(Filter())} == {("CL", "KE"), ("GA", "NP")}
            assert "articles cannot be judged" not in links(r, patience=HOUR, now=NOW + 2 * HOUR).broken
        assert entries["Kenya"].state is entries["Gabon"].state is EntryState.DONE
        assert entries["Norway"].state is EntryState.WAITING
        assert entries["Norway"].try_at == NOW + STUMBLED_WAITS[0]
        monkeypatch.setattr(watching, "detect", detect)
        clock.jump(STUMBLED_WAITS[0])

    play(sqlite_storage, clock, look)
    with sqlite_storage.reading() as r:
        assert ("NO", "PE") in {s.agreement.parties for s in r.steps(Filter())}


def test_where_nothing_can_be_judged_the_chain_is_broken(
    sqlite_storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cannot_judge(monkeypatch, "")
    clock = FakeClock(NOW)

    def broken() -> tuple[str, ...]:
        with sqlite_storage.reading() as r:
            return links(r, patience=HOUR / 2, now=clock.now()).broken

    def mend() -> None:
        assert broken() == ("articles cannot be judged",)
        monkeypatch.setattr(watching, "detect", detect)
        clock.jump(HOUR)

    play(sqlite_storage, clock, lambda: clock.jump(HOUR), mend)
    assert broken() == ()


def test_a_visit_that_could_not_be_kept_is_made_again_at_once(
    sqlite_storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its source waited for its claim to run out, three minutes."""

    async def run() -> list[str]:
        async with opened() as offices:
            await watched(sqlite_storage, FakeClock(NOW - HOUR), offices)
            async with crawling() as crawler:
                watch = Watch(
                    storage=sqlite_storage, crawler=crawler, rules=Rules(), clock=FakeClock(NOW),
                    sources={"office": make_source(f"{offices.url}/office/feed", timeout=HOUR)},
                    wake=lambda: None,
                )  # fmt: skip
                (office,) = await watch.due(9)
                keep = watch._intake._keep

                def full(_: Any) -> Any:
                    raise StorageFullError("the disk is full")

                monkeypatch.setattr(watch._intake._together, "_work", full)
                with pytest.raises(StorageFullError):
                    await watch.poll(office)
                monkeypatch.setattr(watch._intake._together, "_work", keep)
                return [one.id for one in await watch.due(9)]

    assert asyncio.run(run()) == ["office"]
