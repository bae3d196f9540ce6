"""G7: the wall clock of a running service is set, its machine sleeps, a virtual one is paused, and wall times
change for summer and winter. No source waits longer than one interval more; retries, the heartbeat and new
steps go on; digests are told exactly once; memory stays flat.

Each jump has a service of its own as a process (tests.promises.turned). The clock changes of five zones are
played over the years by the same routing and delivery under a clock that runs ahead.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.promises.attempt import Tally
from tests.promises.digests import clock_changes
from tests.promises.offices import Offices, opened
from tests.promises.running import Running, longest_gap, running, until, utc

HOUR = timedelta(hours=1)
YEARS = timedelta(days=3653)
START = utc(2026, 6, 10, 5, 30)
DIGEST, DIGEST_AFTER = "06:00", timedelta(minutes=31)
INTERVAL, TICK, RETRY = 2.0, 1.5, 3.0  # seconds
OFFICES = ("harbour", "river", "hill")
WATCHED = 4 * INTERVAL  # seconds after a jump
ROOM = 25  # MiB: what a first alert loads is loaded before


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """What happens to the clock. `asleep`: the machine was suspended, so that the time has passed; `paused`:
    the process stood still meanwhile."""

    name: str
    by: timedelta
    asleep: bool = False
    paused: bool = False


JUMPS = (
    Jump(name="-1 h", by=-HOUR),
    Jump(name="+10 years", by=YEARS),
    Jump(name="+1 h", by=HOUR),
    Jump(name="-10 years", by=-YEARS),
    Jump(name="suspended for 8 h", by=8 * HOUR, asleep=True, paused=True),
    Jump(name="a virtual machine paused for 8 h", by=8 * HOUR, paused=True),
)


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    chance = random.Random(seed)
    jumps = JUMPS if long else JUMPS[:2]
    found = asyncio.run(_all(tally, jumps, at_once=2))
    changes = clock_changes(tally, chance, long=long)
    gaps, grown = [one[0] for one in found], [one[1] for one in found]
    return (
        f"{len(found)} services polling every {INTERVAL:g} s while the clock was set "
        f"({', '.join(j.name for j in jumps)}): longest gap of a source {max(gaps, default=0):.1f} s, memory "
        f"grown by {max(grown, default=0):.0f} MiB at most; {changes}"
    )


async def _all(tally: Tally, jumps: Sequence[Jump], *, at_once: int) -> list[tuple[float, float]]:
    places = asyncio.Semaphore(at_once)

    async def one(jump: Jump) -> tuple[float, float] | None:
        async with places:
            with tally.attempt(f"{jump.name}: the service runs"), tempfile.TemporaryDirectory() as folder:
                return await _one(tally, jump, Path(folder))
        return None

    return [found for found in await asyncio.gather(*(one(jump) for jump in jumps)) if found]


async def _one(tally: Tally, jump: Jump, folder: Path) -> tuple[float, float]:
    """(the longest gap of a source in seconds, how much the memory has grown in MiB)."""
    async with opened() as offices:
        offices.away.add("away")
        offices.odd["gate"] = _refuse
        async with running(folder, _config(offices), starts_at=START, environ=_environ(offices)) as service:
            await until(lambda: all(offices.asked[n] for n in OFFICES), "a poll of each", 30)
            offices.publish("harbour", "Norway", "Peru", at=service.now())
            await until(lambda: bool(offices.told["desk"] and offices.tried["away"]), "a first alert", 20)
            await until(lambda: bool(offices.beats), "a first heartbeat", 10)
            before = service.memory()
            at = await _happen(jump, service)
            await asyncio.sleep(INTERVAL)
            offices.publish("river", "Kenya", "Chile", at=service.now())
            await asyncio.sleep(WATCHED - INTERVAL)
            till = time.monotonic()
            gap = _hold(tally, jump, offices, at, till)
            await _digests(tally, jump, offices, service)
            grown = service.memory() - before
            with tally.attempt(f"{jump.name}: memory is flat"):
                assert grown < ROOM, f"grown by {grown:.0f} MiB, from {before:.0f}"
    return gap, grown


async def _refuse(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=403, text="Forbidden")


async def _happen(jump: Jump, service: Running) -> float:
    """When it was over, by the monotonic clock."""
    if jump.paused:
        service.stop_it()
        await asyncio.sleep(1)
    service.turn(jump.by, asleep=jump.asleep)
    await asyncio.sleep(0.2)
    if jump.paused:
        service.let_go()
    return time.monotonic()


def _hold(tally: Tally, jump: Jump, offices: Offices, at: float, till: float) -> float:
    """The longest gap between two polls of a source."""
    gaps = {name: longest_gap(offices.asked[name], at, till) for name in OFFICES}
    longest = INTERVAL * 1.1 + TICK + INTERVAL
    for name, gap in gaps.items():
        with tally.attempt(f"{jump.name}: {name} waits one interval more at most"):
            assert gap <= longest, f"not polled for {gap:.1f} s"
    with tally.attempt(f"{jump.name}: what was refused is asked no sooner"):
        asked = [one for one in offices.asked["gate"] if one > at]
        assert not asked or jump.asleep, f"asked {len(asked)} times"
    retried = longest_gap(offices.tried["away"], at, till)
    with tally.attempt(f"{jump.name}: a channel that is away is tried on"):
        assert retried <= RETRY * 1.2 + 2 * TICK + INTERVAL, f"not for {retried:.1f} s"
    with tally.attempt(f"{jump.name}: the heart beats on"):
        beat = longest_gap(offices.beats, at, till)
        # After a step forward nothing counts as read lately, until the next visit.
        assert beat <= longest + 2 * INTERVAL + TICK, f"not for {beat:.1f} s"
    with tally.attempt(f"{jump.name}: a step is told after it, each once"):
        assert offices.pairs_told("desk") == ["NO-PE", "CL-KE"], f"told {offices.pairs_told('desk')}"
    with tally.attempt(f"{jump.name}: nothing waits for a retry that never comes"):
        assert len(offices.tried["away"]) < 40, f"tried {len(offices.tried['away'])} times: a storm"
    return max(gaps.values())


async def _digests(tally: Tally, jump: Jump, offices: Offices, service: Running) -> None:
    """Past 06:00 on the wall, whenever that is, each step has been in one digest."""
    if service.now() < START + DIGEST_AFTER:
        with tally.attempt(f"{jump.name}: no digest before its time"):
            assert offices.pairs_told("morning") == []
        service.turn(START + DIGEST_AFTER - service.now())
    else:  # the second step came after it, and waits for the next morning
        service.turn(timedelta(days=1))
    with tally.attempt(f"{jump.name}: each step is in one digest"):
        await until(lambda: len(offices.pairs_told("morning")) >= 2, "both steps in digests", 10)
        await asyncio.sleep(TICK)
        assert sorted(offices.pairs_told("morning")) == ["CL-KE", "NO-PE"], offices.pairs_told("morning")


def _config(offices: Offices) -> Mapping[str, Any]:
    channel = {"kind": "webhook", "secret_env": "KEY"}
    return {
        "contact": "mailto:desk@example.org",
        "web": {"enabled": False},
        "watch": {"parties": "all", "group_wait": "0s"},
        "sources": [
            *(offices.source(name, interval=f"{INTERVAL:g}s") for name in OFFICES),
            offices.source("gate", interval=f"{INTERVAL:g}s"),
        ],
        "channels": {name: channel | {"url_env": name.upper()} for name in ("desk", "away", "morning")},
        "routes": [
            {"name": "at-once", "channels": ["desk", "away"], "continues": True},
            {
                "name": "daily",
                "channels": ["morning"],
                "digest": {"every": "daily", "at": DIGEST},
                "zone": "UTC",
            },
        ],
        "delivery": {"first_retry": "2s", "longest_retry": f"{RETRY:g}s"},
        "operator": {
            "channels": ["morning"],
            "heartbeat": {"url_env": "BEAT", "every": f"{INTERVAL:g}s", "patience": "30m"},
        },
    }


def _environ(offices: Offices) -> Mapping[str, str]:
    hooks = {name.upper(): f"{offices.url}/hook/{name}" for name in ("desk", "away", "morning")}
    return hooks | {"KEY": "loopback", "BEAT": f"{offices.url}/beat"}
