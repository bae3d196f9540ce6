"""G4: no source falls silent unnoticed, and none cries wolf. Every bad habit of a server and every drift of a
source is told to the operator within three polls, once, with what to do, and so is its end; and a month of
normal traffic raises at most one false alarm a source (tests.promises.month).

The service is the object that `pactwatch run` starts, over a database on disk; its sources are servers on
loopback that are well at first, then break, then are well again. Its polls, its watchdog's rounds and its
deliveries are called one after another, rather than when their time has come.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import yaml

from monitor.config import load_config
from monitor.service import Service
from tests.promises.attempt import Tally
from tests.promises.bombs import items
from tests.promises.month import month
from tests.spiders.hostile import BEHAVIOURS, Asked, Behaviour, HostileWeb, answer, hostile_web
from tests.spiders.test_hostile_web import FAILURES

POLLS = 3  # within so many it is told
ON = 5  # so many polls it stays broken: it is told no second time
WELL = ("well-1", "well-2")
WALL = (Path(__file__).parents[1] / "data" / "walls" / "radware.html").read_bytes()
HTML = "Content-Type: text/html"
FEW = items(1)
CUT = items(30)[:-2000] + b"<item><title"
# What becomes of a feed or a page over the years.
DRIFTS: dict[str, Behaviour] = {
    "a wall for robots": answer("200 OK", WALL, HTML),
    "a list without entries": answer("200 OK", items(0)),
    "a list that became short": answer("200 OK", FEW),
    "moved for good": answer("301 Moved Permanently", b"", "Location: /moved-here"),
    "redirected to the front page": answer("302 Found", b"", "Location: /front"),
    "another document": answer("200 OK", b"%PDF-1.4 nothing", "Content-Type: application/pdf"),
    "a listing built anew": answer(
        "200 OK", b"<html><div class=card><a href=/1>A notice</a></div></html>", HTML
    ),
}
QUICK = 12


class Site:
    """A source's server: well, broken, well again."""

    def __init__(self, behaviour: Behaviour, *, listing: bool) -> None:
        """`behaviour` is what it does while it is broken."""
        self.broken, self._behaviour, self._listing, self._number = False, behaviour, listing, 0

    async def __call__(self, writer: asyncio.StreamWriter, asked: Asked) -> None:
        """Answer."""
        if self.broken:
            await self._behaviour(writer, asked)
            return
        self._number += 1  # there is always something new
        well = self._list() if self._listing else items(20 + self._number)
        await answer("200 OK", well, HTML if self._listing else "Content-Type: application/rss+xml")(
            writer, asked
        )

    def _list(self) -> bytes:
        rows = b"".join(b"<div class=news><a href=/%d>Notice %d of the harbour</a></div>" % (n, n)
                        for n in range(20 + self._number))  # fmt: skip
        return b"<html><body>" + rows + b"</body></html>"


class Round:
    """A service with its sources, and what the operator was told."""

    def __init__(self, service: Service) -> None:
        self.service, self._seen = service, set[int]()

    async def told(self) -> list[str]:
        """What the operator is told after one more poll of each source."""
        await self.service.poll_now()
        await self.service._patrol()
        await self.service.delivery.drain()
        with self.service.storage.reading() as r:
            notes = [a for a in r.alerts(limit=10_000) if a.kind == "operator" and a.id not in self._seen]
        self._seen |= {a.id for a in notes if a.id is not None}
        return [a.note for a in notes]


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    chance = random.Random(seed)
    modes = {**{name: BEHAVIOURS[name] for name in FAILURES}, **DRIFTS}
    names = sorted(modes) if long else sorted(chance.sample(sorted(modes), QUICK))
    asyncio.run(_play(tally, names, {name: modes[name] for name in names}))
    alarms = month(tally, chance, long=long)
    return f"{len(names)} ways in which a source goes wrong, each told within {POLLS} polls, once; {alarms}"


async def _play(tally: Tally, names: Sequence[str], modes: dict[str, Behaviour]) -> None:
    sites = {f"mode-{n}": Site(modes[name], listing="listing" in name) for n, name in enumerate(names)}
    good = {name: Site(answer("200 OK"), listing=False) for name in WELL}
    paths: dict[str, Behaviour] = {**sites, **good, "moved-here": answer("200 OK", items(30))}
    paths["front"] = answer("200 OK", b"<html><body>The front page</body></html>", HTML)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        web = await stack.enter_async_context(hostile_web(paths, host="0.0.0.0"))
        path = folder / "config.yaml"
        path.write_text(yaml.safe_dump(_config(web, names)), encoding="utf-8")
        service = Service(load_config(path, {}), environ={})
        await service.start(chores=False)
        stack.push_async_callback(service.stop)
        await _broken_and_mended(tally, names, list(sites.values()), Round(service))


async def _broken_and_mended(tally: Tally, names: Sequence[str], sites: Sequence[Site], watch: Round) -> None:
    with tally.attempt("nothing is told while all is well"):
        told = [note for _ in range(2) for note in await watch.told()]
        assert not told, told[0]
    for site in sites:
        site.broken = True
    rounds = [await watch.told() for _ in range(ON)]
    for site in sites:
        site.broken = False
    after = [note for _ in range(2) for note in await watch.told()]
    for number, name in enumerate(names):
        mine = [[note for note in notes if f"(mode-{number})" in note] for notes in rounds]
        with tally.attempt(f"{name}: told within {POLLS} polls"):
            early = [note for notes in mine[:POLLS] for note in notes]
            assert early, "never told" if not any(mine) else "told too late"
            assert all(note.count("\n") >= 2 for note in early), "without what to do"
        with tally.attempt(f"{name}: told once"):
            assert sum(map(len, mine)) == 1, f"told {sum(map(len, mine))} times"
        with tally.attempt(f"{name}: its end is told once"):
            over = [note for note in after if f"(mode-{number})" in note]
            assert Counter(note.startswith("Well again") for note in over) == {True: 1}, over
    with tally.attempt("of those that are well nothing is told"):
        about = [note for notes in (*rounds, after) for note in notes if any(f"({w})" in note for w in WELL)]
        assert not about, about[0]


def _config(web: HostileWeb, names: Sequence[str]) -> dict[str, object]:
    def source(name: str, number: int, mode: str = "") -> dict[str, object]:
        more: dict[str, object] = {}
        if "listing" in mode:
            more = {"kind": "listing", "selectors": {"item": "div.news", "link": "a"}}
        if "short" in mode:
            more = {"expect": {"entries": 5}}
        return {
            "id": name, "publisher": f"Office {name}", "country": "UA", "tier": "press", "kind": "feed",
            "url": web.url(name, f"127.0.2.{number + 1}"), "allow_private": True, "min_delay": "0s",
            "timeout": "1s", "interval": "10m", **more,
        }  # fmt: skip

    sources = [source(f"mode-{n}", n, mode) for n, mode in enumerate(names)]
    return {
        "web": {"enabled": False},
        "channels": {"desk": {"kind": "file", "path": "told.jsonl"}},
        "operator": {"channels": ["desk"]},
        "sources": [*sources, *(source(name, 200 + n) for n, name in enumerate(WELL))],
    }
