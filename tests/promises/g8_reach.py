"""G8, the way inside: a running service is led to this machine by everything that a stranger's feed may say.

The outside is a server whose names alone the service may connect to; the inside is one on every spelling of
loopback that nobody may ever reach. Both count.
"""

import asyncio
import re
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from html import escape
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import yaml
from aiohttp import web

from monitor.config import load_config
from monitor.service import Service
from monitor.websub import subscription_of
from spiders import Crawler, Guard
from spiders.items import Outcome
from storage.records import EntryState, Filter
from tests.promises.attempt import Tally
from tests.spiders.test_addresses import FakeLookup

SPELLED: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parents[1] / "spiders" / "guard_urls.toml").read_text(encoding="utf-8")
)
OUTSIDE = ("outside.example", "robots.example", "moved.example")
# What a name answers when it is asked once, and what when it is asked again.
TURNING = {
    "turning.example": [["127.0.0.1"], ["::1"]],
    "turning6.example": [["::1"], ["127.0.0.1"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "cloud.example": [["169.254.169.254"], ["127.0.0.1"]],
    "home.example": [["10.0.0.1", "127.0.0.1", "fd00::1"]],
}
# How a stranger leads on, by name: what stands in the feed, or behind the link in it.
LED = ("direct", "redirect", "twice", "meta", "pdf", "enclosure")
HUBS = 9
PLANTED = "pl4nted-in-a-file"


class Inside:
    """A port on loopback, in both families, that counts who comes."""

    def __init__(self) -> None:
        self.came = 0
        self.port = 0

    async def _take(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
        writer.close()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for host in ("127.0.0.1", "::1"):
                server = await asyncio.start_server(self._take, host, self.port)
                self.port = server.sockets[0].getsockname()[1]
                await stack.enter_async_context(server)
            yield

    async def knock(self) -> None:
        """Come by both doors."""
        for host in ("127.0.0.1", "::1"):
            reader, writer = await asyncio.open_connection(host, self.port)
            await reader.read()
            writer.close()


class Outside:
    """A stranger's web server. Its feeds are quiet until `open`, since a first visit is only recorded."""

    def __init__(self, targets: Sequence[str], file: Path) -> None:
        self.file = file  # of this machine
        self.targets, self.open, self.address = targets, False, ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_get("/feed/{how}", self._feed)
        app.router.add_get("/hub/{number}", self._hub)
        app.router.add_get("/away/{number}", self._away)
        app.router.add_get("/sitemap", self._sitemap)
        app.router.add_get("/entities", self._entities)
        app.router.add_get("/redirect", self._redirect)
        app.router.add_get("/meta", self._meta)
        app.router.add_get("/pdf", self._pdf)
        app.router.add_get("/{path:.*}", self._plain)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.address = f"http://outside.example:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()

    def led(self, how: str, target: str) -> str:
        """The link in the feed."""
        to = f"?to={quote(target, safe='')}"
        if how == "twice":
            return f"{self.address}/redirect?to={quote(self.address + '/redirect' + to, safe='')}"
        return target if how == "direct" else f"{self.address}/{how}{to}"

    async def _robots(self, request: web.Request) -> web.Response:
        if request.host.startswith("robots."):
            raise web.HTTPFound(self.targets[0])
        raise web.HTTPNotFound

    async def _feed(self, request: web.Request) -> web.Response:
        how = request.match_info["how"]
        rows = [
            f"<item><title>Notice {n} of the harbour</title><link>{escape(self.led(how, target))}</link>"
            f"<guid>{how}-{n}</guid>{self._enclosed(how, target)}</item>"
            for n, target in enumerate(self.targets)
        ]
        return _rss("".join(rows) if self.open else "")

    def _enclosed(self, how: str, target: str) -> str:
        if how != "enclosure":
            return ""
        image = escape(f'<img src="{target}"><iframe src="{target}"></iframe>')
        enclosure = f'<enclosure url="{escape(target)}" type="application/pdf" length="9"/>'
        return f"{enclosure}<description>{image}</description>"

    async def _hub(self, request: web.Request) -> web.Response:
        hub = escape(self.targets[int(request.match_info["number"])])
        return _rss(
            "", f'<a:link rel="hub" href="{hub}"/><a:link rel="self" href="{self.address}{request.path}"/>'
        )

    async def _away(self, request: web.Request) -> web.Response:
        target = self.targets[int(request.match_info["number"])]
        return web.Response(status=302, headers={"Location": target})

    async def _sitemap(self, _: web.Request) -> web.Response:
        rows = "".join(f"<sitemap><loc>{escape(target)}</loc></sitemap>" for target in self.targets)
        head = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        return web.Response(text=f"{head}{rows}</sitemapindex>", content_type="application/xml")

    async def _entities(self, _: web.Request) -> web.Response:
        """A feed that wants a file of this machine, and addresses of it, read into itself."""
        outer = "".join(
            f'<!ENTITY e{n} SYSTEM "{escape(one)}">'
            for n, one in enumerate((self.file.as_uri(), *self.targets))
        )
        head = f'<!DOCTYPE rss [{outer}<!ENTITY % p SYSTEM "{escape(self.targets[0])}"> %p;]>'
        uses = "".join(f"&e{n};" for n in range(len(self.targets) + 1))
        include = (
            f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="{self.file.as_uri()}"/>'
        )
        item = f"<item><title>Notice {uses}</title><description>{include}{uses}</description></item>"
        body = f"{head}<rss version='2.0'><channel><title>Office</title>{item}</channel></rss>"
        return web.Response(body=body.encode(), content_type="application/rss+xml")

    async def _redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})

    async def _meta(self, request: web.Request) -> web.Response:
        to = escape(request.query["to"])
        refresh = f'<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{to}">'
        return _page(refresh, "The harbour has moved.")

    async def _pdf(self, request: web.Request) -> web.Response:
        to = escape(request.query["to"] + "text.pdf")
        return _page("", f'<a href="{to}">Text of the agreement (PDF)</a><a href="{to}">PDF</a>')

    async def _plain(self, _: web.Request) -> web.Response:
        return _page("", "Nothing is new in the harbour.")


def _rss(rows: str, links: str = "") -> web.Response:
    head = '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Office</title>'
    body = f"<?xml version='1.0' encoding='utf-8'?>{head}{links}{rows}</channel></rss>"
    return web.Response(body=body.encode(), content_type="application/rss+xml")


def _page(head: str, body: str) -> web.Response:
    text = f"<html><head><title>Harbour</title>{head}</head><body><article>{body}</article></body></html>"
    return web.Response(text=text, content_type="text/html")


def targets(port: int) -> list[str]:
    """Every spelling of loopback, and of names that lead there, with this port."""
    spelled = [re.sub(r"^(\w+:[/\\]*)((?:\[[^]]*\])|[^/\\:?#]+)(?::\d+)?", rf"\g<1>\g<2>:{port}", one)
               for one in SPELLED["loopback"]]  # fmt: skip
    return [*spelled, *(f"http://{name}:{port}/" for name in TURNING)]


async def play(tally: Tally, folder: Path, *, every: int) -> str:
    """A line on what was tried: one in `every` spellings."""
    inside = Inside()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(inside.open())
        all_of_them = targets(inside.port)
        file = folder / "of-this-machine.txt"
        file.write_text(PLANTED, encoding="utf-8")
        outside = Outside([*all_of_them[::every], *all_of_them[-len(TURNING) :]], file)
        await stack.enter_async_context(outside.serving())
        config = folder / "config.yaml"
        config.write_text(yaml.safe_dump(_config(outside)), encoding="utf-8")
        lookup = FakeLookup({name: [["127.0.0.1"]] for name in OUTSIDE} | TURNING)
        crawler = partial(Crawler, guard=Guard(allowed_hosts=frozenset(OUTSIDE)), lookup=lookup)
        with patch("monitor.service.Crawler", crawler):
            service = Service(load_config(config, {}), environ={})
            await service.start(chores=False)
        try:
            await _lead(service, outside, tally)
        finally:
            await service.stop()
        with tally.attempt("nobody came inside"):
            assert inside.came == 0, f"{inside.came} connections"
        with tally.attempt("the inside would have counted"):
            await inside.knock()
            assert inside.came == 2
    return (
        f"{len(outside.targets)} spellings and names of this machine, each in {len(LED)} kinds of links, as "
        "the target of a redirected feed, a hub, a robots.txt, a sitemap and an entity"
    )


def _config(outside: Outside) -> dict[str, object]:
    def source(name: str, url: str, **more: object) -> dict[str, object]:
        return {"id": name, "publisher": name, "tier": "official", "url": url, "interval": "10s",
                "min_delay": "0s"} | more  # fmt: skip

    away = [source(f"away-{n}", f"{outside.address}/away/{n}") for n in range(len(outside.targets))]
    robots = outside.address.replace("outside.", "robots.")
    return {
        "contact": "mailto:desk@example.org",
        "web": {"port": 0},
        "websub": {"callback": "https://pactwatch.example"},
        "channels": {"out": {"kind": "file", "path": "out.jsonl"}},
        "sources": [
            *(source(how, f"{outside.address}/feed/{how}") for how in LED),
            *(
                source(f"hub-{n}", f"{outside.address}/hub/{n}")
                for n in range(min(HUBS, len(outside.targets)))
            ),
            *away,
            source("sitemap", f"{outside.address}/sitemap", kind="sitemap"),
            source("entities", f"{outside.address}/entities"),
            source("robots", f"{robots}/feed/plain"),
        ],
    }


async def _lead(service: Service, outside: Outside, tally: Tally) -> None:
    first = {one.visit.source_id: one.visit for one in await service.poll_now()}
    for number, target in enumerate(outside.targets):
        with tally.attempt(f"a feed that redirects to {target}"):
            assert first[f"away-{number}"].outcome is Outcome.FAILED
    outside.open = True
    for how in LED:
        await service.poll_now([how])
        with (
            tally.attempt(f"all links of {how} were followed as far as they may be"),
            service.storage.reading() as r,
        ):
            mine = r.entries(Filter(source_id=how, limit=1000))
            assert len(mine) >= len(outside.targets) // 3  # several are one address
            assert all(one.attempts or one.state is not EntryState.WAITING for one in mine)
    with (
        tally.attempt("a feed that wants files and addresses of this machine"),
        service.storage.reading() as r,
    ):
        told = [f"{one.title} {one.summary} {one.content}" for one in r.entries(Filter(source_id="entities"))]
        assert PLANTED not in " ".join(told)
        assert "secret" not in " ".join(told)
    assert service.watch.websub is not None
    await service.watch.websub.subscribe()
    with service.storage.reading() as r:
        for number in range(min(HUBS, len(outside.targets))):
            with tally.attempt(f"the hub {outside.targets[number]}"):
                hub = subscription_of(r, f"hub-{number}")
                assert hub is not None
                assert hub.error, "was asked"
