"""Ordinary tests as part of an experiment."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.promises.attempt import Tally

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTests:
    """What these test files hold."""

    files: tuple[str, ...]
    reaches: str

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
