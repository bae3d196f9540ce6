"""G2: exactly one visible alert where a channel can be asked; at most one marked repeat for each fault where
it cannot. Every fault of a channel, beside a crash at every point around commit, lease, send and settle."""

from collections import Counter
from collections.abc import Mapping
from typing import cast

from monitor.alerts.message import Answer, Retry
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
from tests.promises.lives import deliver, empty_database, repeats

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


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried. Every combination, or with not `long` each third point of two faults."""
    faults = dict(FAULTS) if long else {name: FAULTS[name] for name in ("none", "answer lost")}
    tried, which = 0, "every" if long else "every third"
    with empty_database() as fresh:
        for fault in faults:
            points = _lives(fresh(f"{fault}-whole").as_posix(), fault, None)[2]
            for point in range(1 + seed % 3, points + 1, 1 if long else 3):
                tried += 1
                with tally.attempt(f"{fault}, crash at point {point}"):
                    bot, hook, _ = _lives(fresh(f"{fault}-{point}").as_posix(), fault, point)
                    _hold(bot, hook, lost=FAULTS[fault][1])
    return f"{len(faults)} faults of a channel, each with a crash at {which} point: {tried} pairs"


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
