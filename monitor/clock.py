"""The clock as something that is handed in, so that tests can turn it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

LOOK_SECONDS = 2.0
# The wall clock may differ from the monotonic one by this much before we call it a jump.
JUMP = timedelta(seconds=30)


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


async def mind_jumps(clock: Clock, jumped: Callable[[timedelta], Awaitable[None]]) -> None:
    """Watch the wall clock against the monotonic one, for ever; `jumped` is told by how much it jumped."""
    last = _drift(clock)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        drift = _drift(clock)
        if abs(drift - last) > JUMP:
            await jumped(drift - last)
        last = drift


def _drift(clock: Clock) -> timedelta:
    return timedelta(seconds=clock.now().timestamp() - time.monotonic())
