"""Killed at every point around commit, lease, send and settle: nothing lost, nothing doubled but what
nobody can be asked about, and that with the same key and marked (FAULTS.md 4, promise G1 and G2).

The points are generated: every storage transaction has three (before it, before its commit, after it),
every call of a channel two.
"""

import asyncio
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.message import Answer, Message, Retry, Sent
from monitor.alerts.rendering import Audience
from storage import Reader, Storage, Writer, open_storage
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import put_step, put_update, states


class CrashNow(BaseException):
    """The process is gone: nothing may catch this."""


class Points:
    """Counts the points that are reached, and crashes at the n-th; from then on at every one."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.crash_at, self.reached = crash_at, 0

    def reach(self) -> None:
        self.reached += 1
        if self.crash_at is not None and self.reached >= self.crash_at:
            raise CrashNow


class CrashingStorage:
    """A storage that crashes around its transactions."""

    def __init__(self, real: Storage, points: Points) -> None:
        self._real, self._points = real, points

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        self._points.reach()
        with self._real.writing() as w:
            yield w
            self._points.reach()
        self._points.reach()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        with self._real.reading() as r:
            yield r


class CrashingChannel:
    """A channel that crashes before it is called, or when it has the message and before it can say so."""

    def __init__(self, real: FakeChannel, points: Points) -> None:
        self._real, self._points = real, points
        self.name, self.kind, self.can_be_asked = real.name, real.kind, real.can_be_asked

    async def send(self, message: Message) -> Answer:
        self._points.reach()
        answer = await self._real.send(message)
        self._points.reach()
        return answer

    async def find(self, key: str, reply_to: str | None = None) -> Sent | Retry | None:
        self._points.reach()
        found = await self._real.find(key, reply_to)
        self._points.reach()
        return found

    async def close(self) -> None:
        await self._real.close()


NAMES = ("bot", "hook")


def story(storage: Storage, channels: Sequence[CrashingChannel | FakeChannel], clock: FakeClock) -> None:
    """A life of the service: take up what is left, see two steps and an update, tell of them."""
    addressees = {c.name: Addressee(channel=c, audience=Audience(channel_kind="console")) for c in channels}
    delivery = Delivery(storage, addressees, clock=clock, operator=["nobody"], chance=random.Random(1))

    async def live() -> None:
        await delivery.recover()
        for number in range(2):
            step = put_step(storage, number, NAMES, now=clock.now())
            await delivery.drain()
        with storage.reading() as r:
            told = [alert for alert in r.alerts(step.id) if alert.kind == "update"]
        if not told:
            put_update(storage, step, NAMES, now=clock.now())
        await delivery.drain()

    asyncio.run(live())


def crashed_at(point: int | None, url: str, bot: FakeChannel, hook: FakeChannel) -> int:
    """How many points a life reaches; it ends at `point`."""
    points = Points(point)
    real = open_storage(url)
    try:
        channels = [CrashingChannel(bot, points), CrashingChannel(hook, points)]
        story(cast(Storage, CrashingStorage(real, points)), channels, FakeClock())
    except CrashNow:
        pass
    finally:
        real.close()
    return points.reached


def fresh(migrated: Path, folder: Path, name: str) -> str:
    shutil.copy(migrated, folder / name)
    return f"sqlite:///{folder / name}"


def test_killed_at_every_point(tmp_path: Path, migrated_file: Path) -> None:
    url = fresh(migrated_file, tmp_path, "whole.db")
    all_points = crashed_at(None, url, FakeChannel("bot", can_be_asked=True), FakeChannel("hook"))
    assert all_points >= 30
    repeats = 0
    for point in range(1, all_points + 1):
        url = fresh(migrated_file, tmp_path, f"{point}.db")
        bot, hook = FakeChannel("bot", can_be_asked=True), FakeChannel("hook")
        crashed_at(point, url, bot, hook)
        # The next life, undisturbed.
        storage = open_storage(url)
        story(storage, [bot, hook], FakeClock())
        assert set(states(storage)) == {"sent"}, point
        storage.close()
        for channel in (bot, hook):
            once = list(dict.fromkeys(channel.keys()))
            assert len(once) == 3, (point, channel.name)
            assert [".update1." in key for key in once] == [False, False, True], (point, channel.name)
        assert len(bot.keys()) == 3, point
        assert len(hook.keys()) <= 4, point
        for number, message in enumerate(hook.received):
            if message.key in hook.keys()[:number]:
                repeats += 1
                assert message.possible_repeat, point
    assert repeats >= 3  # a hook cannot be asked: each of its messages is repeated after some crash
