"""A wall clock that is set is noticed against time as it passes, once, by how much, and seen by nobody before
all that waits was moved with it."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from monitor import clock as clocks
from monitor import jumps
from monitor.alerts.routing import is_appointment
from monitor.clock import JUMP, SteadyClock
from monitor.gaps import Gap, gaps, keep_gap
from monitor.jumps import carry, mind_jumps, take_over
from monitor.service import Every
from monitor.websub.subscription import Subscription, keep, subscriptions
from storage import FencedError, Storage, StorageFullError
from storage.instance import HOLDER
from storage.records import DeliveryState
from tests.fakes.clock import FakeClock
from tests.storage.builders import a_source

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEARS = 3650 * 24 * HOUR
SECOND = timedelta(seconds=1)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed, to be set."""
    seconds = [1000.0]
    monkeypatch.setattr(clocks, "elapsed", lambda: seconds[0])
    return seconds


@pytest.mark.parametrize("by", [-HOUR, HOUR, YEARS], ids=str)
def test_a_jump_is_not_seen_before_it_is_taken_over(passed: list[float], by: timedelta) -> None:
    wall = FakeClock(START)
    clock = SteadyClock(wall)
    wall.jump(by + 60 * SECOND)
    passed[0] += 60
    assert clock.now() == START + 60 * SECOND
    assert clock.jump() == by
    clock.take_over(by)
    assert clock.now() == START + by + 60 * SECOND
    assert clock.jump() is None


def test_a_clock_that_is_kept_right_a_little_at_a_time_does_not_jump(passed: list[float]) -> None:
    wall = FakeClock(START)
    clock = SteadyClock(wall)
    for _ in range(100):
        wall.jump(2 * SECOND + JUMP / 3)
        passed[0] += 2
        assert clock.jump() is None
        assert clock.now() == wall.now()


def test_the_sleep_of_a_machine_is_no_jump(passed: list[float]) -> None:
    """Its time has passed: what was due meanwhile is due."""
    wall = FakeClock(START)
    clock = SteadyClock(wall)
    wall.jump(8 * HOUR)
    passed[0] += 8 * 3600
    assert clock.jump() is None
    assert clock.now() == START + 8 * HOUR


def test_a_jump_that_cannot_be_taken_over_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk ended the guard once: no later jump was noticed."""
    monkeypatch.setattr(jumps, "LOOK_SECONDS", 0.01)
    wall = FakeClock(START)
    clock, seen = SteadyClock(wall), list[timedelta]()

    async def jumped(by: timedelta) -> None:
        seen.append(by)
        if len(seen) < 3:
            raise StorageFullError("the disk is full")
        clock.take_over(by)

    async def play() -> None:
        minding = asyncio.create_task(mind_jumps(clock, jumped))
        await asyncio.sleep(0.05)
        wall.jump(HOUR)
        await asyncio.sleep(0.2)
        minding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await minding

    asyncio.run(play())
    assert len(seen) == 3
    assert all(abs(by - HOUR) < JUMP for by in seen)


def test_what_waits_moves_in_the_same_commit(sqlite_storage: Storage) -> None:
    wall = FakeClock(START)
    clock = SteadyClock(wall)
    with sqlite_storage.writing() as w:
        w.sync_sources([a_source("office", due_at=START, last_success_at=START)], START)
        keep_gap(w, Gap(source_id="office", since=START, until=START, due_at=START + HOUR))
        keep(w, Subscription(source_id="office", hub="h", topic="t", token="t", secret="s", due_at=START))
    wall.jump(YEARS)
    take_over(sqlite_storage, clock, YEARS, ("desk",))
    assert clock.jump() is None
    with sqlite_storage.reading() as r:
        (office,), (gap,) = r.sources(), gaps(r)
        subscription = subscriptions(r)["office"]
        (told,) = r.deliveries(state=DeliveryState.PENDING)
        (alert,) = r.alerts()
    assert (office.due_at, office.last_success_at) == (START + YEARS, START + YEARS)
    assert (gap.due_at, gap.since) == (START + HOUR + YEARS, START)
    assert subscription.due_at == START + YEARS
    assert told.channel == "desk"
    assert "2036" in alert.note


def test_an_hour_forward_leaves_what_was_seen(sqlite_storage: Storage) -> None:
    """A virtual machine that was paused shows it: the publishers went on publishing."""
    with sqlite_storage.writing() as w:
        w.sync_sources([a_source("office", due_at=START, last_success_at=START)], START)
        carry(w, 8 * HOUR)
        (office,) = w.sources()
    assert (office.due_at, office.last_success_at) == (START + 8 * HOUR, START)


def test_a_jump_is_not_seen_where_it_could_not_be_kept(sqlite_storage: Storage) -> None:
    wall = FakeClock(START)
    clock = SteadyClock(wall)
    sqlite_storage.hold(START)
    with sqlite_storage.writing() as w:
        w.set_meta(HOLDER, "another service")
    wall.jump(HOUR)
    with pytest.raises(FencedError):
        take_over(sqlite_storage, clock, HOUR)
    assert clock.jump() is not None


@pytest.mark.parametrize(
    ("batch", "stays"),
    [
        (None, False),
        ("all/desk/daily/2026-03-02T06:00Z|desk", True),
        ("a/b/weekly/2026-03-02T06:00Z|desk/quiet/x", True),
        ("all/desk/quiet/2026-03-02T06:00Z|desk", True),
        ("all/desk/group/2026-03-02T06:00:00Z|desk", False),
        ("daily/desk/held/2026-03-02T06:00:00Z|desk", False),
    ],
)
def test_digests_and_quiet_hours_are_due_by_the_wall(batch: str | None, stays: bool) -> None:
    assert is_appointment(batch) is stays


def test_a_chore_does_not_count_the_turns_that_a_jump_has_skipped() -> None:
    """APScheduler makes a list of all turns between the last one and now: those of ten years filled the
    memory."""
    every = Every(1.0)
    assert every.get_next_fire_time(START, START + SECOND / 2) == START + SECOND, "in step with the last one"
    for now in (START + YEARS, START - HOUR, START + 9 * SECOND):
        assert every.get_next_fire_time(START, now) == now + SECOND
    assert every.get_next_fire_time(None, START) == START + SECOND
