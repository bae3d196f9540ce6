"""Each story cut off, or refused, at each of its system calls: nothing acknowledged is lost, all is whole."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.newsroom.faults import Fault
from tests.promises.attempt import Tally
from tests.promises.sending import Servers
from tests.promises.stories import STORIES, Story, states_of
from tests.promises.strace import Ended, Nursery, counted

# What changes anything outside the process: being killed before one of these is being killed after the last.
CHANGES = (
    "write,writev,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,link,linkat,"
    "mkdir,openat,chmod,fchmod,sendto,sendmsg,fcntl,flock,close"
)
# What a disk can refuse.
DISK = "write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,link,openat,chmod"
ERRORS = ("ENOSPC", "EIO")
SENT = 2  # steps in the outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is done to which call of a story: the n-th is `fault`, or that one and all later ones."""

    story: str
    call: str
    number: int
    fault: str = "KILL"
    for_good: bool = False

    def __str__(self) -> str:
        lasts = " and all later ones" if self.for_good else ""
        return f"{self.story}: {self.fault} at {self.call} {self.number}{lasts}"

    @property
    def injected(self) -> str:
        """As strace takes it."""
        how = "signal=KILL" if self.fault == "KILL" else f"error={self.fault}"
        return f"inject={self.call}:{how}:when={self.number}{'+' if self.for_good else ''}"


class Bench:
    """Stories made ready once, and tried many times."""

    def __init__(self, folder: Path, nursery: Nursery, servers: Servers, tally: Tally) -> None:
        self.folder, self.nursery, self.servers, self.tally = folder, nursery, servers, tally
        self._states: dict[str, Sequence[Any]] = {}
        self._trials = 0

    def ready(self, name: str) -> Sequence[Any]:
        """The story's states, from a run that nobody disturbs."""
        if name not in self._states:
            template, scratch = self.folder / name, self.folder / f"{name}-whole"
            template.mkdir()
            story = STORIES[name]
            story.prepare(template)
            shutil.copytree(template, scratch)
            self._states[name] = [story.state(scratch)] if name == "send" else states_of(story, scratch)
        return self._states[name]

    def calls(
        self, name: str, traced: str, *, on_disk: bool, faults: Sequence[Fault] = ()
    ) -> list[tuple[str, int]]:
        """Every call of a life that is not cut off, by name and number; the servers may have faults."""
        self.ready(name)
        place = self.place(name)
        self.servers.begin(faults)
        log = place.with_suffix(".log")
        ended = self.nursery.life(self.given(name, place), self._traced(place, traced, on_disk), log)
        assert ended.code == 0, ended.error
        return [(call, n + 1) for call, count in sorted(counted(log).items()) for n in range(count)]

    def try_out(self, trial: Trial, faults: Sequence[Fault] = (), told: str = "") -> None:
        """One trial, told to the tally; `told` says what the servers' faults are."""
        with self.tally.attempt(f"{trial}{told}"):
            states, story, place = self.ready(trial.story), STORIES[trial.story], self.place(trial.story)
            self.servers.begin(faults)
            on_disk = trial.fault != "KILL"
            given = self.given(trial.story, place) | {"tries": 6 if on_disk and not trial.for_good else 1}
            ended = self.nursery.life(
                given,
                [*self._traced(place, DISK if on_disk else CHANGES, on_disk), "-e", trial.injected],
                place.with_suffix(".log"),
            )
            self.servers.settle()
            _ended_well(trial, ended)
            self.holds(story, place, states, ended.acknowledged, lost=sum(fault.accept for fault in faults))
            shutil.rmtree(place)

    def holds(
        self, story: Story, place: Path, states: Sequence[Any], acknowledged: int, lost: int = 0
    ) -> None:
        """AssertionError unless what was acknowledged is there, whole, and the next life goes on with it."""
        found = story.state(place)
        assert found in states, f"half of something was kept: {found}"
        reached = max(n for n, state in enumerate(states) if state == found)
        assert reached >= acknowledged, f"{acknowledged - reached} acknowledged commits are gone"
        story.live(place, lambda _: None, self.servers.given)
        assert story.state(place) == states[-1], "the next life did not finish the work"
        if story is STORIES["send"]:
            self.servers.hold(SENT, repeats=1 + lost)

    def place(self, name: str) -> Path:
        """A folder in which the story is about to begin."""
        self._trials += 1
        return Path(shutil.copytree(self.folder / name, self.folder / f"{name}-{self._trials}"))

    def given(self, name: str, place: Path) -> dict[str, Any]:
        """What a life of it is told."""
        return {"story": name, "folder": str(place), "given": dict(self.servers.given)}

    def _traced(self, place: Path, calls: str, on_disk: bool) -> list[str]:
        """Only what concerns the story's files, or everything."""
        names = ["kept.db", "kept.db.lock", "kept.db.restoring", "copy.db", "copy.db.part"]
        paths = [place, *(place / f"{name}{end}" for name in names for end in ("", "-journal"))]
        return ["-e", f"trace={calls}", *(f"--trace-path={path}" for path in (paths if on_disk else ()))]


def _ended_well(trial: Trial, ended: Ended) -> None:
    if trial.fault == "KILL":
        assert ended.killed or ended.code == 0, ended.error.strip().splitlines()[-1]
        return
    assert not ended.killed, "it hung"
    # strace counts by thread, and each life of the delivery has new ones: its disk fails again and again.
    told_is_enough = trial.for_good or trial.story == "send"
    assert ended.code in ((0, 1) if told_is_enough else (0,)), ended.error.strip().splitlines()[-1]


def kills(bench: Bench, name: str, faults: Sequence[Fault] = ()) -> list[Trial]:
    """Killed at each call that changes anything outside the process."""
    found = bench.calls(name, CHANGES, on_disk=False, faults=faults)
    return [Trial(story=name, call=call, number=number) for call, number in found]


def refusals(bench: Bench, name: str, chance: random.Random) -> list[Trial]:
    """Each call of the disk refused in one of the ways, by chance. (Alerts wait for the disk for as long as
    it takes: for good is not for them.)"""
    lasting = (False,) if name == "send" else (False, True)
    ways = [(fault, for_good) for fault in ERRORS for for_good in lasting]
    trials = []
    for call, number in bench.calls(name, DISK, on_disk=True):
        fault, for_good = chance.choice(ways)
        trials.append(Trial(story=name, call=call, number=number, fault=fault, for_good=for_good))
    return trials
