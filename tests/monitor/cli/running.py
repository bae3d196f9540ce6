"""Runs the command line as a user does: in a process of its own, in a folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of its output."""
        return self.out.splitlines()


def pactwatch(*arguments: str | Path, folder: Path, given: str = "", **environ: str) -> Ran:
    """Run `pactwatch` with these arguments in that folder, `given` on its standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", *map(str, arguments)],
        cwd=folder,
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environ},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)
