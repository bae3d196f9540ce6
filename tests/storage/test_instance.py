"""One service at a time on one database (FAULTS.md 52)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage import FencedError, HeldError, Storage, StorageError, open_storage
from storage.instance import HOLDER, newcomer
from tests.storage.builders import NOW, with_sources

ROOT = Path(__file__).parents[2]
HOLDING = """
import sys, time
from storage import HeldError, open_storage
storage = open_storage(sys.argv[1])
try:
    storage.hold()
except HeldError as error:
    print("refused", flush=True)
else:
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDING, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def ended(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_second_one_is_told_who_holds_it(storage: Storage, storage_url: str) -> None:
    storage.hold(NOW)
    second = open_storage(storage_url)
    with pytest.raises(HeldError, match=rf"process {os.getpid()} on \S+, since 2026-03-01T12:00:00"):
        second.hold(NOW)
    storage.close()
    second.hold(NOW)
    second.close()


def test_of_five_at_once_one_starts_and_a_killed_one_holds_nothing(sqlite_url: str) -> None:
    five = [holding(sqlite_url) for _ in range(5)]
    answers = [said(one) for one in five]
    assert sorted(answers) == ["held", *["refused"] * 4]
    for one in five:
        ended(one)
    next_one = holding(sqlite_url)
    assert said(next_one) == "held"
    ended(next_one)


def test_a_holder_who_was_replaced_writes_no_more(storage: Storage, storage_url: str) -> None:
    """On PostgreSQL a session can be lost while its process goes on."""
    storage.hold(NOW)
    with_sources(storage)
    other = open_storage(storage_url)
    with other.writing() as w:
        w.set_meta(HOLDER, newcomer(NOW).to_text())
    with pytest.raises(FencedError, match="taken this database over"):
        with_sources(storage, "another")
    with other.reading() as r:
        assert [source.id for source in r.sources()] == ["harbour-news"]
    other.close()


def test_holding_makes_the_tables(tmp_path: Path) -> None:
    storage = open_storage(f"sqlite:///{tmp_path}/new.db")
    storage.hold(NOW)
    with storage.reading() as r:
        assert r.counts().sources == 0
    storage.close()


def test_commands_that_only_read_or_note_need_no_hold(storage: Storage, storage_url: str) -> None:
    storage.hold(NOW)
    beside = open_storage(storage_url)
    with_sources(beside)
    beside.close()
    with storage.reading() as r:
        assert r.sources()


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path, migrated_file: Path) -> None:
    (tmp_path / "x.db").write_bytes(migrated_file.read_bytes())
    (tmp_path / "x.db.lock").mkdir()
    storage = open_storage(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(StorageError, match=r"x\.db\.lock: cannot be opened"):
        storage.hold(NOW)
    storage.close()
