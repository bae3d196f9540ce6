"""G6: a running service is given bombs, endless and slow bodies, feeds of 200,000 items, titles of 30 MB and
nesting without end, as feeds and as the pages behind entries; one after another, and then all at once. Each
answer costs at most 30 s, 10 MB that are kept and 100 MB of memory more (a page of very many tags 130), and
no other source comes late by more than an interval.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.records import VisitRecord
from tests.promises.attempt import Tally
from tests.promises.bombs import FEEDS, GOOD, PAGES, items
from tests.promises.offices import Offices, opened
from tests.promises.running import MEBIBYTE, Running, longest_gap, running, until
from tests.spiders.hostile import Asked, Behaviour, answer, hostile_web

INTERVAL, TICK = 2.0, 1.5  # seconds, of the sources that are well
OTHERS = ("harbour", "river", "hill")
SECONDS, KEPT, MEMORY = 30.0, 10 * MEBIBYTE, 100.0  # MiB
# A page of more tags than any article has is read in a process of its own, which is large before it begins.
PAGE_MEMORY = 130.0
TOGETHER = 4 * MEMORY  # MiB, when all come at the same moment
SLACK = 2.0  # seconds, for a machine that has other things to do
QUICK_CASES, QUICK_TIMEOUT = 6, 4


@dataclass(kw_only=True)
class Cost:
    """What one answer has cost."""

    seconds: float = 0.0
    kept: int = 0
    memory: float = 0.0
    gap: float = 0.0


@dataclass(kw_only=True)
class Armed:
    """Sources that answer well until they are armed, each at an address of its own."""

    cases: Sequence[str]
    port: int = 0

    def __post_init__(self) -> None:
        self.now: set[str] = set()

    def behaviours(self) -> dict[str, Behaviour]:
        """By path: the feed of each case, and the pages behind it."""
        found: dict[str, Behaviour] = {}
        for number, case in enumerate(self.cases):
            found[f"case-{number}"] = self._feed(number, case)
            found[f"page-{number}"] = PAGES.get(case, GOOD)
        return found

    def _feed(self, number: int, case: str) -> Behaviour:
        async def behave(writer: asyncio.StreamWriter, asked: Asked) -> None:
            well = GOOD
            if case in PAGES and case in self.now:
                well = answer("200 OK", _one_item(f"{self.host(number)}/page-{number}"))
            await (FEEDS[case] if case in FEEDS and case in self.now else well)(writer, asked)

        return behave

    def host(self, number: int) -> str:
        """The case's own host."""
        return f"http://127.0.1.{number + 1}:{self.port}"

    def sources(self, patience: int) -> list[dict[str, object]]:
        """As config.yaml writes them; asked when they are made due."""
        return [
            {
                "id": f"case-{number}", "publisher": case, "country": "UA", "tier": "official",
                "url": f"{self.host(number)}/case-{number}", "interval": "10h", "kind": "feed",
                "allow_private": True, "min_delay": "0s", "timeout": f"{patience}s",
            }
            for number, case in enumerate(self.cases)
        ]  # fmt: skip


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    every = [*FEEDS, *PAGES]
    cases = every if long else random.Random(seed).sample(every, QUICK_CASES)
    costs = asyncio.run(_play(tally, cases, patience=int(SECONDS) if long else QUICK_TIMEOUT, long=long))
    alone = [cost for case, cost in costs.items() if case != "all at once"]
    together = costs.get("all at once")
    return (
        f"{len(alone)} answers, one after another, to a running service: at most "
        f"{max(c.seconds for c in alone):.1f} s, {max(c.kept for c in alone) / MEBIBYTE:.1f} MB kept, "
        f"{max(c.memory for c in alone):.0f} MB of memory; longest gap of another source, polled every "
        f"{INTERVAL:g} s, {max(c.gap for c in alone):.1f} s"
        + (f"; all at once {together.memory:.0f} MB, gap {together.gap:.1f} s" if together else "")
    )


async def _play(tally: Tally, cases: Sequence[str], *, patience: int, long: bool) -> dict[str, Cost]:
    armed, costs = Armed(cases=cases), dict[str, Cost]()
    with tempfile.TemporaryDirectory() as folder:
        async with opened() as offices, hostile_web(armed.behaviours(), host="0.0.0.0") as web:
            armed.port = web.port
            tree = _config(offices, armed.sources(patience))
            async with running(Path(folder), tree, environ={}) as service:
                await until(lambda: all(offices.asked[n] for n in OTHERS), "a poll of each", 60)
                await until(lambda: _visits(service, len(cases)) >= 1, "a first visit of each", 60)
                offices.publish("harbour", "Norway", "Peru", at=service.now())
                await until(lambda: "new step" in service.log(), "a first step", 30)
                await asyncio.sleep(2 * INTERVAL)  # all is loaded
                for number, case in enumerate(cases):
                    armed.now = {case}
                    costs[case] = await _cost(service, offices, [number], patience)
                    _hold(tally, case, costs[case], PAGE_MEMORY if case in PAGES else MEMORY)
                if long:
                    armed.now = set(cases)
                    costs["all at once"] = await _cost(service, offices, range(len(cases)), patience)
                    _hold(tally, "all at once", costs["all at once"], TOGETHER)
                with tally.attempt("steps are told as ever"):
                    offices.publish("river", "Kenya", "Chile", at=service.now())
                    await until(lambda: "new step: CL" in service.log(), "a step after all", 30)
    return costs


async def _cost(service: Running, offices: Offices, numbers: Sequence[int], patience: int) -> Cost:
    """What it costs until each of these sources is visited, and the pages behind it are read."""
    before, began = service.memory(), time.monotonic()
    seen = {number: len(await asyncio.to_thread(_visits_of, service, number)) for number in numbers}
    size, peak = (service.folder / "kept.db").stat().st_size, before
    _hasten(service, numbers)
    waiting, visited = set(numbers), began
    while time.monotonic() - began < 4 * patience + 60:
        for _ in range(10):
            peak = max(peak, await asyncio.to_thread(service.memory))
            await asyncio.sleep(0.02)
        if waiting:
            waiting = {n for n in waiting if len(await asyncio.to_thread(_visits_of, service, n)) == seen[n]}
            visited = time.monotonic()
        elif not await asyncio.to_thread(_reading, service):
            break
    assert not waiting, f"{len(waiting)} were never visited"
    visits = [(await asyncio.to_thread(_visits_of, service, n))[0] for n in numbers]
    till = time.monotonic()
    return Cost(
        seconds=max(till - visited, *((v.finished - v.started).total_seconds() for v in visits)),
        kept=max(*(v.body_bytes for v in visits), (service.folder / "kept.db").stat().st_size - size),
        memory=peak - before,
        gap=max(longest_gap(offices.asked[name], began, till) for name in OTHERS),
    )


def _hold(tally: Tally, case: str, cost: Cost, memory: float) -> None:
    with tally.attempt(f"{case}: time"):
        assert cost.seconds <= SECONDS + SLACK, f"{cost.seconds:.1f} s"
    with tally.attempt(f"{case}: what is kept"):
        assert cost.kept <= KEPT, f"{cost.kept / MEBIBYTE:.1f} MB"
    with tally.attempt(f"{case}: memory"):
        assert cost.memory <= memory, f"{cost.memory:.0f} MB more"
    with tally.attempt(f"{case}: no other source is late"):
        assert cost.gap <= INTERVAL * 1.1 + TICK + INTERVAL + SLACK, f"one was not asked for {cost.gap:.1f} s"


def _visits_of(service: Running, number: int) -> list[VisitRecord]:
    storage = service.storage()
    try:
        with storage.reading() as r:
            return r.visits(f"case-{number}")
    finally:
        storage.close()


def _visits(service: Running, count: int) -> int:
    return min(service.log().count(f"visit case-{number}:") for number in range(count))


def _reading(service: Running) -> bool:
    """Whether there are entries whose pages are being read."""
    storage = service.storage()
    try:
        with storage.reading() as r:
            since = r.waits_since()
            return since is not None and since <= service.now()
    finally:
        storage.close()


def _hasten(service: Running, numbers: Sequence[int]) -> None:
    storage = service.storage()
    try:
        with storage.writing() as w:
            for number in numbers:
                w.set_source_status(f"case-{number}", "active", service.now())
    finally:
        storage.close()


def _one_item(link: str) -> bytes:
    """A feed with one entry, whose page is worth reading."""
    title = b"Ukraine and Kenya signed a bilateral security agreement"
    at = link.encode()
    item = b"<item><title>%s</title><link>%s</link></item></channel>" % (title, at)
    return items(0).replace(b"</channel>", item)


def _config(offices: Offices, cases: Sequence[Mapping[str, object]]) -> Mapping[str, Any]:
    return {
        "contact": "mailto:desk@example.org",
        "web": {"enabled": False},
        "watch": {"parties": "all", "group_wait": "0s"},
        "sources": [*(offices.source(name, interval=f"{INTERVAL:g}s") for name in OTHERS), *cases],
        "channels": {"desk": {"kind": "file", "path": "told.jsonl"}},
        "routes": [{"name": "all", "channels": ["desk"]}],
    }
