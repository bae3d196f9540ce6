"""open_storage: the one door to what we keep. Transactions are opened here and nowhere else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from storage import backups, engine, instance, migrations
from storage.articles import ArticleReads, ArticleWrites
from storage.entries import EntryReads, EntryWrites
from storage.errors import SchemaError, StorageBusyError, StorageDamagedError, StorageError, told_plainly
from storage.forms import FormReads
from storage.glimpses import Glimpses
from storage.instance import Claim, FencedError, holder_of
from storage.outbox import OutboxReads, OutboxWrites
from storage.queries import Queries
from storage.rereads import RereadReads, RereadWrites
from storage.retention import RetentionWrites
from storage.sources import SourceReads, SourceWrites
from storage.steps import StepWrites
from storage.times import TimeWrites
from storage.tokens import TokenReads, TokenWrites
from storage.visits import VisitWrites

# How long a locked database is waited for. A backup or an export may hold it for a while.
PATIENCE = timedelta(seconds=30)


class Reader(
    SourceReads, EntryReads, ArticleReads, OutboxReads, FormReads, RereadReads, TokenReads, Queries, Glimpses
):
    """Everything that can be asked, of one unchanging state of the database."""


class Writer(
    Reader,
    RetentionWrites,
    SourceWrites,
    VisitWrites,
    EntryWrites,
    StepWrites,
    ArticleWrites,
    OutboxWrites,
    RereadWrites,
    TimeWrites,
    TokenWrites,
):
    """Everything that can be changed, and asked, in one transaction: all of it is kept or nothing."""


class Storage:
    """What we keep. Thread-safe: any thread opens transactions of its own."""

    def __init__(self, engines: engine.Engines, name: str, patience: timedelta) -> None:
        self._engines = engines
        self._name = name
        self._patience = patience
        self._writer = threading.Lock()
        self._mine = threading.local()
        self._schema_checked = False
        self._claim: Claim | None = None

    @property
    def description(self) -> str:
        """The database, its version and how it keeps what is committed, in one line."""
        return self._engines.description

    def needs_upgrade(self) -> bool:
        """Whether tables are missing or older than this program. SchemaError where they are newer."""
        with told_plainly(self._name), self._engines.reader.connect() as connection:
            current = migrations.current(connection)
        if current is not None and current not in migrations.known():
            raise SchemaError(
                f"{self._name}: written by a newer PactWatch (schema {current}, this one knows "
                f"{migrations.newest()}): install that version, or restore a backup"
            )
        return current != migrations.newest()

    def upgrade(self) -> tuple[str | None, str]:
        """(schema before, schema now). All steps are one transaction, and only one process takes them:
        when two start at once, the second finds the work done."""
        self.needs_upgrade()
        with self._one_writer(), told_plainly(self._name), self._engines.writer.begin() as connection:
            before = migrations.current(connection)
            if before != migrations.newest():
                migrations.bring_up_to_date(connection)
        return before, migrations.newest()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One transaction that may change things, alone among all writers. What raises inside is rolled
        back whole. StorageBusyError when others write for too long."""
        with self._one_writer(), self._transaction(self._engines.writer) as connection:
            writer = Writer(connection)
            self._check_fence(writer)
            yield writer
            writer.finish()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One transaction that sees a single state of the database. Keep it short: on a rollback journal,
        writers wait for it with their commit."""
        self._mine.readers = getattr(self._mine, "readers", 0) + 1
        try:
            with self._transaction(self._engines.reader) as connection:
                yield Reader(connection)
        finally:
            self._mine.readers -= 1

    def check(self) -> list[str]:
        """What is wrong with the database itself, one line each; empty where it is whole. Reads all of a
        SQLite file; PostgreSQL keeps its own checksums."""
        try:
            with self.reading() as reader:
                return reader.damage()
        except StorageDamagedError as error:  # too damaged even to be read through
            return [str(error)]

    def hold(self, now: datetime | None = None) -> None:
        """Makes this process the one service of this database until `close`, and upgrades the tables.
        HeldError where another living one is; from now on, FencedError for every change once another has
        taken it over."""
        holder = instance.newcomer(now or datetime.now(UTC))
        path = self._engines.file
        claim = (
            instance.hold_file(path, holder)
            if path
            else instance.hold_session(self._engines.reader, holder, self._name)
        )
        try:
            self.upgrade()  # by the one who holds it, before anything is written
            with self.writing() as w:
                w.set_meta(instance.HOLDER, holder.to_text())
        except StorageError:
            claim.release()
            raise
        self._claim = claim

    def back_up(self, target: Path) -> int:
        """Writes a whole, checked copy of a SQLite database to `target` while others go on using it; its
        size in bytes. StorageError where it cannot be made, or is not whole: then there is no `target`."""
        with self.reading() as reader:
            return backups.copy_out(reader._connection, self._file("pg_dump"), target)

    def compact(self) -> None:
        """Gives the room of what was removed back to the disk. For a SQLite file that is held."""
        with self._one_writer(), told_plainly(self._name):
            backups.vacuum(self._engines.reader)

    def _file(self, instead: str) -> Path:
        if self._engines.file is None:
            raise StorageError(f"{self._name}: use PostgreSQL's own {instead} here")
        return self._engines.file

    def close(self) -> None:
        """Gives the connections back, and what was held."""
        if self._claim is not None:
            self._claim.release()
            self._claim = None
        self._engines.writer.dispose()

    @contextmanager
    def _transaction(self, which: Engine) -> Iterator[Connection]:
        self._check_schema()
        with told_plainly(self._name), which.begin() as connection:
            yield connection

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Threads queue here rather than in SQLite, which would have each of them sleep and try again."""
        if getattr(self._mine, "writing", False) or getattr(self._mine, "readers", 0):
            raise StorageError("this thread already has a transaction open; it would wait for itself")
        if not self._writer.acquire(timeout=self._patience.total_seconds()):
            raise StorageBusyError(f"{self._name}: another thread is writing for too long")
        self._mine.writing = True
        try:
            yield
        finally:
            self._mine.writing = False
            self._writer.release()

    def _check_fence(self, writer: Writer) -> None:
        if self._claim is None:
            return
        now = holder_of(writer.meta(instance.HOLDER))
        if now is None or now.token != self._claim.holder.token:
            who = f"process {now.pid} on {now.host}" if now else "another process"
            raise FencedError(f"{self._name}: {who} has taken this database over; this one writes no more")

    def _check_schema(self) -> None:
        if self._schema_checked:
            return
        if self.needs_upgrade():
            raise SchemaError(f"{self._name}: the tables are missing or old; run `pactwatch db upgrade`")
        self._schema_checked = True


def open_storage(url: str, *, patience: timedelta = PATIENCE, read_only: bool = False) -> Storage:
    """The storage at sqlite:///path or postgresql+psycopg://…, connected.

    Makes the folder of a SQLite file, but no tables: upgrade() does that. StorageError, with one clear
    line, for a URL that names nothing usable, for what is not a database, is damaged, may not be
    written, is locked for longer than `patience`, or was written by a newer PactWatch. `read_only`: the
    database must be there, and refuses every change.
    """
    parsed = engine.parse(url)
    engines = engine.open_engines(parsed, patience, read_only=read_only)
    storage = Storage(engines, engine.plainly(parsed), patience)
    try:
        storage.needs_upgrade()
    except StorageError:
        storage.close()
        raise
    return storage
