"""Polls holds the polls in hand: one a source at a time, and one that comes due meanwhile right after."""

import asyncio
from collections.abc import Awaitable, Callable

from storage.records import SourceRecord


class Polls:
    """The polls in hand, by source. Each goes on until the last new entry of its visit is read."""

    def __init__(self, poll: Callable[[SourceRecord], Awaitable[None]]) -> None:
        self._poll = poll
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._next: dict[str, SourceRecord] = {}
        self._stopping = False

    def __len__(self) -> int:
        return len(self._in_hand)

    def begin(self, source: SourceRecord) -> None:
        """Poll a source that is claimed: now, or after the poll of it that is in hand. (Forgotten, it would
        wait for its claim to run out.)"""
        if source.id in self._in_hand:
            self._next[source.id] = source
        else:
            self._in_hand[source.id] = asyncio.create_task(self._run(source), name=f"poll {source.id}")

    async def end(self, seconds: float) -> None:
        """Begin no more, and wait for those in hand, but no longer than that."""
        self._stopping = True
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=seconds)

    async def _run(self, source: SourceRecord) -> None:
        try:
            await self._poll(source)
        finally:
            self._in_hand.pop(source.id, None)
            again = self._next.pop(source.id, None)
            if again and not self._stopping:
                self.begin(again)
