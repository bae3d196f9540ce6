"""Offices on loopback whose feeds the service polls, and those whom it tells; when each was asked is kept."""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

SIGNED = (
    "The President of {one} and the Prime Minister of {other} signed a new bilateral security agreement in "
    "the capital of {other} today. The agreement between {one} and {other} is valid for ten years."
)
Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What an office has published."""

    title: str
    text: str
    published: datetime


@dataclass
class Offices:
    """The offices by name, and whoever is told. `odd` answers in the place of an office's feed."""

    items: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    odd: dict[str, Answers] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)  # channels that answer 503
    asked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # monotonic, by office
    tried: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # by channel
    told: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    beats: list[float] = field(default_factory=list)
    url: str = ""

    def publish(self, name: str, one: str, other: str, *, at: datetime) -> None:
        """A signing, as news of this office."""
        title = f"{one} and {other} signed a new bilateral security agreement"
        self.items[name].append(Item(title=title, text=SIGNED.format(one=one, other=other), published=at))

    def source(self, name: str, *, interval: str, **more: object) -> dict[str, object]:
        """The office as config.yaml writes it."""
        return {
            "id": name, "publisher": f"Office {name}", "country": "UA", "tier": "official", "language": "en",
            "kind": "feed", "url": f"{self.url}/{name}/feed", "interval": interval, "allow_private": True,
            "min_delay": "0s",
        } | more  # fmt: skip

    def pairs_told(self, channel: str) -> list[str]:
        """The pairs of each step that a channel was told of, in the order of telling."""
        steps = [s for hook in self.told[channel] for s in _steps_in(hook)]
        return ["-".join(step["parties"]) for step in steps]

    # -- what they answer ------------------------------------------------------------------------------

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """The feed of one."""
        name = request.match_info["name"]
        self.asked[name].append(time.monotonic())
        if name in self.odd:
            return await self.odd[name](request)
        listed = [
            {
                "id": f"{name}-{number}", "url": f"{self.url}/{name}/{number}", "title": item.title,
                "content_text": item.text, "date_published": item.published.isoformat(),
            }
            for number, item in enumerate(self.items[name])
        ]  # fmt: skip
        head = {"version": "https://jsonfeed.org/version/1.1", "title": name, "items": listed}
        return web.json_response(head, content_type="application/feed+json")

    async def page(self, request: web.Request) -> web.StreamResponse:
        """One item's own page."""
        item = self.items[request.match_info["name"]][int(request.match_info["number"])]
        body = f"<h1>{item.title}</h1><article><p>{item.text}</p></article>"
        return web.Response(text=f"<html><body>{body}</body></html>", content_type="text/html")

    async def hook(self, request: web.Request) -> web.StreamResponse:
        """A channel that is told, or away."""
        name = request.match_info["channel"]
        self.tried[name].append(time.monotonic())
        if name in self.away:
            return web.Response(status=503)
        self.told[name].append(await request.json())
        return web.Response(status=204)

    async def beat(self, _request: web.Request) -> web.StreamResponse:
        """The watcher of the heartbeat."""
        if "watcher" in self.away:
            return web.Response(status=503)
        self.beats.append(time.monotonic())
        return web.Response(text="OK")


def _steps_in(hook: Any) -> Sequence[Any]:
    return [s for s in (hook.get("step"), *(one.get("step") for one in hook.get("steps", ()))) if s]


@asynccontextmanager
async def opened() -> AsyncIterator[Offices]:
    """Offices that answer until the end."""
    offices, app = Offices(), web.Application()
    app.router.add_get("/{name}/feed", offices.feed)
    app.router.add_get("/{name}/{number:[0-9]+}", offices.page)
    app.router.add_post("/hook/{channel}", offices.hook)
    app.router.add_get("/beat", offices.beat)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    offices.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield offices
    finally:
        await runner.cleanup()
