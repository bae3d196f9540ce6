"""A route's limit, through the register and the outbox: what is over it becomes one summary."""

import asyncio
from datetime import timedelta

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.rendering import Audience
from monitor.alerts.routing import Limit, Route
from monitor.record import tell
from monitor.rules import Rules
from storage import Storage
from storage.records import AgreementRecord, StepRecord
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import DAY

HOUR = timedelta(hours=1)


def test_what_is_over_the_limit_is_one_summary(sqlite_storage: Storage) -> None:
    clock, channel = FakeClock(), FakeChannel("desk")
    routes = (Route(name="all", channels=("desk",), limit=Limit(count=2, per=HOUR)),)
    rules = Rules(routes=routes, addresses={"desk": ("desk",)})
    for number in range(6):
        with sqlite_storage.writing() as w:
            agreement = w.add_agreement(
                AgreementRecord(parties=("DK", "UA"), instrument="x", number=number + 1)
            )
            step = w.add_step(
                StepRecord(
                    id=agreement.name, agreement=agreement, stage="signed", date=DAY, first_seen=clock.now()
                )
            )
            assert tell(w, step, "new", "new", rules=rules, now=clock.now())
        clock.jump(timedelta(minutes=1))
    addressee = Addressee(channel=channel, audience=Audience(channel_kind="console"))
    delivery = Delivery(sqlite_storage, {"desk": addressee}, clock=clock)
    asyncio.run(delivery.drain())
    assert [message.kind for message in channel.received] == ["new", "new"]
    clock.jump(HOUR)
    asyncio.run(delivery.drain())
    assert [message.kind for message in channel.received] == ["new", "new", "digest"]
    assert channel.received[2].subject == "4 new steps of security agreements"
