"""Transactions: whole or nothing, one writer at a time, and nothing half-written after kill -9."""

import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import Storage, StorageBusyError, StorageError, open_storage
from storage.records import Filter
from tests.storage.builders import NOW, a_source, a_step, an_article, an_entry, with_sources


def test_what_raises_is_rolled_back_whole(storage: Storage) -> None:
    def half_done() -> None:
        with storage.writing() as w:
            w.sync_sources([a_source()], NOW)
            w.add_step(a_step())
            raise RuntimeError("lights out")

    with pytest.raises(RuntimeError, match="lights out"):
        half_done()
    with storage.reading() as r:
        assert r.sources() == []
        assert r.counts().steps == 0
        assert r.counts().agreements == 0


def add_one(storage: Storage) -> None:
    with storage.writing() as w:
        count = int(w.meta("count") or "0")
        w.set_meta("count", str(count + 1))


def test_no_update_is_lost_between_threads(storage: Storage) -> None:
    def many() -> None:
        for _ in range(25):
            add_one(storage)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.reading() as r:
        assert r.meta("count") == "100"


COUNTING = """
import sys
from storage import open_storage
storage = open_storage(sys.argv[1])
for _ in range(25):
    with storage.writing() as w:
        w.set_meta("count", str(int(w.meta("count") or "0") + 1))
"""


def test_no_update_is_lost_between_processes(storage: Storage, storage_url: str) -> None:
    others = [subprocess.Popen([sys.executable, "-c", COUNTING, storage_url]) for _ in range(3)]
    for _ in range(25):
        add_one(storage)
    assert [other.wait(60) for other in others] == [0, 0, 0]
    with storage.reading() as r:
        assert r.meta("count") == "100"


KILLED = """
import os, sys
from storage import open_storage
from storage.records import Filter
from tests.storage.builders import NOW, a_step, an_article, an_entry, a_source
storage = open_storage(sys.argv[1])
with storage.writing() as w:
    w.sync_sources([a_source("killed")], NOW)
    w.add_entries([an_entry(str(n), "killed") for n in range(2000)])
    w.put_article(an_article(source_id="killed"), search_text="half written")
    w.add_step(a_step())
    if sys.argv[2] == "inside":
        os.kill(os.getpid(), 9)
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize(("where", "entries"), [("inside", 0), ("after", 2000)])
def test_kill_9_leaves_all_or_nothing(storage_url: str, where: str, entries: int) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, storage_url, where], check=False, cwd=root, timeout=60
    )
    assert done.returncode == -9
    storage = open_storage(storage_url)
    with storage.reading() as r:
        counts = r.counts()
        assert (counts.sources, counts.entries, counts.articles, counts.steps) == (
            (1, entries, 1, 1) if entries else (0, 0, 0, 0)
        )
        assert len(r.find("half written")) == (1 if entries else 0)
    with storage.writing() as w:
        w.set_meta("still", "alive")
    storage.close()


def test_a_reader_sees_one_state(storage: Storage) -> None:
    """On the rollback journal the writer's commit waits for the reader; elsewhere it does not. Either way
    the reader sees what was there when it began."""
    with_sources(storage)
    writer = threading.Thread(target=lambda: with_sources(storage, "harbour-news", "second"))
    with storage.reading() as r:
        assert len(r.sources()) == 1
        writer.start()
        writer.join(0.3)
        assert len(r.sources()) == 1
    writer.join()
    with storage.reading() as r:
        assert len(r.sources()) == 2


def test_a_thread_that_would_wait_for_itself_is_told_at_once(storage: Storage) -> None:
    with storage.writing(), pytest.raises(StorageError, match="wait for itself"), storage.writing():
        pass
    with storage.reading(), pytest.raises(StorageError, match="wait for itself"), storage.writing():
        pass
    add_one(storage)


def test_a_reader_may_not_write(storage: Storage) -> None:
    with storage.reading() as r:
        assert not hasattr(r, "set_meta")


def test_a_second_process_that_writes_too_long_is_waited_for_and_told(storage_url: str) -> None:
    first, second = open_storage(storage_url), open_storage(storage_url, patience=timedelta(seconds=0.2))
    with first.writing(), pytest.raises(StorageBusyError), second.writing():
        pass
    add_one(second)
    first.close()
    second.close()


def test_a_naive_time_is_refused(storage: Storage) -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001
    with pytest.raises(StorageError, match="without a zone"), storage.writing() as w:
        w.sync_sources([a_source(due_at=naive)], NOW)


def test_what_feeds_bring_is_kept_whatever_it_is(storage: Storage) -> None:
    with_sources(storage)
    odd = an_entry(
        "k" * 20_000, title="nul \x00 and \ud800 half", canonical_url="https://x.example/" + "y" * 20_000
    )
    with storage.writing() as w:
        (kept,) = w.add_entries([odd])
        assert w.add_entries([odd]) == []
        article, new, _ = w.put_article(
            an_article(title="a\x00b", text="\x00" * 10), search_text="\x00 odd'); --"
        )
        assert new
    with storage.reading() as r:
        (read,) = r.entries(Filter())
        assert read.id == kept.id
        assert read.title == "nul \N{REPLACEMENT CHARACTER} and \N{REPLACEMENT CHARACTER} half"
        assert [a.id for a in r.find("odd")] == [article.id]
