"""Every channel through every fault, with real servers on loopback: after recovery every alert is there,
in order within its conversation, and none twice except where the answer was lost and nobody can be
asked; then with the same key and marked."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.rendering import Audience
from monitor.newsroom.faults import Fault, dropped, hanging, refused
from monitor.newsroom.mail import Mail, MailSink
from monitor.newsroom.slack import SlackMessage, SlackSink
from monitor.newsroom.webhook import Hook, WebhookSink
from storage import Storage
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import put_step, put_update, states
from tests.monitor.alerts.test_channels import KINDS, Sink

FAULTS: dict[str, Sequence[Fault]] = {
    "none": (),
    "dropped before": (dropped(after_accepting=False),),
    "dropped after": (dropped(after_accepting=True),),
    "hangs before": (hanging(),),
    "hangs after": (hanging(after_accepting=True),),
    "busy": (refused(451), refused(421)),
    "too many": (refused(429, retry_after="120"),),
    "broken": (refused(503, retry_after="600"), refused(500), refused(502)),
    "all of it": (
        refused(503),
        dropped(after_accepting=True),
        refused(500),
        hanging(),
        dropped(after_accepting=True),
    ),
}
LOST = {"dropped after", "hangs after", "all of it"}  # the server said yes and the answer was lost
CASES = [
    (kind, name)
    for kind in KINDS
    for name in FAULTS
    if (kind == "email") == (name in ("busy",)) or name not in ("busy", "too many", "broken", "all of it")
]


def key_of(arrived: Mail | SlackMessage | Hook) -> str:
    match arrived:
        case Mail():
            return arrived.message_id
        case Hook():
            return arrived.headers["idempotency-key"]
        case SlackMessage():
            return str(arrived.blocks[0]["block_id"])


def text_of(arrived: Mail | SlackMessage | Hook) -> str:
    return str(arrived.data["text"]) if isinstance(arrived, Hook) else arrived.text


async def through(
    storage: Storage, kind: str, faults: Sequence[Fault], between: Callable[[Sink], Any] | None = None
) -> list[Any]:
    """What the sink has in the end: three steps and an update of the first, told through the faults."""
    sink_type, make = KINDS[kind]
    sink, clock = sink_type(), FakeClock()
    await sink.start()
    channel = make(sink)
    addressee = Addressee(channel=channel, audience=Audience(channel_kind=kind))
    delivery = Delivery(
        storage, {channel.name: addressee}, clock=clock, operator=["nobody"], chance=random.Random(3)
    )
    steps = [put_step(storage, n, [channel.name], now=clock.now()) for n in range(3)]
    put_update(storage, steps[0], [channel.name], now=clock.now())
    sink.fail_next(*faults)
    if between is not None:
        await between(sink)
        for _ in range(24 * 3):
            await delivery.drain()
            clock.jump(timedelta(minutes=20))
        await sink.start()
    for _ in range(40):
        await delivery.drain()
        if set(states(storage)) == {"sent"}:
            break
        clock.jump(timedelta(minutes=5))
    await delivery.stop()
    await sink.stop()
    return list(sink.received)


def check(arrived: list[Any], storage: Storage, *, repeats: bool) -> None:
    assert set(states(storage)) == {"sent"}
    keys = [key_of(one) for one in arrived]
    first_seen = list(dict.fromkeys(keys))
    assert len(first_seen) == 4
    update = next(key for key in first_seen if ".update1." in key)
    new = next(key for key in first_seen if "security_agreement.signed" in key and ".new." in key)
    assert first_seen.index(new) < first_seen.index(update)
    if not repeats:
        assert len(keys) == 4
    for again in (one for n, one in enumerate(arrived) if key_of(one) in keys[:n]):
        assert "Possible repeat" in text_of(again)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_every_alert_arrives_through(kind: str, name: str, sqlite_storage: Storage) -> None:
    arrived = asyncio.run(through(sqlite_storage, kind, FAULTS[name]))
    can_be_asked = kind == "slack_bot"
    check(arrived, sqlite_storage, repeats=name in LOST and not can_be_asked)
    if name in LOST and not can_be_asked:
        assert 1 <= len(arrived) - 4 <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_day_away_loses_nothing(kind: str, sqlite_storage: Storage) -> None:
    async def away(sink: MailSink | SlackSink | WebhookSink) -> None:
        await sink.stop()

    arrived = asyncio.run(through(sqlite_storage, kind, (), away))
    check(arrived, sqlite_storage, repeats=False)
    assert any("late: it could not be sent earlier" in text_of(one) for one in arrived)
