"""G2: exactly one visible alert where a channel can be asked; at most one marked repeat for each fault where
it cannot. Every fault of a channel, beside a crash at every point around commit, lease, send and settle, with
fakes; every fault of real servers on loopback, beside kill -9 at every system call of the sender; and the
whole service killed at system calls between the poll that finds a step and its last settling.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from monitor.alerts.message import Answer, Retry
from monitor.newsroom.faults import Fault, dropped, hanging, refused
from storage import Storage, open_storage
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import put_step, states
from tests.monitor.alerts.test_crash_matrix import (
    CrashingChannel,
    CrashingStorage,
    CrashNow,
    Points,
)
from tests.promises.attempt import Tally
from tests.promises.calls import Bench, kills
from tests.promises.lives import deliver, empty_database, repeats
from tests.promises.sending import Servers
from tests.promises.service import kill_at_calls
from tests.promises.strace import Nursery, missing

# Answers that come first, and how many answers after them are lost.
FAULTS: Mapping[str, tuple[list[Answer], int]] = {
    "none": ([], 0),
    "busy": ([Retry("busy")], 0),
    "busy three times": ([Retry("busy")] * 3, 0),
    "answer lost": ([], 1),
    "answer lost twice": ([], 2),
    "busy, then answer lost": ([Retry("busy")], 1),
}
NAMES = ("bot", "hook")
STEPS = 2


# What real servers do to the first requests.
OF_SERVERS: Mapping[str, Sequence[Fault]] = {
    "none": (),
    "dropped before": (dropped(after_accepting=False),),
    "dropped after": (dropped(after_accepting=True),),
    "hangs after": (hanging(after_accepting=True),),
    "too many": (refused(429, retry_after="120"),),
    "broken, then dropped after": (refused(503), dropped(after_accepting=True)),
}
HOUSES = 8  # services, in the long form
QUICK_FAULTS, QUICK_KILLS, QUICK_STRIDE = ("none", "dropped after"), 6, 6


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried. Every combination, or with not `long` some of two faults."""
    tried = _between_transactions(tally, seed=seed, long=long)
    if missing():
        return f"{tried}; no system calls: {missing()}"
    return f"{tried}; {_at_system_calls(tally, seed=seed, long=long)}"


def _at_system_calls(tally: Tally, *, seed: int, long: bool) -> str:
    tried, chance = 0, random.Random(seed)
    faults = OF_SERVERS if long else {name: OF_SERVERS[name] for name in QUICK_FAULTS}
    with tempfile.TemporaryDirectory() as folder, Nursery() as nursery, Servers() as servers:
        bench = Bench(Path(folder), nursery, servers, tally)
        for name, script in faults.items():
            trials = kills(bench, "send", script)
            for trial in trials if long else chance.sample(trials, QUICK_KILLS):
                tried += 1
                bench.try_out(trial, script, told=f", server: {name}")
    which = "every system call" if long else "system calls of chance"
    whole = f"; {kill_at_calls(tally, chance, HOUSES)}" if long else ""
    beside = f"{len(faults)} faults of a Slack and a webhook on loopback"
    return f"{beside}, each with kill -9 at {which}: {tried} pairs{whole}"


def _between_transactions(tally: Tally, *, seed: int, long: bool) -> str:
    faults = dict(FAULTS) if long else {name: FAULTS[name] for name in ("none", "answer lost")}
    tried, stride = 0, 1 if long else QUICK_STRIDE
    with empty_database() as fresh:
        for fault in faults:
            points = _lives(fresh(f"{fault}-whole").as_posix(), fault, None)[2]
            for point in range(1 + seed % stride, points + 1, stride):
                tried += 1
                with tally.attempt(f"{fault}, crash at point {point}"):
                    bot, hook, _ = _lives(fresh(f"{fault}-{point}").as_posix(), fault, point)
                    _hold(bot, hook, lost=FAULTS[fault][1])
    which = "every" if long else "some"
    return (
        f"{len(faults)} faults of a channel, each with a crash at {which} point between transactions: {tried}"
    )


def _lives(path: str, fault: str, crash_at: int | None) -> tuple[FakeChannel, FakeChannel, int]:
    script, lost = FAULTS[fault]
    bot = FakeChannel("bot", can_be_asked=True, script=list(script), answer_lost=lost)
    hook = FakeChannel("hook", script=list(script), answer_lost=lost)
    points, clock = Points(crash_at), FakeClock()
    storage = open_storage(f"sqlite:///{path}")
    try:
        crashing = cast(Storage, CrashingStorage(storage, points))
        _see(crashing, clock)
        deliver(crashing, [CrashingChannel(bot, points), CrashingChannel(hook, points)], clock)
    except CrashNow:
        pass
    finally:
        storage.close()
    again = open_storage(f"sqlite:///{path}")
    _see(again, clock)
    deliver(again, [bot, hook], clock)
    assert set(states(again)) == {"sent"}, "something is not sent"
    again.close()
    return bot, hook, points.reached


def _see(storage: Storage, clock: FakeClock) -> None:
    for number in range(STEPS):
        put_step(storage, number, NAMES, now=clock.now())


def _hold(bot: FakeChannel, hook: FakeChannel, *, lost: int) -> None:
    for channel in (bot, hook):
        assert len(set(channel.keys())) == STEPS, f"{channel.name} misses a step"
    assert repeats(bot) == 0, "a channel that can be asked got a step twice"
    repeats(hook)  # each is marked
    assert max(Counter(hook.keys()).values()) <= 1 + lost + 1, (
        "a step came again more often than there were faults"
    )
