"""The real service as a process, killed with SIGKILL and started again: every alert is there.

The newsroom and the sinks live in the test; the service is `pactwatch run` on an ordinary config.yaml.
Slack's bot can be asked after a crash, so that its messages are there exactly once. A webhook cannot: it
may get an alert again, with the same idempotency key.
"""

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from aiohttp import web

from monitor.newsroom import Hook, SlackSink, WebhookSink, hanging
from storage import open_storage
from storage.records import DeliveryState

STEPS = (("Denmark", "DK-UA"), ("Portugal", "PT-UA"), ("Kenya", "KE-UA"))


@dataclass
class Feed:
    """One presidential office on loopback, that publishes a signing each time it is asked to."""

    items: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    slow: float = 0.0  # seconds that a page takes

    def publish(self, country: str) -> None:
        number, now = len(self.items), datetime.now(UTC).isoformat()
        text = (
            f"The President of Ukraine and the leader of {country} signed a new bilateral security agreement "
            f"in Kyiv today. The agreement between Ukraine and {country} is valid for ten years."
        )
        self.items.append(
            {
                "id": f"item-{number}", "url": f"{self.url}/news/{number}", "date_published": now,
                "title": f"Ukraine and {country} signed a new bilateral security agreement",
                "content_text": text,
            }
        )  # fmt: skip

    async def feed(self, _request: web.Request) -> web.Response:
        head = {"version": "https://jsonfeed.org/version/1.1", "title": "Office of the President"}
        return web.json_response(head | {"items": self.items}, content_type="application/feed+json")

    async def page(self, request: web.Request) -> web.Response:
        item = self.items[int(request.match_info["number"])]
        await asyncio.sleep(self.slow)
        body = f"<h1>{item['title']}</h1><article><p>{item['content_text']}</p></article>"
        return web.Response(text=f"<html><body>{body}</body></html>", content_type="text/html")


@asynccontextmanager
async def serving(feed: Feed) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/feed.json", feed.feed)
    app.router.add_get("/news/{number}", feed.page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    feed.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await runner.cleanup()


class House:
    """The service with what it watches and whom it tells."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.feed, self.slack, self.hooks = Feed(), SlackSink(), WebhookSink()
        self.process: asyncio.subprocess.Process | None = None

    async def open(self) -> None:
        for one in (self.slack, self.hooks):
            await self.stack.enter_async_context(one)
        await self.stack.enter_async_context(serving(self.feed))
        self.stack.push_async_callback(self.kill)
        source = {
            "id": "office", "publisher": "Office of the President", "country": "UA", "tier": "official",
            "language": "en", "kind": "feed", "url": f"{self.feed.url}/feed.json", "interval": "1s",
            "allow_private": True, "min_delay": "0s",
        }  # fmt: skip
        tree = {
            "contact": "mailto:desk@example.org",
            "storage": {"url": "sqlite:///kept.db"},
            "web": {"enabled": False},
            "watch": {"parties": "all", "group_wait": "0s"},
            "sources": [source],
            "channels": {
                "slack": {
                    "kind": "slack_bot", "token_env": "SLACK", "channel": self.slack.channel,
                    "api": self.slack.api_url.rstrip("/"),
                },
                "hook": {"kind": "webhook", "url_env": "HOOK", "secret_env": "HOOK_SECRET"},
            },
            "routes": [{"name": "all", "channels": ["slack", "hook"]}],
        }  # fmt: skip
        (self.folder / "config.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")

    async def start(self) -> None:
        environ = os.environ | {
            "SLACK": self.slack.token,
            "HOOK": self.hooks.url,
            "HOOK_SECRET": "loopback",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        with (self.folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor.cli", "run", "--config", str(self.folder / "config.yaml"),
                env=environ, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def baseline(self) -> None:
        await self.start()
        await until(lambda: asyncio.to_thread(self.visited), "the first visit")

    def visited(self) -> bool:
        path = self.folder / "kept.db"
        if not path.exists():
            return False
        storage = open_storage(f"sqlite:///{path}")
        try:
            if storage.needs_upgrade():
                return False
            with storage.reading() as r:
                return any(s.baseline_at for s in r.sources())
        finally:
            storage.close()

    def states(self) -> Counter[DeliveryState]:
        storage = open_storage(f"sqlite:///{self.folder / 'kept.db'}")
        try:
            with storage.reading() as r:
                return Counter(d.state for d in r.deliveries(limit=1000))
        finally:
            storage.close()

    def pairs_in_slack(self) -> Counter[str]:
        return Counter(pair for country, pair in STEPS for m in self.slack.received if country in m.text)

    def hooks_by_key(self) -> dict[str, list[Hook]]:
        keys: dict[str, list[Hook]] = {}
        for hook in self.hooks.received:
            keys.setdefault(hook.headers["idempotency-key"], []).append(hook)
        return keys


async def until(true: Callable[[], Awaitable[bool]], what: str, seconds: float = 30.0) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await true():  # noqa: ASYNC110 - the state is another process's
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"never: {what}") from None


def killed(scenario: Callable[[House], Awaitable[None]], folder: Path) -> None:
    async def play() -> None:
        async with AsyncExitStack() as stack:
            house = House(folder, stack)
            await house.open()
            try:
                await scenario(house)
            except AssertionError:
                print((folder / "log.txt").read_text(encoding="utf-8")[-4000:])  # shown when it fails
                raise

    asyncio.run(play())


async def all_sent(house: House, count: int) -> None:
    async def sent() -> bool:
        states = await asyncio.to_thread(house.states)
        return states[DeliveryState.SENT] == count == sum(states.values())

    await until(sent, f"{count} deliveries sent")


def told_once(house: House, countries: int = 1) -> None:
    assert house.pairs_in_slack() == {pair: 1 for _, pair in STEPS[:countries]}
    keys = house.hooks_by_key()
    assert len(keys) == countries
    for hooks in keys.values():
        assert len({json.dumps(h.data["step"]["id"]) for h in hooks}) == 1


def test_killed_between_commit_and_send(tmp_path: Path) -> None:
    async def scenario(house: House) -> None:
        await house.slack.stop()
        await house.hooks.stop()
        await house.baseline()
        house.feed.publish(STEPS[0][0])
        await until(lambda: asyncio.to_thread(lambda: sum(house.states().values()) == 2), "the commit")
        await house.kill()
        await house.slack.start()
        await house.hooks.start()
        await house.start()
        await all_sent(house, 2)
        told_once(house)

    killed(scenario, tmp_path)


@pytest.mark.parametrize("accepted", [False, True], ids=["not-accepted", "accepted"])
def test_killed_while_sending(tmp_path: Path, accepted: bool) -> None:
    async def scenario(house: House) -> None:
        house.slack.fail_next(hanging(after_accepting=accepted))
        house.hooks.fail_next(hanging(after_accepting=accepted))
        await house.baseline()
        house.feed.publish(STEPS[0][0])

        async def both_asked() -> bool:
            return house.slack.requests > 0 and house.hooks.requests > 0

        await until(both_asked, "both channels in the middle of a send")
        await house.kill()
        await house.start()
        await all_sent(house, 2)
        told_once(house)
        (hooks,) = house.hooks_by_key().values()
        assert len(hooks) == (2 if accepted else 1), "repeated where nobody could be asked"
        assert bool(hooks[-1].data.get("possible_repeat")), "and marked"

    killed(scenario, tmp_path)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    async def scenario(house: House) -> None:
        chance = random.Random(seed)
        await house.baseline()
        for country, _ in STEPS:
            house.feed.publish(country)
            for _ in range(2):
                await asyncio.sleep(chance.uniform(0.05, 2.5))
                await house.kill()
                await house.start()
        await all_sent(house, 6)
        told_once(house, len(STEPS))

    killed(scenario, tmp_path)


def test_what_comes_due_while_its_entries_are_read_is_visited_right_after(tmp_path: Path) -> None:
    """A source polled every second whose page takes longer than that; once, the next visit waited until the
    claim on it ran out, three minutes later."""

    async def scenario(house: House) -> None:
        await house.baseline()
        house.feed.slow = 3.0
        house.feed.publish(STEPS[0][0])
        await all_sent(house, 2)
        house.feed.slow = 0.0
        house.feed.publish(STEPS[1][0])
        await all_sent(house, 4)
        told_once(house, 2)

    killed(scenario, tmp_path)


def test_told_to_stop_it_ends_in_order_and_in_time(tmp_path: Path) -> None:
    async def scenario(house: House) -> None:
        await house.baseline()
        house.feed.publish(STEPS[0][0])
        await all_sent(house, 2)
        assert house.process is not None
        house.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            assert await house.process.wait() == 0
        told_once(house)

    killed(scenario, tmp_path)
