"""G5: each link of the chain from a source to a reader is broken in a running service. Within two intervals
the heartbeat stops and /readyz turns red with the reason; mended, both come back by themselves.

Each link has a service of its own as a process. A full disk is a small one of its own (a tmpfs in a mount
namespace); where that may not be made, the link is left out and the run says so.
"""

import asyncio
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.promises.attempt import Tally
from tests.promises.links import INSIDE
from tests.promises.offices import Offices, opened
from tests.promises.running import Running, running, until

SLACK = 3.0  # a tick, and an answer on a machine that has other things to do
AGAIN = 45.0  # a source that failed meanwhile may be left alone for some time
OFFICES = ("harbour", "river")
ON_SMALL_DISK = ("unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=8m none "$0" && exec "$@"')
REASONS: Mapping[str, str] = {
    "fetcher": "no source was read well",
    "parser": "no source was read well",
    "scheduler": "",
    "store": "no source was read well",
    "database locked": "",
    "disk full": "no source was read well",
    "detection": "articles cannot be judged",
    "outbox": "alerts wait",
    "channel": "alerts wait",
    "heartbeat sender": "the heartbeat is not taken",
}
# After a bug in the middle of a visit its source is claimed for three minutes, and an article waits one.
SLOW = {"store": 190.0, "detection": 70.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the heart beats, and how long a link may be still, in seconds."""

    every: float
    patience: float

    @property
    def two(self) -> float:
        """Two intervals."""
        return 2 * self.every


QUICK, LONG = Pace(every=3.0, patience=3.0), Pace(every=4.0, patience=5.0)


@dataclass(kw_only=True)
class House:
    """A service with what it watches and whom it tells."""

    offices: Offices
    service: Running
    folder: Path
    lock: sqlite3.Connection | None = None

    @property
    def filler(self) -> Path:
        """What fills its disk, as seen from outside its namespace."""
        return Path(f"/proc/{self.service.process.pid}/root{self.folder}/filler")

    def break_it(self, link: str) -> None:
        """The link does not work from now on; news comes all the same."""
        if link in INSIDE:
            self.service.do("break", link)
        elif link == "fetcher":
            self.offices.odd = dict.fromkeys(OFFICES, _hang_up)
        elif link == "parser":
            self.offices.odd = dict.fromkeys(OFFICES, _nonsense)
        elif link == "database locked":
            self.lock = sqlite3.connect(self.folder / "kept.db", isolation_level=None)
            self.lock.execute("BEGIN EXCLUSIVE")
        elif link == "disk full":
            with suppress(OSError), self.filler.open("wb", buffering=0) as filler:
                while True:
                    filler.write(b"\0" * 4096)
        else:
            self.offices.away = {"desk", "other"} if link == "channel" else {"watcher"}

    def mend(self, link: str) -> None:
        """It works again."""
        if link in INSIDE:
            self.service.do("mend", link)
        elif self.lock is not None:
            self.lock.close()
        elif link == "disk full":
            self.filler.unlink()
        self.offices.odd, self.offices.away = {}, set()

    async def is_green(self) -> bool:
        """Whether it says that it is ready."""
        return (await self.service.asked("/readyz"))[0] == 200


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    pace = LONG if long else QUICK
    links = [link for link in REASONS if link != "disk full" or _has_small_disks()]
    left_out = len(REASONS) - len(links)
    if not long:
        quick = [link for link in links if link not in SLOW]
        links = random.Random(seed).sample(quick, 3)
    red = [at for at in asyncio.run(_all(tally, links, pace, at_once=3)) if at is not None]
    return (
        f"{len(links)} links broken and mended in running services ({', '.join(links)}); beats every "
        f"{pace.every:g} s, patience {pace.patience:g} s: red after {max(red, default=0):.1f} s at most"
        + ("; disk full left out, for want of a small disk" if left_out else "")
    )


async def _all(tally: Tally, links: list[str], pace: Pace, *, at_once: int) -> list[float | None]:
    places = asyncio.Semaphore(at_once)

    async def one(link: str) -> float | None:
        async with places:
            with tally.attempt(f"{link}: the service runs"):
                return await _one(tally, link, pace)
        return None

    return await asyncio.gather(*(one(link) for link in links))


async def _one(tally: Tally, link: str, pace: Pace) -> float | None:
    """The seconds after which it was red."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        offices = await stack.enter_async_context(opened())
        within = (*ON_SMALL_DISK, str(folder / "disk")) if link == "disk full" else ()
        (folder / "disk").mkdir()
        tree = _config(offices, folder / "disk", pace)
        service = await stack.enter_async_context(
            running(folder, tree, environ=_environ(offices), within=within)
        )
        house = House(offices=offices, service=service, folder=folder / "disk")
        await until(house.is_green, "ready at first", 40)
        await until(lambda: bool(offices.beats), "a beat at first", 40)
        offices.publish(OFFICES[0], "Norway", "Peru", at=service.now())
        await until(lambda: bool(offices.told["desk"]), "a first alert", 20)
        return await _broken(tally, link, house, pace)


async def _broken(tally: Tally, link: str, house: House, pace: Pace) -> float | None:
    offices, red = house.offices, None
    house.break_it(link)
    began = time.monotonic()
    offices.publish(OFFICES[1], "Kenya", "Chile", at=house.service.now())
    with tally.attempt(f"{link}: red within two intervals"):
        red = await until(lambda: _is_red(house.service, link), f"red for {link}", pace.two + SLACK)
    await asyncio.sleep(max(0.0, began + pace.two + pace.every + SLACK / 2 - time.monotonic()))
    with tally.attempt(f"{link}: the heart has stopped within two intervals"):
        late = [at - began for at in offices.beats if at > began + pace.two + SLACK / 2]
        assert not late, f"it beat {late[0]:.1f} s after"
    house.mend(link)
    mended = time.monotonic()
    again = SLOW.get(link, AGAIN)
    with tally.attempt(f"{link}: mended, it is green again by itself"):
        if link == "detection":  # what could not be judged waits a minute; what comes now is judged at once
            offices.publish(OFFICES[0], "Gabon", "Nepal", at=house.service.now())
        await until(house.is_green, "green again", again)
        await until(lambda: offices.beats[-1] > mended, "a beat again", again)
    with tally.attempt(f"{link}: what was announced meanwhile is told, once"):
        await until(lambda: offices.pairs_told("desk").count("CL-KE") >= 1, "told", again)
        assert offices.pairs_told("desk").count("CL-KE") == 1
    return red


async def _is_red(service: Running, link: str) -> bool:
    status, body = await service.asked("/readyz")
    return status in (0, 503) and (not REASONS[link] or REASONS[link] in body)


async def _hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _nonsense(_request: web.Request) -> web.StreamResponse:
    return web.Response(text='{"version": "https://jsonfeed.org/version/1.1", "items": [{"id"')


def _has_small_disks() -> bool:
    if shutil.which("unshare") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run([*ON_SMALL_DISK, folder, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def _config(offices: Offices, disk: Path, pace: Pace) -> Mapping[str, Any]:
    return {
        "contact": "mailto:desk@example.org",
        "storage": {"url": f"sqlite:///{disk}/kept.db"},
        "web": {"port": 0},
        "watch": {"parties": "all", "group_wait": "0s"},
        "sources": [offices.source(name, interval="1s") for name in OFFICES],
        "channels": {"desk": {"kind": "webhook", "url_env": "DESK", "secret_env": "KEY"}},
        "routes": [{"name": "all", "channels": ["desk"]}],
        "delivery": {"first_retry": "1s", "longest_retry": "2s"},
        "operator": {
            "heartbeat": {"url_env": "BEAT", "every": f"{pace.every:g}s", "patience": f"{pace.patience:g}s"}
        },
    }


def _environ(offices: Offices) -> Mapping[str, str]:
    return {"DESK": f"{offices.url}/hook/desk", "KEY": "loopback", "BEAT": f"{offices.url}/beat"}
