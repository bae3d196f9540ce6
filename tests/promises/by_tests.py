"""Promises whose experiments are ordinary tests: which files, and what they do not reach."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.promises.attempt import Tally

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTests:
    """A promise that is held by these test files."""

    files: tuple[str, ...]
    reaches: str
    not_reached: str

    def prove(self, tally: Tally, *, seed: int, long: bool) -> str:
        """A line on what was tried: each test is one attempt."""
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:randomly", *self.files],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr
        passed = re.search(r"(\d+) passed", last)
        tally.passed += int(passed[1]) if passed else 0
        tally.failed += re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
        if done.returncode and not tally.failed:
            tally.failed.append(last[:200])
        return self.reaches


BY_TESTS: Mapping[str, ByTests] = {
<<<<<<< HEAD
    "G9": ByTests(
        files=("tests/spiders/readers", "tests/spiders/test_feed_history.py"),
        reaches="our own golden feeds, charsets and dates, and agreement with feedparser",
        not_reached="the other readers' own suites, which are not part of this project",
=======
    "G4": ByTests(
        files=(
            "tests/monitor/test_watchdog.py",
            "tests/monitor/test_patrol.py",
            "tests/monitor/test_fallback.py",
        ),
        reaches="the rules by which a silent or failing source is told, over simulated visits",
        not_reached="each hostile server through the running service; a month of false alarms",
    ),
    "G6": ByTests(
        files=(
            "tests/spiders/test_hostile_web.py",
            "tests/spiders/test_decoding.py",
            "tests/spiders/readers/test_hostile.py",
        ),
        reaches="bombs, endless and slow bodies, huge and deep feeds from real servers on loopback",
        not_reached="the memory of the whole service while all of them come at once",
>>>>>>> c35de22 (G9 has a corpus of its own: every format with every fault, every language in every encoding, dates in every spelling, beside three other readers)
    ),
}
