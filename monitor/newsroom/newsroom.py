"""The newsroom: every source of a story on its own loopback address, playing act after act."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from monitor.newsroom.outlet import Outlet
from monitor.newsroom.story import Act, ExpectedStep, Story, load_story
from spiders.items import Source


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Newsroom:
    """A loopback web of sources. Starting it publishes act 0; each `advance` publishes the next act.

    Every source has an address of its own (127.0.0.10, .11, …) where the platform has them all, as
    Linux does, so that limits for each host can be seen at work; else a port of its own on 127.0.0.1.
    """

    def __init__(self, story: Story | None = None, *, clock: Callable[[], datetime] = _utc_now) -> None:
        self.story = story or load_story()
        self.act = -1
        self.acts_began: list[datetime] = []
        self._clock = clock
        self.outlets = {
            place.id: Outlet(place, words=self.story.texts.get(place.language), clock=clock)
            for place in self.story.places
        }

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Open every source and publish what was there before the watch began."""
        for number, outlet in enumerate(self.outlets.values(), start=10):
            try:
                await outlet.start(f"127.0.0.{number}")
            except OSError:  # macOS has 127.0.0.1 alone
                await outlet.start("127.0.0.1")
        self.advance()

    async def stop(self) -> None:
        """Close every source; nothing hangs."""
        await asyncio.gather(*(outlet.stop() for outlet in self.outlets.values()))

    @property
    def finished(self) -> bool:
        """Whether the last act is out."""
        return self.act + 1 >= len(self.story.acts)

    def advance(self) -> Act:
        """Publish the next act and give it back. Raises IndexError after the last."""
        if self.finished:
            raise IndexError("the last act is out")
        self.act += 1
        act, now = self.story.acts[self.act], self._clock()
        self.acts_began.append(now)
        for outlet in self.outlets.values():
            if outlet.place.trouble_from_act == self.act:
                outlet.trouble = outlet.place.trouble
        for item in act.items:
            self.outlets[item.source].publish(item, now)
        for edit in act.edits:
            self.outlets[self.story.item(edit.item).source].edit(edit, now)
        return act

    def sources(self, *, timeout: timedelta = timedelta(seconds=5)) -> tuple[Source, ...]:
        """The outlets as sources of the web room, in the story's order."""
        return tuple(outlet.as_source(timeout=timeout) for outlet in self.outlets.values())

    def expected_steps(self, upto_act: int | None = None) -> tuple[ExpectedStep, ...]:
        """The steps that must have been told once the acts up to this one (by default: so far) are out."""
        last = self.act if upto_act is None else upto_act
        return tuple(step for step in self.story.steps if step.act <= last)

    def page_urls(self, item_ids: Iterable[str]) -> tuple[str, ...]:
        """Where these items' pages are. Raises KeyError for an item that is not out yet."""
        return tuple(self.outlets[self.story.item(i).source].page_url(i) for i in item_ids)
