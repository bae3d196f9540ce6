"""A wall clock that is set is noticed against the monotonic one, once, by how much."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from monitor.clock import JUMP, LOOK_SECONDS, mind_jumps
from tests.fakes.clock import FakeClock

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("by", "told"), [(-HOUR, True), (HOUR, True), (3650 * 24 * HOUR, True), (JUMP / 3, False)], ids=str
)
def test_a_jump_is_told_once(by: timedelta, told: bool) -> None:
    clock, seen = FakeClock(datetime(2026, 3, 1, tzinfo=UTC)), list[timedelta]()

    async def jumped(found: timedelta) -> None:
        seen.append(found)

    async def play() -> None:
        minding = asyncio.create_task(mind_jumps(clock, jumped))
        await asyncio.sleep(0.1)
        clock.jump(by)
        await asyncio.sleep(2 * LOOK_SECONDS + 0.5)
        minding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await minding

    asyncio.run(play())
    assert len(seen) == told
    assert all(abs(found - by) < JUMP for found in seen)
