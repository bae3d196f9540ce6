"""The outbox, delivered: once, in order, through outages; told to the operator when it cannot be."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.message import Channel, Dead, Retry, Sent
from monitor.alerts.rendering import Audience
from monitor.alerts.settings import DeliverySettings
from storage import Storage
from storage.records import DeliveryState, StepState
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import outbox, put_step, put_update, states

MINUTE = timedelta(minutes=1)


def delivery_of(
    storage: Storage,
    channels: Sequence[Channel],
    clock: FakeClock,
    settings: DeliverySettings | None = None,
    operator: Sequence[str] = ("nobody",),
) -> Delivery:
    addressees = {c.name: Addressee(channel=c, audience=Audience(channel_kind=c.kind)) for c in channels}
    return Delivery(
        storage, addressees, clock=clock, settings=settings, operator=operator, chance=random.Random(7)
    )


def drained(delivery: Delivery) -> int:
    return asyncio.run(delivery.drain())


async def arrived(channel: FakeChannel, number: int) -> None:
    while len(channel.received) < number:  # noqa: ASYNC110 - the other side is only a list
        await asyncio.sleep(0.01)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_each_channel_gets_the_alert_once(storage: Storage, clock: FakeClock) -> None:
    one, two = FakeChannel("one"), FakeChannel("two")
    put_step(storage, 1, ["one", "two"], now=clock.now())
    delivery = delivery_of(storage, [one, two], clock)
    assert drained(delivery) == 2
    assert drained(delivery) == 0
    assert len(one.received) == len(two.received) == 1
    assert one.keys() != two.keys()
    assert "security agreement signed" in one.received[0].subject
    assert states(storage) == ["sent", "sent"]
    assert outbox(storage, "one")[0].remote_id == "id-1"


def test_the_attempt_is_written_down_before_it_is_made(sqlite_storage: Storage, clock: FakeClock) -> None:
    seen: list[str] = []

    class Looks(FakeChannel):
        async def send(self, message: object) -> Sent:
            seen.extend(states(sqlite_storage))
            return Sent()

    put_step(sqlite_storage, 1, ["one"], now=clock.now())
    drained(delivery_of(sqlite_storage, [Looks("one")], clock))
    assert seen == ["attempting"]


def test_an_update_waits_for_its_first_message_and_answers_it(storage: Storage, clock: FakeClock) -> None:
    channel = FakeChannel("one", script=[Retry("busy")])
    step = put_step(storage, 1, ["one"], now=clock.now())
    delivery = delivery_of(storage, [channel], clock)
    drained(delivery)
    put_update(storage, step, ["one"], now=clock.now())
    drained(delivery)
    assert channel.received == []
    clock.jump(MINUTE)
    drained(delivery)
    assert [message.kind for message in channel.received] == ["new", "update"]
    assert [message.reply_to for message in channel.received] == [None, "id-1"]
    assert len({message.conversation for message in channel.received}) == 1


def test_a_retry_backs_off_and_obeys_the_servers_wish(sqlite_storage: Storage, clock: FakeClock) -> None:
    channel = FakeChannel("one", script=[Retry("busy"), Retry("429", after=timedelta(hours=1))])
    put_step(sqlite_storage, 1, ["one"], now=clock.now())
    delivery = delivery_of(sqlite_storage, [channel], clock)
    drained(delivery)
    (row,) = outbox(sqlite_storage)
    assert (row.state, row.attempts, row.error) == (DeliveryState.PENDING, 1, "busy")
    assert row.due_at is not None
    assert timedelta(seconds=4) <= row.due_at - clock.now() <= timedelta(seconds=6)
    clock.jump(MINUTE)
    drained(delivery)
    assert channel.tried == 2
    clock.jump(timedelta(minutes=59))
    drained(delivery)
    assert channel.tried == 2
    clock.jump(2 * MINUTE)
    drained(delivery)
    assert len(channel.received) == 1


def test_a_day_of_outage_neither_storms_nor_loses(sqlite_storage: Storage, clock: FakeClock) -> None:
    """FAULTS 54: all within five minutes of recovery, in order, each once, said to be late."""
    dead, well = FakeChannel("dead", down=True), FakeChannel("well")
    delivery = delivery_of(sqlite_storage, [dead, well], clock)
    steps = [put_step(sqlite_storage, n, ["dead", "well"], now=clock.now()) for n in range(5)]
    put_update(sqlite_storage, steps[0], ["dead", "well"], now=clock.now())
    for _ in range(24 * 12):
        drained(delivery)
        clock.jump(5 * MINUTE)
    assert len(well.received) == 6
    assert dead.tried <= 24 * 13 + 3
    dead.down = False
    for _ in range(5):
        clock.jump(MINUTE)
        drained(delivery)
    assert len(dead.received) == len(set(dead.keys())) == 6
    first, update = (
        next(
            n
            for n, m in enumerate(dead.received)
            if m.kind == kind and m.conversation == steps[0].agreement.name
        )
        for kind in ("new", "update")
    )
    assert first < update
    assert any("late: it could not be sent earlier" in message.text for message in dead.received)
    assert set(states(sqlite_storage)) == {"sent"}


def test_a_lost_answer_is_asked_for(storage: Storage, clock: FakeClock) -> None:
    channel = FakeChannel("bot", can_be_asked=True, answer_lost=1)
    put_step(storage, 1, ["bot"], now=clock.now())
    delivery = delivery_of(storage, [channel], clock)
    drained(delivery)
    clock.jump(MINUTE)
    drained(delivery)
    assert len(channel.received) == 1
    assert channel.asked == channel.keys()
    assert outbox(storage)[0].remote_id == "id-1"


def test_where_it_cannot_be_asked_a_repeat_has_the_same_key_and_says_so(
    storage: Storage, clock: FakeClock
) -> None:
    channel = FakeChannel("hook", answer_lost=1)
    put_step(storage, 1, ["hook"], now=clock.now())
    delivery = delivery_of(storage, [channel], clock)
    drained(delivery)
    clock.jump(MINUTE)
    drained(delivery)
    first, second = channel.received
    assert first.key == second.key
    assert (first.possible_repeat, second.possible_repeat) == (False, True)
    assert "Possible repeat" in second.text


def test_a_plain_failure_is_no_possible_repeat(sqlite_storage: Storage, clock: FakeClock) -> None:
    channel = FakeChannel("hook", script=[Retry("refused")])
    put_step(sqlite_storage, 1, ["hook"], now=clock.now())
    delivery = delivery_of(sqlite_storage, [channel], clock)
    drained(delivery)
    clock.jump(MINUTE)
    drained(delivery)
    assert [message.possible_repeat for message in channel.received] == [False]


def test_a_channel_that_gives_no_answer_when_asked_is_sent_nothing(
    sqlite_storage: Storage, clock: FakeClock
) -> None:
    channel = FakeChannel("bot", can_be_asked=True, answer_lost=1)
    put_step(sqlite_storage, 1, ["bot"], now=clock.now())
    delivery = delivery_of(sqlite_storage, [channel], clock)
    drained(delivery)
    channel.down = True
    clock.jump(MINUTE)
    drained(delivery)
    channel.down = False
    clock.jump(MINUTE)
    drained(delivery)
    assert len(channel.received) == 1


def test_what_is_refused_for_ever_dies_and_the_operator_is_told(storage: Storage, clock: FakeClock) -> None:
    refuses, other = FakeChannel("refuses", script=[Dead("410: gone")] * 3), FakeChannel("other")
    for n in range(3):
        put_step(storage, n, ["refuses"], now=clock.now())
    delivery = delivery_of(storage, [refuses, other], clock, operator=["refuses", "other"])
    drained(delivery)
    drained(delivery)
    assert states(storage, "refuses") == ["dead"] * 3
    assert [message.kind for message in other.received] == ["operator"]
    assert "410: gone" in other.received[0].text
    with storage.writing() as w:
        assert w.requeue_delivery(outbox(storage, "refuses")[0].id or 0, due_at=clock.now())
    drained(delivery)
    assert len(refuses.received) == 1


def test_after_its_time_a_delivery_is_given_up(sqlite_storage: Storage, clock: FakeClock) -> None:
    channel, other = FakeChannel("one", down=True), FakeChannel("other")
    put_step(sqlite_storage, 1, ["one"], now=clock.now())
    delivery = delivery_of(sqlite_storage, [channel, other], clock, operator=["one", "other"])
    for _ in range(73):
        drained(delivery)
        clock.jump(timedelta(hours=1))
    (row,) = outbox(sqlite_storage, "one")
    assert (row.state, row.error) == (DeliveryState.DEAD, "given up: down")
    assert [message.kind for message in other.received] == ["operator"]


def test_a_failing_channel_rests_and_its_messages_wait_untried(
    sqlite_storage: Storage, clock: FakeClock
) -> None:
    channel = FakeChannel("one", down=True)
    for n in range(100):
        put_step(sqlite_storage, n, ["one"], now=clock.now())
    delivery = delivery_of(sqlite_storage, [channel], clock)
    drained(delivery)
    assert channel.tried == 4  # the first few at once
    assert delivery.states()[0].resting_until is not None
    assert delivery.states()[0].reason == "down"


def test_a_batch_goes_out_as_one_message(storage: Storage, clock: FakeClock) -> None:
    channel = FakeChannel("one")
    for n in range(5):
        put_step(storage, n, ["one"], now=clock.now(), batch="daily")
    drained(delivery_of(storage, [channel], clock))
    (message,) = channel.received
    assert message.kind == "digest"
    assert message.subject == "5 new steps of security agreements"
    assert states(storage) == ["sent"] * 5


def test_two_hundred_steps_in_one_batch_are_all_told(sqlite_storage: Storage, clock: FakeClock) -> None:
    """FAULTS 62."""
    channel = FakeChannel("one")
    for n in range(200):
        put_step(sqlite_storage, n, ["one"], now=clock.now(), batch="daily")
    drained(delivery_of(sqlite_storage, [channel], clock))
    assert len(channel.received) == len(set(channel.keys())) == 5
    assert sum(message.text.count("●●●●●○○○○") for message in channel.received) == 200


def test_a_step_that_a_human_rejects_first_is_not_told(sqlite_storage: Storage, clock: FakeClock) -> None:
    channel = FakeChannel("one")
    step = put_step(sqlite_storage, 1, ["one"], now=clock.now())
    with sqlite_storage.writing() as w:
        w.update_step(step.id, state=StepState.REJECTED)
    drained(delivery_of(sqlite_storage, [channel], clock))
    assert channel.received == []
    assert states(sqlite_storage) == ["held"]


def test_a_channel_that_is_no_longer_configured_keeps_its_alerts(
    sqlite_storage: Storage, clock: FakeClock
) -> None:
    put_step(sqlite_storage, 1, ["gone"], now=clock.now())
    drained(delivery_of(sqlite_storage, [], clock))
    (row,) = outbox(sqlite_storage)
    assert (row.state, row.error) == (DeliveryState.PENDING, "the channel is no longer configured")


def test_a_bug_in_a_channel_stops_no_lane(sqlite_storage: Storage, clock: FakeClock) -> None:
    class Broken(FakeChannel):
        async def send(self, message: object) -> Sent:
            raise ZeroDivisionError

    well = FakeChannel("well")
    put_step(sqlite_storage, 1, ["broken", "well"], now=clock.now())
    drained(delivery_of(sqlite_storage, [Broken("broken"), well], clock))
    assert len(well.received) == 1
    assert outbox(sqlite_storage, "broken")[0].error == "internal error: ZeroDivisionError"


def test_run_takes_up_what_a_dead_process_left_and_stops_when_told(
    storage: Storage, clock: FakeClock
) -> None:
    put_step(storage, 1, ["one"], now=clock.now())
    with storage.writing() as w:
        w.lease_deliveries(clock.now(), 1, lease=MINUTE)
    channel = FakeChannel("one")

    async def live() -> None:
        delivery = delivery_of(storage, [channel], clock)
        running = asyncio.create_task(delivery.run())
        async with asyncio.timeout(10):
            await arrived(channel, 1)
            put_step(storage, 2, ["one"], now=clock.now())
            delivery.wake()
            await arrived(channel, 2)
            await delivery.stop()
            await running

    asyncio.run(live())
    assert [message.possible_repeat for message in channel.received] == [True, False]
    assert channel.closed
    assert states(storage) == ["sent", "sent"]
