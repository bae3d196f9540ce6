"""The clock as something that is handed in, so that tests can turn it."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


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
