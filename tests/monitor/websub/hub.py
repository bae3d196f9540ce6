"""A hub on loopback: it takes subscriptions, verifies them by calling back, and pushes with a signature."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
from aiohttp import web


@dataclass
class Hub:
    """What was asked of it, and how it answers."""

    address: str = ""
    status: int = 202
    lease: int = 3600
    asked: list[Mapping[str, str]] = field(default_factory=list)
    verified: list[bool] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def subscribe(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        if self.status < 300:
            task = asyncio.create_task(self._verify(form))
            self._tasks.add(task)
        return web.Response(status=self.status)

    async def _verify(self, form: Mapping[str, str]) -> None:
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "a-challenge",
            "hub.lease_seconds": str(self.lease),
        }
        address = f"{form['hub.callback']}?{urlencode(query)}"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            self.verified.append(answer.status == 200 and await answer.text() == "a-challenge")

    async def push(self, body: bytes, *, secret: str | None = None) -> int:
        """The status with which our callback answers a push to the last subscriber."""
        form = self.asked[-1]
        key = (secret or form["hub.secret"]).encode()
        headers = {
            "Link": f'<{form["hub.topic"]}>; rel="self"',
            "X-Hub-Signature": f"sha256={hmac.new(key, body, 'sha256').hexdigest()}",
        }
        callback = form["hub.callback"]
        async with (
            aiohttp.ClientSession() as session,
            session.post(callback, data=body, headers=headers) as answer,
        ):
            return answer.status


@asynccontextmanager
async def running_hub() -> AsyncIterator[Hub]:
    """The hub, while it listens."""
    hub, app = Hub(), web.Application()
    app.router.add_post("/", hub.subscribe)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub.address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield hub
    await runner.cleanup()
