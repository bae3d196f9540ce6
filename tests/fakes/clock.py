"""A clock that tests turn by hand. The same contract as monitor.clock.SystemClock."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until `jump`; who sleeps wakes when the hand has passed its time."""

    def __init__(self, start: datetime = START) -> None:
        self.time = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.time + timedelta(seconds=seconds), future))
        await future

    def jump(self, by: timedelta) -> None:
        """Turn the hand; a negative step sets the clock back and wakes nobody."""
        self.time += by
        due = [f for at, f in self._sleepers if at <= self.time]
        self._sleepers = [(at, f) for at, f in self._sleepers if at > self.time]
        for future in due:
            if not future.done():
                future.set_result(None)
