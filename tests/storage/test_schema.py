"""Migrations give what the models say, once, whoever starts; and what is no database is refused."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from storage import (
    SchemaError,
    Storage,
    StorageBusyError,
    StorageDamagedError,
    StorageError,
    migrations,
    open_storage,
)
from storage.engine import wal_is_safe
from storage.migrations.scope import is_ours
from storage.tables import Kept
from tests.postgres import Server


def test_migrations_give_what_the_models_say(storage_url: str) -> None:
    engine = create_engine(storage_url)
    with engine.connect() as connection:
        options = {"include_object": is_ours(engine.dialect.name), "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Kept.metadata) == []
    engine.dispose()


def test_the_revisions_told_by_file_names_are_those_of_alembic() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert migrations.newest() == script.get_current_head()
    assert migrations.known() == {one.revision for one in script.walk_revisions()}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/er/new.db"
    server: Server = request.getfixturevalue("postgres")
    name = f"empty_{abs(hash(str(tmp_path)))}"
    server.run(f"CREATE DATABASE {name}")
    return server.url(name)


def test_an_empty_database_asks_for_an_upgrade_and_says_how(empty_url: str) -> None:
    storage = open_storage(empty_url)
    assert storage.needs_upgrade()
    with pytest.raises(SchemaError, match="pactwatch db upgrade"), storage.reading():
        pass
    before, now = storage.upgrade()
    assert before is None
    assert storage.upgrade() == (now, now)
    assert not storage.needs_upgrade()
    with storage.reading() as r:
        assert r.counts().sources == 0
    storage.close()


def test_two_that_start_at_once_upgrade_once(empty_url: str) -> None:
    befores: list[str | None] = []

    def start() -> None:
        storage = open_storage(empty_url)
        befores.append(storage.upgrade()[0])
        storage.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(befores) == 4
    assert befores.count(None) == 1


def test_a_newer_schema_is_refused(storage_url: str) -> None:
    engine = create_engine(storage_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaError, match=r"newer PactWatch .*9999"):
        open_storage(storage_url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("data/pactwatch.db", "write sqlite:///"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("mysql://user:secret@host/db", "mysql is not supported"),
        ("postgresql://user:secret@host", "names no database"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, says: str) -> None:
    with pytest.raises(StorageError, match=says) as caught:
        open_storage(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        open_storage(f"postgresql://me:secret@/watch?host={tmp_path}")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("Dear diary, this is not a database. " * 200)
    with pytest.raises(StorageDamagedError, match="not a SQLite database"):
        open_storage(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear diary")


def test_a_locked_file_is_waited_for_and_then_refused(sqlite_url: str) -> None:
    storage = open_storage(sqlite_url)
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    impatient = open_storage_soon(sqlite_url)
    holder.execute("COMMIT")
    assert isinstance(impatient, StorageBusyError)
    with storage.writing() as w:
        w.set_meta("a", "b")
    holder.close()
    storage.close()


def open_storage_soon(url: str) -> Exception:
    from datetime import timedelta

    with pytest.raises(StorageBusyError) as caught:
        open_storage(url, patience=timedelta(milliseconds=50))
    return caught.value


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_only_where_it_is_safe(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_the_journal_is_the_safe_one_even_on_a_file_that_had_another(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path)
    safe = wal_is_safe(sqlite3.sqlite_version_info)
    other.execute(f"PRAGMA journal_mode={'delete' if safe else 'wal'}")
    other.close()
    storage = open_storage(sqlite_url)
    with storage.reading() as r:
        pragma = r._connection.exec_driver_sql
        assert pragma("PRAGMA journal_mode").scalar() == ("wal" if safe else "delete")
        assert pragma("PRAGMA synchronous").scalar() == (2 if safe else 3)
        assert pragma("PRAGMA foreign_keys").scalar() == 1
    assert sqlite3.sqlite_version in storage.description
    storage.close()


def test_a_description_shows_no_password(storage: Storage) -> None:
    assert "SQLite" in storage.description or "PostgreSQL" in storage.description


def test_a_migration_killed_half_way_leaves_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/half.db"
    code = (
        "import os, sys; from storage import migrations, open_storage; s = open_storage(sys.argv[1])\n"
        "with s._engines.writer.begin() as c:\n"
        "    migrations.bring_up_to_date(c); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, url], check=False, timeout=60)
    assert done.returncode == -9
    storage = open_storage(url)
    assert storage.needs_upgrade()
    assert storage.upgrade()[0] is None
    storage.close()
