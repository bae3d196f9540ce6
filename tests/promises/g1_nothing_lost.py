"""G1: what was acknowledged is there after kill -9, and the database and every finished backup are whole.

A process commits and says so after each commit, and backs up now and then; it is killed at a moment of
chance, and the next one goes on with the same file.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storage import open_storage
from storage.records import Filter
from tests.promises.attempt import Tally

ROOT = Path(__file__).parents[2]
WRITING = """
import sys
from pathlib import Path
from storage import open_storage
from tests.storage.builders import an_article, an_entry, with_sources
url, first, copy = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
storage = open_storage(url)
storage.hold()
with_sources(storage)
for number in range(first, first + 100_000):
    with storage.writing() as w:
        w.add_entries([an_entry(f"{number}-{n}", content="x" * 3000) for n in range(4)])
        w.put_article(an_article(str(number)), search_text="harbour bridge")
    print(number, flush=True)
    if number % 7 == 6:
        storage.back_up(copy)
"""


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    chance, lives = random.Random(seed), 60 if long else 3
    with tempfile.TemporaryDirectory() as folder:
        url, copy = f"sqlite:///{folder}/kept.db", Path(folder) / "copy.db"
        acknowledged, copies = -1, 0
        for life in range(lives):
            acknowledged = max(acknowledged, _one_life(url, acknowledged + 1, copy, chance))
            with tally.attempt(f"life {life}: acknowledged and whole"):
                _all_there(url, acknowledged)
            if copy.exists():
                copies += 1
                with tally.attempt(f"life {life}: the backup is whole"):
                    _all_there(f"sqlite:///{copy}", -1)
    return f"killed {lives} times with SIGKILL at moments of chance; {acknowledged + 1} commits acknowledged"


def _one_life(url: str, first: int, copy: Path, chance: random.Random) -> int:
    """The last number that was acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITING, url, str(first), str(copy)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout
    said = process.stdout.readline()
    time.sleep(chance.uniform(0.0, 0.8))
    process.kill()
    rest = process.stdout.read()
    process.wait()
    lines = [line for line in (said + rest).splitlines(keepends=True) if line.endswith("\n")]
    return max((int(line) for line in lines), default=-1)


def _all_there(url: str, last: int) -> None:
    storage = open_storage(url)
    try:
        damage = storage.check()
        assert not damage, damage[0]
        with storage.reading() as r:
            keys = {e.key for e in r.entries(Filter(limit=1_000_000))}
    finally:
        storage.close()
    missing = [n for n in range(last + 1) if {f"{n}-{i}" for i in range(4)} - keys]
    assert not missing, f"{len(missing)} acknowledged commits are gone"
    torn = [k for k in keys if not {f"{k.split('-')[0]}-{i}" for i in range(4)} <= keys]
    assert not torn, "half a commit was kept"
