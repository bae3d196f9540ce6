"""System calls, counted, broken and recorded by strace: whether that works here, and one life under it."""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
CALL = re.compile(r"^(\d+) +(\w+)\(")
PATIENCE = 120  # seconds, for one life


@functools.cache
def missing() -> str | None:
    """Why there is no strace to use here; None where it works."""
    if shutil.which("strace") is None:
        return "there is no strace on this machine"
    with tempfile.NamedTemporaryFile() as log:
        command = ["strace", "-o", log.name, "-e", "inject=unlink:error=EIO:when=1", "true"]
        tried = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return None if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[:100]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a life ended: what it had acknowledged, whether it was killed, its exit code and what it said."""

    acknowledged: int
    killed: bool
    code: int
    error: str


class Nursery:
    """Where lives are born (tests.promises.nursery). Enter to start it."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.promises.nursery"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()

    def life(self, given: Mapping[str, Any], arguments: Sequence[str], log: Path) -> Ended:
        """One life of a story, under strace with these arguments, which writes to `log`."""
        assert self._process.stdout
        pid = str(self._ask(json.dumps(given))["pid"])
        tracer = subprocess.Popen(
            ["strace", "-f", "-o", log, "-p", pid, *arguments], stderr=subprocess.PIPE, text=True
        )
        assert tracer.stderr
        attached = tracer.stderr.readline()
        assert "attached" in attached, attached
        ended = self._ask("go")
        tracer.communicate(timeout=PATIENCE)
        return self._how(ended)

    def killed_after(self, given: Mapping[str, Any], seconds: float) -> Ended:
        """One life that is killed so long after it began; without strace."""
        pid = int(self._ask(json.dumps(given))["pid"])
        killer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
        killer.start()
        ended = self._ask("go")
        killer.cancel()
        return self._how(ended)

    def _how(self, ended: Mapping[str, Any]) -> Ended:
        status = int(ended["status"])
        return Ended(
            acknowledged=ended["acknowledged"],
            killed=status & 0x7F == 9,
            code=status >> 8,
            error=ended["error"],
        )

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def counted(log: Path) -> Counter[str]:
    """How often each call was made, by the thread that made it most often: what `when=` counts."""
    by_thread = Counter(
        (found[1], found[2]) for line in log.open(encoding="latin-1") if (found := CALL.match(line))
    )
    most: Counter[str] = Counter()
    for (_, name), number in by_thread.items():
        most[name] = max(most[name], number)
    return most
