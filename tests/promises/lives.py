"""Lives of a delivery over one database, for promises: with fakes of the real contract as channels."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.rendering import Audience
from storage import Storage, open_storage
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import states
from tests.monitor.alerts.test_crash_matrix import CrashingChannel

WAIT = timedelta(minutes=20)


@contextmanager
def empty_database() -> Iterator[Callable[[str], Path]]:
    """A maker of migrated, empty SQLite files, by name."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template"
        made = open_storage(f"sqlite:///{template}")
        made.upgrade()
        made.close()

        def fresh(name: str) -> Path:
            return Path(shutil.copy(template, Path(folder) / f"{name}.db"))

        yield fresh


def deliver(
    storage: Storage, channels: Sequence[FakeChannel | CrashingChannel], clock: FakeClock, *, rounds: int = 40
) -> None:
    """One life: take up what is left, and deliver until all is sent or so many waits are over."""
    addressees = {c.name: Addressee(channel=c, audience=Audience(channel_kind="console")) for c in channels}
    delivery = Delivery(storage, addressees, clock=clock, operator=["nobody"], chance=random.Random(1))

    async def live() -> None:
        await delivery.recover()
        for _ in range(rounds):
            await delivery.drain()
            if set(states(storage)) <= {"sent"}:
                break
            clock.jump(WAIT)

    asyncio.run(live())


def repeats(channel: FakeChannel) -> int:
    """How many messages came again. AssertionError for one that does not say so."""
    count, seen = 0, set()
    for message in channel.received:
        if message.key in seen:
            count += 1
            assert message.possible_repeat, f"{message.key} came again and was not marked"
        seen.add(message.key)
    return count
