"""G10: a backup that is put back re-alerts nothing that a channel already has, where it can be asked; where
not, a repeat is marked. Steps are told before the copy, and after it; then the copy is put back, and what it
does not know is found again."""

import random

from storage import Storage, open_storage, put_back
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import put_step
from tests.promises.attempt import Tally
from tests.promises.lives import deliver, empty_database, repeats

NAMES = ("bot", "hook")


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    chance, histories = random.Random(seed), 40 if long else 4
    told = 0
    with empty_database() as fresh:
        for number in range(histories):
            before, waiting, after = (chance.randint(0, 4) for _ in range(3))
            told += before + waiting + after
            with tally.attempt(f"{before} told, {waiting} waiting, copy, {after} more, copy put back"):
                _history(str(fresh(str(number))), before, waiting, after)
    return f"{histories} histories with {told} steps"


def _history(path: str, before: int, waiting: int, after: int) -> None:
    bot, hook = FakeChannel("bot", can_be_asked=True), FakeChannel("hook")
    clock, everything = FakeClock(), before + waiting + after
    storage = open_storage(f"sqlite:///{path}")
    _see(storage, before, clock)
    deliver(storage, [bot, hook], clock)
    _see(storage, before + waiting, clock)
    copy = storage._file("copy").with_suffix(".copy")
    storage.back_up(copy)
    _see(storage, everything, clock)
    deliver(storage, [bot, hook], clock)
    database = storage._file("copy")
    storage.close()
    put_back(copy, database, clock.now())
    storage = open_storage(f"sqlite:///{path}")
    _see(storage, everything + 1, clock)  # found again, and one that is new
    deliver(storage, [bot, hook], clock)
    storage.close()
    for channel in (bot, hook):
        assert len(set(channel.keys())) == everything + 1, f"{channel.name} misses a step"
    assert repeats(bot) == 0, "a channel that can be asked got a step twice"
    assert repeats(hook) == waiting + after, "not what can have been lost, and only that, came again"


def _see(storage: Storage, count: int, clock: FakeClock) -> None:
    for number in range(count):
        put_step(storage, number, NAMES, now=clock.now())
