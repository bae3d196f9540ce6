"""G1: what was acknowledged is there, and the database and every finished backup are whole: after kill -9 at
a moment of chance, after kill -9 at each system call of store, register, send, migrate, back up and restore,
with ENOSPC or EIO at each of them, and on each disk that a power loss may leave."""

import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import TypeVar

from tests.promises.attempt import Tally
from tests.promises.calls import Bench, kills, refusals
from tests.promises.power import ARGUMENTS, Disk, disks
from tests.promises.sending import Servers
from tests.promises.stories import ENDLESS, STORIES, TABLES, database, rows, whole
from tests.promises.strace import Nursery, missing

LIVES_OF_A_FILE = 10
ONE_IN = int(os.environ.get("ONE_IN", "1"))  # the long form in a part of its time
T = TypeVar("T")
ARTICLES = TABLES.index("articles")
WITHOUT_POWER = ("store", "register", "migrate", "backup", "restore")  # what strace can write down whole
QUICK_STORIES, QUICK_KILLS, QUICK_REFUSALS, QUICK_DISKS = 2, 5, 3, 10


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Nursery() as nursery, Servers() as servers:
        tried = [_lives(tally, nursery, Path(folder), chance, 60 if long else 3)]
        if missing():
            return f"{tried[0]}; nothing by strace: {missing()}"
        bench = Bench(Path(folder), nursery, servers, tally)
        names = list(STORIES) if long else chance.sample(list(STORIES), QUICK_STORIES)
        tried.append(_at_each_call(bench, names, chance, long=long))
        tried.append(_power_lost(bench, list(WITHOUT_POWER) if long else ["store"], chance, long=long))
    return "; ".join(tried)


def _lives(tally: Tally, nursery: Nursery, folder: Path, chance: random.Random, lives: int) -> str:
    """Killed at moments of chance, each going on where the last one was cut off; ten on one file."""
    acknowledged, total, place = 0, 0, folder
    for life in range(lives):
        if life % LIVES_OF_A_FILE == 0:
            place, acknowledged = folder / f"lives-{life}", 0
            place.mkdir()
            ENDLESS["endless"].prepare(place)
        ended = nursery.killed_after({"story": "endless", "folder": str(place)}, chance.uniform(0.05, 0.8))
        total += max(0, ended.acknowledged - acknowledged)
        acknowledged = max(acknowledged, ended.acknowledged)
        with tally.attempt(f"life {life}: acknowledged and whole"):
            assert ended.killed, ended.error
            whole(database(place))
            found = rows(database(place))
            assert found[ARTICLES] >= acknowledged, f"{acknowledged - found[ARTICLES]} commits are gone"
            assert found[TABLES.index("entries")] == 2 * found[ARTICLES], "half a commit was kept"
        if (place / "copy.db").exists():
            with tally.attempt(f"life {life}: the backup is whole"):
                whole(place / "copy.db")
    return f"{lives} lives killed at moments of chance, with {total} commits acknowledged"


def _one_in(all_of_them: list[T], chance: random.Random) -> list[T]:
    return chance.sample(all_of_them, -(-len(all_of_them) // ONE_IN))


def _at_each_call(bench: Bench, names: list[str], chance: random.Random, *, long: bool) -> str:
    killed, refused = 0, 0
    for name in names:
        trials, refusals_ = kills(bench, name), refusals(bench, name, chance)
        if long:
            trials, refusals_ = _one_in(trials, chance), _one_in(refusals_, chance)
        else:
            trials = chance.sample(trials, QUICK_KILLS)
            refusals_ = chance.sample(refusals_, QUICK_REFUSALS)
        killed, refused = killed + len(trials), refused + len(refusals_)
        for trial in trials + refusals_:
            bench.try_out(trial)
    which = (
        ("each system call" if ONE_IN == 1 else f"one in {ONE_IN} system calls")
        if long
        else "some system calls"
    )
    stories = ", ".join(names)
    return f"killed at {which} of {stories} ({killed}); ENOSPC or EIO at {which} on the disk ({refused})"


def _power_lost(bench: Bench, names: list[str], chance: random.Random, *, long: bool) -> str:
    """Every disk that may be left, or some by chance."""
    tried = 0
    for name in names:
        states, place = bench.ready(name), bench.place(name)
        before, log, acks = Disk.of(place), place.with_suffix(".log"), place / "acks"
        acks.touch()
        ended = bench.nursery.life(bench.given(name, place) | {"acks": str(acks)}, ARGUMENTS, log)
        assert ended.code == 0, ended.error
        shutil.rmtree(place)
        found = list(disks(before, log, chance, 3))
        for crash, left in _one_in(found, chance) if long else chance.sample(found, QUICK_DISKS):
            tried += 1
            place.mkdir()
            for path, content in left.items():
                Path(path).write_bytes(content)
            with bench.tally.attempt(f"{name}: the power goes at event {crash.event} ({tried})"):
                bench.holds(STORIES[name], place, states, crash.acknowledged)
            shutil.rmtree(place)
    return f"{tried} disks left by a power loss during {', '.join(names)}"
