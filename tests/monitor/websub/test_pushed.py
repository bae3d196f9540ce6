"""The service and a hub on loopback: a feed names the hub, the hub is asked, verifies and pushes, and the
source is visited long before its turn."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from monitor.config import load_config
from monitor.service import Service
from monitor.websub import subscription_of
from storage.records import Filter
from tests.monitor.websub.hub import Hub, running_hub

SECONDS = 20.0
HOUR = timedelta(hours=1)


@dataclass
class Office:
    """A feed that names a hub."""

    hub: Hub
    items: int = 1
    address: str = ""
    asked: int = 0

    async def feed(self, _: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(body=self.body(), content_type="application/rss+xml")

    def body(self) -> bytes:
        rows = "".join(
            f"<item><title>Notice {n} of the harbour</title><link>{self.address}/{n}</link></item>"
            for n in range(self.items, 0, -1)
        )
        links = (
            f'<a:link rel="hub" href="{self.hub.address}"/><a:link rel="self" href="{self.address}/feed"/>'
        )
        head = (
            f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Office</title>{links}'
        )
        return f"{head}{rows}</channel></rss>".encode()


@asynccontextmanager
async def office_of(hub: Hub) -> AsyncIterator[Office]:
    office, app = Office(hub), web.Application()
    app.router.add_get("/feed", office.feed)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    office.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield office
    await runner.cleanup()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(0.05)


def play(folder: Path, story: Callable[[Service, Office, Hub], Awaitable[None]]) -> None:
    """The story with a running service whose callback is its own port on loopback."""

    async def run() -> None:
        port = free_port()
        async with running_hub() as hub, office_of(hub) as office:
            path = folder / "config.yaml"
            path.write_text(
                f"""
schedule: {{min_delay: 0s}}
web: {{port: {port}}}
websub: {{callback: "http://127.0.0.1:{port}"}}
channels:
  out: {{kind: file, path: out.jsonl}}
sources:
  - {{id: office, publisher: Office, tier: press, url: "{office.address}/feed", interval: 1h,
     allow_private: true}}
""",
                encoding="utf-8",
            )
            service = Service(load_config(path, {}), environ={})
            await service.start()
            try:
                await story(service, office, hub)
            finally:
                await service.stop()

    asyncio.run(run())


def links_of(service: Service) -> list[str]:
    with service.storage.reading() as r:
        return [entry.link.rpartition("/")[2] for entry in r.entries(Filter())]


def test_a_push_brings_the_news_long_before_the_next_poll(tmp_path: Path) -> None:
    async def story(service: Service, office: Office, hub: Hub) -> None:
        await until(lambda: links_of(service) == ["1"])
        assert service.watch.websub is not None
        assert await service.watch.websub.subscribe() == 1
        await until(lambda: hub.verified == [True])
        form = hub.asked[0]
        assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", f"{office.address}/feed")
        assert len(form["hub.secret"]) > 20
        assert await service.watch.websub.subscribe() == 0, "asked once, and again before the lease ends"

        office.items, asked = 2, office.asked
        assert await hub.push(office.body(), secret="guessed") == 202
        await asyncio.sleep(1.5)
        assert office.asked == asked, "a push without our signature wakes nobody"
        assert await hub.push(office.body()) == 202
        await until(lambda: links_of(service) == ["2", "1"])
        with service.storage.reading() as r:
            (source,) = (s for s in r.sources() if s.id == "office")
        assert source.due_at is not None
        assert source.last_visit_at is not None
        assert source.due_at - source.last_visit_at > 3.9 * HOUR, "polling goes on, more rarely"

    play(tmp_path, story)


def test_a_hub_that_refuses_is_asked_again_later_and_polling_stays_as_it_is(tmp_path: Path) -> None:
    async def story(service: Service, office: Office, hub: Hub) -> None:
        hub.status = 403
        await until(lambda: links_of(service) == ["1"])
        assert service.watch.websub is not None
        assert await service.watch.websub.subscribe() == 0
        assert await service.watch.websub.subscribe() == 0
        assert len(hub.asked) == 1
        with service.storage.reading() as r:
            known = subscription_of(r, "office")
        assert known is not None
        assert (known.state, known.error) == ("asked", "the server answers 403")

    play(tmp_path, story)
