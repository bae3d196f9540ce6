"""A full disk and a damaged file: told for what they are, nothing half-written, and going on afterwards."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage import Storage, StorageDamagedError, StorageError, StorageFullError, open_storage
from storage.records import Filter
from tests.storage.builders import NOW, a_source, an_article, an_entry, with_sources


def test_a_full_disk_is_told_and_survived(sqlite_storage: Storage) -> None:
    with_sources(sqlite_storage)
    big = [an_entry(str(n), content="x" * 5000) for n in range(500)]

    def limit(pages: int) -> None:
        with sqlite_storage.reading() as r:
            r._connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def fill() -> None:
        with sqlite_storage.writing() as w:
            w.add_entries(big)

    limit(120)
    with pytest.raises(StorageFullError, match="full"):
        fill()
    with sqlite_storage.reading() as r:
        assert r.counts().entries == 0
    assert sqlite_storage.check() == []
    limit(1_000_000)
    fill()
    with sqlite_storage.reading() as r:
        assert r.counts().entries == 500


FILLING = """
import resource, sys
from storage import StorageFullError, open_storage
from tests.storage.builders import NOW, an_entry
storage = open_storage(sys.argv[1])
path = sys.argv[1].removeprefix("sqlite:///")
import os
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path) + int(sys.argv[2]), resource.RLIM_INFINITY))
kept = 0
while kept < 12:
    try:
        with storage.writing() as w:
            w.add_entries([an_entry(f"{kept}-{n}", content="x" * 4000) for n in range(5)])
        kept += 1
    except StorageFullError:
        print(kept, flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""


@pytest.mark.parametrize("room", [0, 3000, 30_000, 150_000])
def test_a_write_that_fails_anywhere_leaves_all_or_nothing(sqlite_url: str, room: int) -> None:
    """The operating system itself refuses to let the file (or its journal) grow."""
    storage = open_storage(sqlite_url)
    with_sources(storage)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", FILLING, sqlite_url, str(room)],
        check=False,
        cwd=root,
        timeout=60,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout, "the limit was never met"
    with storage.reading() as r:
        assert r.counts().entries == 60
    assert storage.check() == []
    storage.close()


def damaged(url: str, at: slice, by: bytes) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    body = bytearray(path.read_bytes())
    body[at] = by
    path.write_bytes(body)


def test_a_damaged_header_is_refused(sqlite_url: str) -> None:
    damaged(sqlite_url, slice(0, 16), b"Not what it was!")
    with pytest.raises(StorageDamagedError):
        open_storage(sqlite_url)


def test_a_truncated_file_is_refused(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.write_bytes(path.read_bytes()[: 4096 * 3])
    with pytest.raises(StorageDamagedError, match="restore a backup"):
        open_storage(sqlite_url)


def test_a_check_finds_damaged_pages(sqlite_url: str) -> None:
    storage = open_storage(sqlite_url)
    with storage.writing() as w:
        w.sync_sources([a_source(f"s{n}") for n in range(300)], NOW)
    storage.close()
    size = Path(sqlite_url.removeprefix("sqlite:///")).stat().st_size
    damaged(sqlite_url, slice(size - 3 * 4096, size), b"\xff" * 3 * 4096)
    storage = open_storage(sqlite_url)
    assert storage.check()
    storage.close()


def test_a_whole_database_has_nothing_to_say(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        w.put_article(an_article(), search_text="word")
    with storage.reading() as r:
        assert len(r.articles(Filter())) == 1
    assert storage.check() == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="folder cannot be made"):
        open_storage(f"sqlite:///{tmp_path}/file/deeper/x.db")


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        open_storage(f"sqlite:///{tmp_path}")
