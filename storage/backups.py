"""Whole copies of a SQLite database, made while it is used and put back without a moment without one.

A copy is made by SQLite's own online backup, in one step: writers wait with their commit meanwhile (about a
second for each GB), and the copy is one state of the database. It is read through before it gets its name.
"""

import itertools
import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from storage import instance, migrations
from storage.errors import StorageError, told_plainly
from storage.outbox import ASK_FOR, ASK_UNTIL

BACKED_UP = "backed_up"  # in a copy: when it was made


def copy_out(source: Connection, database: Path, target: Path) -> int:
    """The size in bytes of the copy at `target`."""
    if target.exists() and target.samefile(database):
        raise StorageError(f"{target}: this is the database itself")
    part = target.with_name(target.name + ".part")
    driver = source.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with closing(sqlite3.connect(part)) as copy:
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            _set(copy, BACKED_UP, datetime.now(UTC).isoformat())
        _refuse_unless_whole(part)
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
        return target.stat().st_size
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{target}: the copy cannot be made: {error}") from error
    finally:
        with suppress(OSError):  # what is left of it is removed by the next copy
            part.unlink(missing_ok=True)


def put_back(backup: Path, database: Path, now: datetime) -> tuple[str, Path | None]:
    """(when the backup was made, where the database that was there is kept now).

    HeldError while a service is running on it; StorageError where the backup is not whole, or newer than
    this program. What is told after this is first asked for in channels that can be asked, and marked as a
    possible repeat in others, until everything that may have been told before is behind us.
    """
    claim = instance.hold_file(database, instance.newcomer(now))
    try:
        with told_plainly(str(backup)):
            made = _refuse_unless_whole(backup)
        part = database.with_name(database.name + ".restoring")
        part.write_bytes(backup.read_bytes())
        part.chmod(0o600)
        with closing(sqlite3.connect(part)) as restored:
            restored.execute(
                "UPDATE deliveries SET interrupted = 1 WHERE state IN ('pending', 'attempting', 'held')"
            )
            _set(restored, ASK_UNTIL, (now + ASK_FOR).isoformat())
        _to_disk(part)
        kept = _set_aside(database, now)
        part.replace(database)
        _to_disk(database.parent)
        return made, kept
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{database}: cannot be restored: {error}") from error
    finally:
        claim.release()


def _set_aside(database: Path, now: datetime) -> Path | None:
    """A second name for the database that is there, so that none is missing at any moment. Its journals
    go with it: beside another database they would be played into that one."""
    if not database.exists():
        return None
    _finish_what_was_begun(database)
    kept = _unused(database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S}"))
    os.link(database, kept)
    for ending in ("-journal", "-wal", "-shm"):
        journal = database.with_name(database.name + ending)
        if journal.exists():
            journal.replace(kept.with_name(kept.name + ending))
    return kept


def _finish_what_was_begun(database: Path) -> None:
    """Let SQLite roll a journal back, or a log forward, that a killed process left: were we killed after the
    journal is moved away and before the copy is in place, nobody else could. A damaged one stays as it is."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _unused(path: Path) -> Path:
    """The path, or where a restore was killed in the same second, one with a number."""
    numbered = (path.with_name(f"{path.name}-{n}") for n in itertools.count(2))
    return path if not path.exists() else next(p for p in numbered if not p.exists())


def _refuse_unless_whole(path: Path) -> str:
    """When this copy was made. StorageError where it is damaged or cannot be one of ours."""
    if not path.is_file():
        raise StorageError(f"{path}: there is no such file")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
            found += [f"{row[0]} points to no {row[2]}" for row in copy.execute("PRAGMA foreign_key_check")]
            schema = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            made = copy.execute("SELECT value FROM meta WHERE key = ?", (BACKED_UP,)).fetchone()
    except sqlite3.Error as error:
        raise StorageError(f"{path}: is no backup of ours, or a damaged one: {error}") from error
    if found:
        raise StorageError(f"{path}: the copy is damaged: {found[0]}")
    if schema is None or schema[0] not in migrations.known():
        raise StorageError(f"{path}: was made by a newer PactWatch")
    return str(made[0]) if made else "at an unknown time"


def _set(database: sqlite3.Connection, key: str, value: str) -> None:
    with database:
        database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def vacuum(engine: Engine) -> None:
    """Give free pages back to the disk; PostgreSQL does most of that by itself, and gets the rest here."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            try:
                driver.execute("VACUUM")
            except sqlite3.Error as error:
                raise StorageError(f"the file cannot be compacted: {error}") from error
            return
        connection.execution_options(isolation_level="AUTOCOMMIT", postgresql_readonly=False)
        connection.exec_driver_sql("VACUUM (ANALYZE)")
