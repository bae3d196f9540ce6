"""Copies that are whole, and put back without a moment without a database."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from storage import HeldError, Storage, StorageError, open_storage, put_back
from storage.records import DeliveryState
from tests.storage.builders import HOUR, NOW, a_source, an_entry, outbox_of, with_sources


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def sources_in(url: str) -> list[str]:
    storage = open_storage(url)
    try:
        with storage.reading() as r:
            return [source.id for source in r.sources()]
    finally:
        storage.close()


def test_a_backup_is_restored(sqlite_url: str, tmp_path: Path) -> None:
    storage = open_storage(sqlite_url)
    with_sources(storage, "first")
    size = storage.back_up(tmp_path / "safe" / "copy.db")
    assert size == (tmp_path / "safe" / "copy.db").stat().st_size
    with storage.writing() as w:
        w.sync_sources([a_source("second")], NOW)
    storage.close()
    _, kept = put_back(tmp_path / "safe" / "copy.db", file_of(sqlite_url), NOW)
    assert sources_in(sqlite_url) == ["first"]
    assert kept is not None
    assert sources_in(f"sqlite:///{kept}") == ["first", "second"]
    assert not list(tmp_path.rglob("*.part")) + list(tmp_path.rglob("*.restoring"))


def test_a_backup_while_others_write_is_one_state(sqlite_url: str, tmp_path: Path) -> None:
    storage = open_storage(sqlite_url)
    with_sources(storage)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with storage.writing() as w:  # always two together
                w.add_entries([an_entry(f"{number}-a"), an_entry(f"{number}-b")])
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            storage.back_up(tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    storage.close()
    for number in range(5):
        copy = open_storage(f"sqlite:///{tmp_path}/{number}.db")
        assert copy.check() == []
        with copy.reading() as r:
            assert r.counts().entries % 2 == 0
        copy.close()


def test_what_is_told_after_a_restore_may_be_a_repeat(sqlite_url: str, tmp_path: Path) -> None:
    storage = open_storage(sqlite_url)
    outbox_of(storage, "pending at the time of the copy")
    storage.back_up(tmp_path / "copy.db")
    storage.close()
    put_back(tmp_path / "copy.db", file_of(sqlite_url), NOW)
    storage = open_storage(sqlite_url)
    outbox_of(storage, "found again", created=NOW + HOUR)
    outbox_of(storage, "days later", created=NOW + 48 * HOUR)
    with storage.reading() as r:
        marked = {d.key: d.interrupted for d in r.deliveries(state=DeliveryState.PENDING)}
    assert marked == {"pending at the time of the copy": True, "found again": True, "days later": False}
    storage.close()


def test_the_same_after_another_tool_restored_it(storage: Storage) -> None:
    outbox_of(storage, "pending at the time of the copy")
    with storage.writing() as w:
        w.mark_restored(NOW - HOUR)
        w.mark_restored(NOW)
    outbox_of(storage, "found again", created=NOW + HOUR)
    with storage.reading() as r:
        assert all(d.interrupted for d in r.deliveries())


def test_a_running_service_is_not_replaced(sqlite_url: str, tmp_path: Path) -> None:
    storage = open_storage(sqlite_url)
    storage.back_up(tmp_path / "copy.db")
    storage.hold(NOW)
    with pytest.raises(HeldError, match="already running"):
        put_back(tmp_path / "copy.db", file_of(sqlite_url), NOW)
    storage.close()


@pytest.mark.parametrize("harm", ["missing", "empty", "text", "cut", "flipped"])
def test_what_is_no_whole_backup_changes_nothing(sqlite_url: str, tmp_path: Path, harm: str) -> None:
    storage = open_storage(sqlite_url)
    with storage.writing() as w:
        w.sync_sources([a_source(f"s{n}") for n in range(100)], NOW)
    copy = tmp_path / "copy.db"
    storage.back_up(copy)
    storage.close()
    body = copy.read_bytes()
    copy.unlink()
    harmed = {
        "empty": b"", "text": b"no database\n" * 500, "cut": body[: len(body) // 2],
        "flipped": body[:-12288] + b"\xff" * 12288,
    }  # fmt: skip
    if harm in harmed:
        copy.write_bytes(harmed[harm])
    before = file_of(sqlite_url).read_bytes()
    with pytest.raises(StorageError, match=r"copy\.db"):
        put_back(copy, file_of(sqlite_url), NOW)
    assert file_of(sqlite_url).read_bytes() == before


def test_a_damaged_database_is_replaced_with_its_journal(sqlite_url: str, tmp_path: Path) -> None:
    storage = open_storage(sqlite_url)
    with_sources(storage, "first")
    storage.back_up(tmp_path / "copy.db")
    storage.close()
    file_of(sqlite_url).write_bytes(b"\xff" * 8192)
    journal = Path(f"{file_of(sqlite_url)}-journal")
    journal.write_bytes(b"left by a crash")
    _, kept = put_back(tmp_path / "copy.db", file_of(sqlite_url), NOW)
    assert sources_in(sqlite_url) == ["first"]
    assert not journal.exists()
    assert kept is not None
    assert kept.read_bytes() == b"\xff" * 8192


def test_the_database_is_no_place_for_its_copy(sqlite_storage: Storage, sqlite_url: str) -> None:
    with pytest.raises(StorageError, match="the database itself"):
        sqlite_storage.back_up(file_of(sqlite_url))


def test_postgresql_has_tools_of_its_own(postgres_url: str, tmp_path: Path) -> None:
    storage = open_storage(postgres_url)
    with pytest.raises(StorageError, match="pg_dump"):
        storage.back_up(tmp_path / "copy.db")
    storage.compact()
    storage.close()


def test_what_a_crash_left_is_finished_before_it_is_set_aside(sqlite_url: str, tmp_path: Path) -> None:
    """Its journal is not needed any more when it is moved away: a restore may be killed right after that.
    (`make promise-G1` kills it there.)"""
    path, copy = file_of(sqlite_url), tmp_path / "copy.db"
    storage = open_storage(sqlite_url)
    with_sources(storage)
    storage.back_up(copy)
    with storage.writing() as w:
        w.add_entries([an_entry(str(n), content="x" * 3000) for n in range(20)])
    storage.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size=1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE entries SET content = content || 'y'")
        left = {p: p.read_bytes() for p in (path, path.with_name(path.name + "-journal"))}
        writer.execute("ROLLBACK")
    for at, content in left.items():
        at.write_bytes(content)
    _, kept = put_back(copy, path, NOW)
    assert kept is not None
    assert not list(tmp_path.glob("*-journal"))
    storage = open_storage(f"sqlite:///{kept}")
    assert storage.check() == []
    with storage.reading() as r:
        assert r.counts().entries == 20
    storage.close()


def test_a_restore_may_be_repeated_at_once(sqlite_url: str, tmp_path: Path) -> None:
    storage = open_storage(sqlite_url)
    storage.back_up(tmp_path / "copy.db")
    storage.close()
    kept = [put_back(tmp_path / "copy.db", file_of(sqlite_url), NOW)[1] for _ in range(3)]
    assert len(set(kept)) == 3


def test_a_copy_that_cannot_even_be_begun_is_told_plainly(sqlite_storage: Storage, tmp_path: Path) -> None:
    """What stands in the way of the copy cannot be removed either."""
    (tmp_path / "copy.db.part").mkdir()
    with pytest.raises(StorageError, match="the copy cannot be made"):
        sqlite_storage.back_up(tmp_path / "copy.db")
