"""Sources on loopback go wrong in each way that sources do; each is told once, with what to do."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from monitor.config import load_config
from monitor.patrol import patrol
from monitor.service import Service
from monitor.watchdog import ADVICE, Expected, _advice
from spiders.items import Failure

WALL = (Path(__file__).parents[1] / "data" / "walls" / "radware.html").read_text(encoding="utf-8")
CAPTCHA, REFUSED, MOVED, REBUILT, SILENT, WELL = "captcha", "refused", "moved", "rebuilt", "silent", "well"
SOURCES = (CAPTCHA, REFUSED, MOVED, REBUILT, SILENT, WELL)
HOUR = timedelta(hours=1)


@dataclass
class Web:
    """Six sources, well until `break_down`; the well one and the silent one go on answering."""

    broken: bool = False
    address: str = ""
    asked: list[str] = field(default_factory=list)

    async def feed(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        if self.broken and name == CAPTCHA:
            return web.Response(text=WALL, content_type="text/html")
        if self.broken and name == REFUSED:
            return web.Response(status=403, text="Forbidden")
        if self.broken and name == MOVED:
            raise web.HTTPMovedPermanently(f"/new/{name}")
        if name == REBUILT:
            box = "card" if self.broken else "news"
            text = (
                f"<html><body><div class='{box}'><a href='/1'>A notice of the harbour</a></div></body></html>"
            )
            return web.Response(text=text, content_type="text/html")
        return self._rss(name)

    async def moved(self, request: web.Request) -> web.Response:
        return self._rss(request.match_info["name"])

    def _rss(self, name: str) -> web.Response:
        at = format_datetime(datetime.now(UTC))
        more = len(self.asked) if name == WELL else 0  # the well one has something new each time
        items = "".join(
            f"<item><title>Notice {n} of the harbour</title><link>{self.address}/{name}/{n}</link>"
            f"<pubDate>{at}</pubDate></item>"
            for n in range(more, more + 3)
        )
        text = f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml")


@asynccontextmanager
async def served(site: Web) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/{name}", site.feed)
    app.router.add_get("/new/{name}", site.moved)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield
    await runner.cleanup()


def config_text(site: Web) -> str:
    entries = [
        f"  - {{id: {name}, publisher: Office {name}, tier: press, url: '{site.address}/{name}', "
        f"allow_private: true, interval: 10m, min_delay: 0s, expect: {{silence: 8h}}"
        + (", kind: listing, selectors: {item: div.news, link: a}" if name == REBUILT else "")
        + "}"
        for name in SOURCES
    ]
    return "\n".join(
        [
            "web: {enabled: false}",
            "channels: {desk: {kind: file, path: told.jsonl}}",
            "operator: {channels: [desk]}",
            "sources:",
            *entries,
        ]
    )


async def told(service: Service, *, now: datetime) -> list[str]:
    """What the operator is told in a round of the watchdog."""
    expected = {s.id: Expected(silence=s.expect.silence) for s in service.config.polled}
    with service.storage.reading() as r:
        before = {one.id for one in r.deliveries()}
    await asyncio.to_thread(patrol, service.storage, expected, service._operator, now=now)
    await service.delivery.drain()
    with service.storage.reading() as r:
        mine = [one for one in r.deliveries() if one.id not in before]
        notes = {alert.id: alert.note for alert in r.alerts()}
    return [notes[one.alert_id] for one in mine]


def play(folder: Path) -> list[list[str]]:
    """What was told: while all was well; when things broke; an hour, nine and twenty hours later."""

    async def run() -> list[list[str]]:
        site, found = Web(), list[list[str]]()
        async with served(site):
            path = folder / "config.yaml"
            path.write_text(config_text(site), encoding="utf-8")
            service = Service(load_config(path, {}), environ={})
            await service.start(chores=False)
            try:
                await service.poll_now()
                found.append(await told(service, now=datetime.now(UTC)))
                site.broken = True
                for _ in range(3):
                    await service.poll_now()
                found.append(await told(service, now=datetime.now(UTC)))
                found.append(await told(service, now=datetime.now(UTC) + HOUR))
                await service.poll_now([WELL])
                found.append(await told(service, now=datetime.now(UTC) + 9 * HOUR))
                found.append(await told(service, now=datetime.now(UTC) + 20 * HOUR))
            finally:
                await service.stop()
        return found

    return asyncio.run(run())


def about(notes: Sequence[str], name: str) -> str:
    (note,) = [one for one in notes if f"({name})" in one]
    return note


def test_each_trouble_is_told_once_with_what_to_do(tmp_path: Path) -> None:
    before, at_once, soon, later, in_the_end = play(tmp_path)
    assert before == []
    assert {name for name in SOURCES for one in at_once if f"({name})" in one} == {
        CAPTCHA, REFUSED, MOVED, REBUILT,
    }  # fmt: skip
    assert len(at_once) == 4
    assert "blocked" in about(at_once, CAPTCHA)
    assert "403" in about(at_once, REFUSED)
    for name in (CAPTCHA, REFUSED):
        assert "add a `fallback`" in about(at_once, name)
        assert "Asked again after" in about(at_once, name)
    assert "put the new address into its `url`" in about(at_once, MOVED)
    assert "/new/moved" in about(at_once, MOVED)
    assert "'div.news' finds nothing" in about(at_once, REBUILT)
    assert "mend them" in about(at_once, REBUILT)
    assert soon == [], "each is told once"
    written = [
        json.loads(line) for line in (tmp_path / "told.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(written) == 4
    assert any("mend them" in json.dumps(one) for one in written)
    assert "nothing new since" in about(later, SILENT)
    assert "Look whether the page still moves" in about(later, SILENT)
    assert all(f"({WELL})" not in note for notes in (at_once, soon) for note in notes)
    assert not any(f"({name})" in one for one in later + in_the_end for name in (CAPTCHA, REFUSED, REBUILT))
    assert not any(f"({SILENT})" in one for one in in_the_end)


@pytest.mark.parametrize("failure", sorted(set(Failure) - {Failure.OFFLINE}))
@pytest.mark.parametrize("kind", ["feed", "listing", "json"])
def test_every_failure_has_an_advice_of_its_own(failure: Failure, kind: str) -> None:
    assert failure in ADVICE
    said = _advice(failure, kind)
    assert any(
        word in said
        for word in ("ook", "ask", "add", "tell", "Tell", "put", "raise", "Use", "probe", "mend", "report")
    ), said
