"""The clock as something that is handed in, so that tests can turn it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

# The wall clock may move by this much against time as it passes before we call it a jump.
JUMP = timedelta(seconds=5)
# Both clocks are read at one moment, or once more: a process can be stopped between two lines.
ONE_MOMENT = 0.1


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """The time, aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Come back after that long (at once for 0 or less)."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


def elapsed() -> float:
    """Seconds that have passed since some moment, however the wall clock is set. The time for which a Linux
    machine was suspended counts (CLOCK_BOOTTIME): it has passed, and is no jump."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class SteadyClock:
    """A wall clock whose jumps are seen only once they were taken over.

    Whoever keeps a time that is still to come (a source's next visit, a retry) reckoned it before the jump.
    If others saw the new time before all those were moved with it, what they keep meanwhile would be moved,
    too: a source polled in the second after a jump of ten years would be due ten years later.
    """

    def __init__(self, wall: Clock) -> None:
        self._wall = wall
        self._ahead = self._look()

    def now(self) -> datetime:
        """The time of the wall, or the time it would show without the jump that nobody has taken over."""
        wall, ahead = self._wall.now(), self._look()
        if abs(ahead - self._ahead) <= JUMP.total_seconds():
            return wall
        return datetime.fromtimestamp(elapsed() + self._ahead, UTC)

    async def sleep(self, seconds: float) -> None:
        """Come back after that long."""
        await self._wall.sleep(seconds)

    def jump(self) -> timedelta | None:
        """By how much the wall has jumped, until that is taken over; None where it runs as it should. A
        little at a time is no jump: clocks are kept right in that way."""
        by = self._look() - self._ahead
        if abs(by) > JUMP.total_seconds():
            return timedelta(seconds=by)
        self._ahead += by
        return None

    def take_over(self, by: timedelta) -> None:
        """From now on the jump is seen."""
        self._ahead += by.total_seconds()

    def _look(self) -> float:
        """How far the wall is ahead of the time that has passed, in seconds."""
        while True:
            before = elapsed()
            wall = self._wall.now().timestamp()
            if elapsed() - before < ONE_MOMENT:
                return wall - before


async def first_of(event: asyncio.Event, clock: Clock, seconds: float) -> bool:
    """Wait for the event, but no longer than that; whether it was set."""
    woken = asyncio.ensure_future(event.wait())
    late = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait([woken, late], return_when=asyncio.FIRST_COMPLETED)
    finally:
        woken.cancel()
        late.cancel()
    return event.is_set()
