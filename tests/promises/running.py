"""`pactwatch run` as a process of its own, its wall clock turned from outside."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from storage import Storage, open_storage

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1 << 20
PAGES = re.compile(r"pages and API: (\S+?)/?\n")


@dataclass
class Running:
    """A service that runs, and what can be done to it."""

    folder: Path
    environ: Mapping[str, str]
    starts_at: datetime
    process: asyncio.subprocess.Process
    began: float = field(default_factory=time.monotonic)
    turned: timedelta = timedelta(0)

    def now(self) -> datetime:
        """What its wall clock shows."""
        return self.starts_at + timedelta(seconds=time.monotonic() - self.began) + self.turned

    def turn(self, by: timedelta, *, asleep: bool = False) -> None:
        """Set its wall clock; `asleep`: the machine was suspended for so long."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{'sleep' if asleep else 'wall'} {by.total_seconds()}\n".encode())
        self.turned += by

    def do(self, what: str, link: str) -> None:
        """Break a link inside it, or mend it (tests.promises.links)."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what} {link}\n".encode())

    def stop_it(self) -> None:
        """Let it do nothing, until `let_go`."""
        self.process.send_signal(signal.SIGSTOP)

    def let_go(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def memory(self) -> float:
        """MiB in memory, of the service and the processes it has begun; what they share counts once."""
        return sum(_in_memory(pid) for pid in _with_children(self.process.pid)) / MEBIBYTE

    def log(self) -> str:
        """All it has said."""
        return (self.folder / "log.txt").read_text(encoding="utf-8")

    async def asked(self, path: str) -> tuple[int, str]:
        """Status and body of its answer at that path of its pages; (0, why) where there is none."""
        found = PAGES.search(self.log())
        if found is None:
            return 0, "no pages"
        limit = aiohttp.ClientTimeout(total=10)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.get(f"{found[1]}{path}") as got,
            ):
                return got.status, await got.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            return 0, str(error)

    def storage(self) -> Storage:
        """Its database, to be read; close it."""
        return open_storage(f"sqlite:///{self.folder}/kept.db")


@asynccontextmanager
async def running(
    folder: Path,
    tree: Mapping[str, Any],
    *,
    environ: Mapping[str, str],
    starts_at: datetime | None = None,
    within: Sequence[str] = (),
    logged: Sequence[str] = ("--verbose",),
) -> AsyncIterator[Running]:
    """The service with that configuration, killed at the end. `starts_at`: what its clock shows, by default
    what it is; `within`: a command that it is the last arguments of; `logged`: what it logs."""
    starts_at = starts_at or datetime.now(UTC)
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({"storage": {"url": "sqlite:///kept.db"}} | dict(tree)), encoding="utf-8")
    given = {**os.environ, **environ, "PYTHONPATH": str(ROOT)}
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *within, sys.executable, "-m", "tests.promises.turned", str(starts_at.timestamp()), "run",
            *logged, "--config", str(path), env=given, cwd=folder,
            stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log,
        )  # fmt: skip
    service = Running(folder=folder, environ=environ, starts_at=starts_at, process=process)
    try:
        yield service
    except AssertionError:
        print(service.log()[-2000:])
        raise
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def until(true: Callable[[], bool | Awaitable[bool]], what: str, seconds: float) -> float:
    """The seconds until it was. AssertionError where it never is."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        is_so = true()
        if is_so if isinstance(is_so, bool) else await is_so:
            return time.monotonic() - began
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {seconds:g} s: {what}")


def longest_gap(times: list[float], since: float, until_: float) -> float:
    """The longest time without any of them, from the last one before `since` on."""
    before = [at for at in times if at < since][-1:]
    all_of_them = [*(before or [since]), *(at for at in times if since <= at <= until_), until_]
    return max(b - a for a, b in pairwise(all_of_them))


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """That moment."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _in_memory(pid: int) -> int:
    """Bytes: its proportional set size, or all that is resident where Linux does not tell that."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        if found := re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE):
            return int(found[1]) * 1024
    with suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _with_children(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for one in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(one.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(one.parent.name))
    found = [pid]
    for known in found:
        found += [child for child in children.get(known, []) if _command(child) != _command(pid)]
    return found


def _command(pid: int) -> bytes:
    """What it runs. A child that has not yet begun its own still has its parent's memory and command."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
