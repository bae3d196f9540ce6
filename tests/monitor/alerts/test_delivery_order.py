"""In which order a channel gets what waited for it, and that one message's trouble holds nobody up."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from monitor.alerts.message import Answer, Message, Retry
from storage import Storage
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import put_step, states
from tests.monitor.alerts.test_delivery import delivery_of, drained

MINUTE = timedelta(minutes=1)


@dataclass
class Picky(FakeChannel):
    """Never takes what belongs to one conversation."""

    never: str = ""
    refused: list[str] = field(default_factory=list)

    async def send(self, message: Message) -> Answer:
        if message.conversation == self.never:
            self.tried += 1
            self.refused.append(message.key)
            return Retry("this one I do not understand")
        return await super().send(message)


def steps_told(channel: FakeChannel) -> list[str]:
    return [message.conversation for message in channel.received]


def put(storage: Storage, numbers: Sequence[int], clock: FakeClock) -> list[str]:
    return [put_step(storage, n, ["one"], now=clock.now()).agreement.name for n in numbers]


@pytest.mark.parametrize("rounds", [1, 2, 5, 40])
def test_after_an_outage_all_agreements_come_in_the_order_of_their_steps(
    sqlite_storage: Storage, rounds: int
) -> None:
    clock, channel = FakeClock(), FakeChannel("one", down=True)
    delivery = delivery_of(sqlite_storage, [channel], clock)
    made: list[str] = []
    for number in range(rounds):
        made += put(sqlite_storage, range(3 * number, 3 * number + 3), clock)
        drained(delivery)
        clock.jump(random.Random(number).choice([7, 60, 240]) * timedelta(seconds=1))
    channel.down = False
    made += put(sqlite_storage, range(3 * rounds, 3 * rounds + 3), clock)
    for _ in range(10):
        clock.jump(MINUTE)
        drained(delivery)
    assert steps_told(channel) == made


def test_who_is_told_to_wait_goes_on_where_it_stopped(sqlite_storage: Storage) -> None:
    """A limit of the channel's own: the message that met it is the next one, not the last one."""
    clock = FakeClock()
    channel = FakeChannel("one", script=[Retry("429", after=timedelta(seconds=3))])
    delivery = delivery_of(sqlite_storage, [channel], clock)
    made = put(sqlite_storage, [0], clock)
    drained(delivery)
    made += put(sqlite_storage, range(1, 5), clock)
    for _ in range(30):
        clock.jump(timedelta(seconds=1))
        drained(delivery)
    assert steps_told(channel) == made


@pytest.mark.parametrize("down_first", [False, True])
def test_a_message_that_is_never_taken_holds_nobody_up(sqlite_storage: Storage, down_first: bool) -> None:
    clock = FakeClock()
    made = put(sqlite_storage, range(8), clock)
    channel = Picky("one", never=made[0], down=down_first)
    delivery = delivery_of(sqlite_storage, [channel], clock)
    for _ in range(20 if down_first else 0):
        drained(delivery)
        clock.jump(4 * MINUTE)
    channel.down = False
    for _ in range(15):
        drained(delivery)
        clock.jump(2 * MINUTE)
    assert steps_told(channel) == made[1:]
    before = channel.tried
    for number in range(8, 20):
        made += put(sqlite_storage, [number], clock)
        drained(delivery)
        clock.jump(2 * MINUTE)
    assert steps_told(channel) == made[1:]
    assert channel.tried - before <= 12 + 12, "and is itself tried with patience"
    assert sorted(states(sqlite_storage))[0] == "pending"
