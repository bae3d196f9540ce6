"""Fixtures for every room: an empty, migrated storage on real databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Storage, open_storage
from tests.postgres import Server, start

MIGRATED = "migrated"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of this test process's own, with one database that is migrated once."""
    server = start()
    try:
        server.run(f"CREATE DATABASE {MIGRATED}")
        opened = open_storage(server.url(MIGRATED))
        opened.upgrade()
        opened.close()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    template = open_storage(f"sqlite:///{path}")
    template.upgrade()
    template.close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """The URL of a migrated, empty SQLite database."""
    path = tmp_path / "pactwatch.db"
    path.write_bytes(migrated_file.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database. It is emptied after each test: 400 times quicker
    than a database for each."""
    yield postgres.url(MIGRATED)
    postgres.empty(MIGRATED)


@pytest.fixture(params=["sqlite", "postgresql"])
def storage_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database: once on SQLite, once on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def storage(storage_url: str) -> Iterator[Storage]:
    """A migrated, empty storage: once on SQLite, once on PostgreSQL."""
    opened = open_storage(storage_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_storage(sqlite_url: str) -> Iterator[Storage]:
    """A migrated, empty storage on SQLite, for tests that are not about databases."""
    opened = open_storage(sqlite_url)
    yield opened
    opened.close()
