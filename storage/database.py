"""open_storage: the one door to what we keep. Transactions are opened here and nowhere else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine

from storage import engine, migrations
from storage.articles import ArticleReads, ArticleWrites
from storage.entries import EntryReads, EntryWrites
from storage.errors import SchemaError, StorageBusyError, StorageDamagedError, StorageError, told_plainly
from storage.forms import FormReads
from storage.glimpses import Glimpses
from storage.outbox import OutboxReads, OutboxWrites
from storage.queries import Queries
from storage.rereads import RereadReads, RereadWrites
from storage.sources import SourceReads, SourceWrites
from storage.steps import StepWrites
from storage.tokens import TokenReads, TokenWrites

# How long a locked database is waited for. A backup or an export may hold it for a while.
PATIENCE = timedelta(seconds=30)


class Reader(
    SourceReads, EntryReads, ArticleReads, OutboxReads, FormReads, RereadReads, TokenReads, Queries, Glimpses
):
    """Everything that can be asked, of one unchanging state of the database."""


class Writer(
    Reader, SourceWrites, EntryWrites, ArticleWrites, StepWrites, OutboxWrites, RereadWrites, TokenWrites
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

    def close(self) -> None:
        """Gives the connections back."""
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

    def _check_schema(self) -> None:
        if self._schema_checked:
            return
        if self.needs_upgrade():
            raise SchemaError(f"{self._name}: the tables are missing or old; run `pactwatch db upgrade`")
        self._schema_checked = True


def open_storage(url: str, *, patience: timedelta = PATIENCE) -> Storage:
    """The storage at sqlite:///path or postgresql+psycopg://…, connected.

    Makes the folder of a SQLite file, but no tables: upgrade() does that. StorageError, with one clear
    line, for a URL that names nothing usable, for what is not a database, is damaged, may not be
    written, is locked for longer than `patience`, or was written by a newer PactWatch.
    """
    parsed = engine.parse(url)
    storage = Storage(engine.open_engines(parsed, patience), engine.plainly(parsed), patience)
    try:
        storage.needs_upgrade()
    except StorageError:
        storage.close()
        raise
    return storage
