"""Alerts sent over real HTTP to a Slack that can be asked and a webhook that cannot, on loopback."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from monitor.alerts.channels import CHANNELS, make_channels
from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.rendering import Audience
from monitor.newsroom.faults import Fault
from monitor.newsroom.slack import SlackSink
from monitor.newsroom.webhook import WebhookSink
from storage import Storage
from tests.monitor.alerts.outboxes import states
from tests.monitor.test_record import NOW

BOT, HOOK = "bot", "hook"
DEADLINE = "2s"
ROUNDS = 40


class Hurried:
    """A clock on which waiting takes no time."""

    def __init__(self, start: datetime = NOW) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def jump(self, by: timedelta) -> None:
        """Set the hand forward or back."""
        self._now += by

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)


def send(storage: Storage, given: Mapping[str, Any]) -> None:
    """One life of the delivery: take up what is left, and deliver until everything is settled."""
    asyncio.run(_send(storage, given))


async def _send(storage: Storage, given: Mapping[str, Any]) -> None:
    clock = Hurried()
    bot = {"kind": "slack_bot", "token_env": "T", "channel": given["channel"], "api": given["api"]}
    settings = {
        name: CHANNELS[one["kind"]].settings.model_validate(one | {"timeout": DEADLINE})
        for name, one in ((BOT, bot), (HOOK, {"kind": "webhook", "url_env": "U", "secret_env": "K"}))
    }
    channels = make_channels(settings, {"T": given["token"], "U": given["url"], "K": "loopback"})
    told = {
        name: Addressee(channel=channel, audience=Audience(channel_kind=channel.kind))
        for name, channel in channels.items()
    }
    delivery = Delivery(storage, told, clock=clock, operator=["nobody"], chance=random.Random(1))
    try:
        await delivery.recover()
        for _ in range(ROUNDS):
            await delivery.drain()
            if set(states(storage)) <= {"sent"}:
                break
            await clock.sleep(300)
    finally:
        await delivery.stop()


class Servers:
    """A Slack and a webhook on loopback, in a thread of their own. Enter to start them."""

    def __init__(self) -> None:
        self.slack, self.hooks = SlackSink(), WebhookSink()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        for sink in (self.slack, self.hooks):
            asyncio.run_coroutine_threadsafe(sink.start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sink in (self.slack, self.hooks):
            asyncio.run_coroutine_threadsafe(sink.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def given(self) -> Mapping[str, Any]:
        """What a life needs to find them."""
        slack = self.slack
        return {
            "channel": slack.channel, "api": slack.api_url.rstrip("/"), "token": slack.token,
            "url": self.hooks.url,
        }  # fmt: skip

    def begin(self, faults: Sequence[Fault] = ()) -> None:
        """Forget what arrived; let these faults come first, on both."""
        self._do(lambda: self._begin(faults))

    def _begin(self, faults: Sequence[Fault]) -> None:
        for sink in (self.slack, self.hooks):
            sink.inbox.all.clear()
            sink.recover()
            sink.fail_next(*faults)

    def settle(self) -> None:
        """Wait until what was on its way has arrived, and let no fault come any more."""
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), self._loop).result(10)
        self._do(lambda: [sink.recover() for sink in (self.slack, self.hooks)])

    def _do(self, what: Callable[[], object]) -> None:
        async def now() -> None:
            what()

        asyncio.run_coroutine_threadsafe(now(), self._loop).result(10)

    def hold(self, steps: int, *, repeats: int) -> None:
        """AssertionError unless each step is visible once in Slack, and at the webhook, where at most so many
        marked repeats of each are allowed."""
        seen = Counter(str(message.blocks[0]["block_id"]) for message in self.slack.received)
        assert len(seen) == steps, f"Slack has {len(seen)} of {steps} steps"
        assert set(seen.values()) == {1}, "Slack shows a step twice"
        keys: set[str] = set()
        for hook in self.hooks.received:
            key = hook.headers["idempotency-key"]
            assert key not in keys or hook.data.get("possible_repeat"), "a repeat is not marked"
            keys.add(key)
        assert len(keys) == steps, f"the webhook has {len(keys)} of {steps} steps"
        most = max(Counter(h.headers["idempotency-key"] for h in self.hooks.received).values())
        assert most <= 1 + repeats, f"a step came {most} times to the webhook"
