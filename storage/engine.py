"""Engines: one for SQLite, one for PostgreSQL, each set up so that what is committed stays committed."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageError, told_plainly

# One number for all PactWatch processes on one PostgreSQL database: "PACT" in ASCII.
WRITER_LOCK = 0x50414354
EXAMPLES = "sqlite:///data/pactwatch.db or postgresql+psycopg://user@host/name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """The same pool twice: `writer` begins transactions that write, `reader` consistent ones that don't."""

    writer: Engine
    reader: Engine
    description: str
    file: Path | None = None  # of SQLite


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite keeps a WAL database whole that two connections use.

    Versions 3.7.0 to 3.51.2 can corrupt one (the WAL-reset bug, https://sqlite.org/wal.html); fixed in
    3.51.3, and in the back-ports 3.44.6 and 3.50.7.
    """
    back_ports = ((3, 44, 6), (3, 50, 7))
    return version >= (3, 51, 3) or any(version[:2] == fix[:2] and version >= fix for fix in back_ports)


def parse(url: str) -> URL:
    """The parsed URL; StorageError where it names no database that PactWatch can use."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError(f"not a storage URL; write {EXAMPLES}") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database in (None, "", ":memory:") or (parsed.database or "").startswith("file:"):
            raise StorageError("SQLite needs a file: in memory, every thread would see a database of its own")
        return parsed.set(drivername="sqlite")
    if backend == "postgresql":
        if not parsed.database:
            raise StorageError(f"{plainly(parsed)}: the URL names no database; write {EXAMPLES}")
        return parsed.set(drivername="postgresql+psycopg")
    raise StorageError(f"{backend} is not supported; write {EXAMPLES}")


def plainly(url: URL) -> str:
    """The URL without its password."""
    return url.render_as_string(hide_password=True)


def open_engines(url: URL, wait: timedelta, *, read_only: bool = False) -> Engines:
    """Connected engines; `wait` is how long a locked database is waited for. With `read_only` the database
    itself refuses every change, whatever we ask of it."""
    if url.get_backend_name() != "sqlite":
        return _postgresql(url, wait, read_only=read_only)
    return _sqlite_to_read(url, wait) if read_only else _sqlite(url, wait)


def _sqlite_to_read(url: URL, wait: timedelta) -> Engines:
    """A file opened with mode=ro (https://sqlite.org/uri.html): it is not made where it is missing."""
    assert url.database
    path = Path(url.database)
    if not path.is_file():
        raise StorageError(f"{path}: there is no such database")
    uri = f"file:{quote(path.resolve().as_posix())}"
    engine = create_engine(
        url.set(database=uri, query={"mode": "ro", "uri": "true"}),
        connect_args={"timeout": wait.total_seconds()},
        pool_timeout=wait.total_seconds(),
        max_overflow=20,
    )
    _begin_by_ourselves(engine, synchronous="FULL")
    with told_plainly(str(path)), engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    said = f"SQLite {sqlite3.sqlite_version}, {path}, read only"
    return Engines(writer=engine, reader=engine, description=said, file=path)


def _sqlite(url: URL, wait: timedelta) -> Engines:
    assert url.database
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path.parent}: the folder cannot be made: {error.strerror}") from error
    wal = wal_is_safe(sqlite3.sqlite_version_info)
    engine = create_engine(
        url,
        connect_args={"timeout": wait.total_seconds()},
        pool_timeout=wait.total_seconds(),
        max_overflow=20,
    )
    _begin_by_ourselves(engine, synchronous="FULL" if wal else "EXTRA")
    with told_plainly(str(path)), engine.connect() as connection:
        wanted = "wal" if wal else "delete"
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != wanted:
            connection.rollback()
            _set_journal_mode(connection, wanted, path)
    mode = (
        "write-ahead log, synchronous=FULL"
        if wal
        else "rollback journal, synchronous=EXTRA (this version can damage a write-ahead log)"
    )
    return Engines(
        writer=engine.execution_options(begin="BEGIN IMMEDIATE"),
        reader=engine.execution_options(begin="BEGIN"),
        description=f"SQLite {sqlite3.sqlite_version}, {path}, {mode}",
        file=path,
    )


def _begin_by_ourselves(engine: Engine, *, synchronous: str) -> None:
    """The driver begins too late (a SELECT runs outside the transaction, and updates get lost): we say
    BEGIN ourselves, and BEGIN IMMEDIATE for all that writes. See SQLAlchemy's SQLite page,
    "Serializable isolation / Savepoints / Transactional DDL"."""

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA synchronous={synchronous}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _set_journal_mode(connection: Connection, wanted: str, path: Path) -> None:
    """SQLite answers with the mode it is in afterwards; it cannot change inside a transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if driver.in_transaction:
        driver.rollback()
    try:
        got = driver.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: the journal mode cannot be changed: {error}") from error
    if got != wanted:
        raise StorageError(f"{path}: the journal mode stays {got}, {wanted} is needed")


def _postgresql(url: URL, wait: timedelta, *, read_only: bool) -> Engines:
    options = {"options": "-c default_transaction_read_only=on"} if read_only else {}
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=wait.total_seconds(),
        connect_args={"connect_timeout": 10, **options},
    )
    milliseconds = int(wait.total_seconds() * 1000)
    # Given back to the pool, a connection is set to read and write again: so we say it of each transaction.
    writer = engine.execution_options(isolation_level="READ COMMITTED", postgresql_readonly=read_only)

    @event.listens_for(writer, "begin")
    def one_at_a_time(connection: Connection) -> None:
        """Decisions of the register are serial, across machines too."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    with told_plainly(plainly(url)), engine.connect() as connection:
        version = connection.execute(text("SHOW server_version")).scalar()
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writer=writer, reader=reader, description=f"PostgreSQL {version}, {plainly(url)}")
