"""G3: channels are away for 24 hours while steps go on. All are delivered, once, in the order in which they
would have been told, over all agreements; without a storm against a channel that is away, and within the
limits of those that have some, their own or ours; and a channel that is well never notices.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.message import Answer, Message, Retry
from monitor.alerts.outbox import deliveries_of, key_of
from monitor.alerts.rendering import Audience
from monitor.alerts.routing import Told
from storage import Storage, open_storage
from storage.records import AgreementRecord, AlertRecord, StepRecord
from tests.fakes.channel import FakeChannel
from tests.monitor.alerts.outboxes import put_update
from tests.promises.attempt import Tally
from tests.promises.lives import empty_database, repeats
from tests.promises.sending import Hurried

# As many pairs as there may be: what came before in a pair is read for each message.
STATES = ("AL", "AM", "AU", "BE", "BG", "CA", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "IT",
          "JP", "LT", "LV", "NL", "NO", "PL", "RO", "SE", "UA")  # fmt: skip
PAIRS = tuple(combinations(STATES, 2))
DAY, UPDATED = timedelta(hours=24), 5
MOST_TRIES = 24 * 20  # one in three minutes
PACE = timedelta(seconds=1)
LIMIT, PERIOD = 30, timedelta(minutes=1)  # of a server that says 429


@dataclass
class Limited(FakeChannel):
    """Takes so many messages in a period by the clock, and asks to wait after that."""

    clock: Hurried = field(default_factory=Hurried)
    taken: list[datetime] = field(default_factory=list)
    limit: int = LIMIT
    over: int = 0

    async def send(self, message: Message) -> Answer:
        now = self.clock.now()
        lately = [at for at in self.taken[-self.limit :] if now - at < PERIOD]
        if not self.down and len(lately) >= self.limit:
            self.over += 1
            return Retry("too many", after=lately[0] + PERIOD - now)
        answer = await super().send(message)
        if not isinstance(answer, Retry):
            self.taken.append(now)
        return answer


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    steps, every, some = (10_000, timedelta(minutes=2), 10) if long else (45, timedelta(minutes=30), 1)
    with empty_database() as fresh:
        storage = open_storage(f"sqlite:///{fresh('outage')}")
        day = _Day(storage, seed, some)
        began = day.clock.now()
        asyncio.run(day.live(steps, every))
        _hold(tally, day)
        storage.close()
    waited = day.back - began
    took = day.clock.now() - day.back
    return (
        f"{steps} steps in {waited.total_seconds() / 3600:.0f} hours without the channels, which were tried "
        f"{day.tries['away']} times meanwhile; all told {took.total_seconds() / 60:.0f} minutes after they "
        f"were back (of one that takes {LIMIT} in a minute, {len(day.limited.taken)}; it said so "
        f"{day.limited.over} times)"
    )


class _Day:
    """Four channels, three of them away; what is put into their outbox, and when."""

    def __init__(self, storage: Storage, seed: int, some: int) -> None:
        """Each `some`-th step goes to the channels with limits too."""
        self.storage, self.clock = storage, Hurried()
        self.away, self.well = FakeChannel("away", down=True), FakeChannel("well")
        self.paced = Limited("paced", down=True, clock=self.clock, limit=int(PERIOD / PACE))
        self.limited = Limited("limited", down=True, clock=self.clock)
        self.channels: Sequence[FakeChannel] = (self.away, self.well, self.paced, self.limited)
        self.expected: dict[str, list[str]] = {channel.name: [] for channel in self.channels}
        self.tries: dict[str, int] = {}
        self.back = self.clock.now()
        self._chance, self._some = random.Random(seed), some

    async def live(self, steps: int, every: timedelta) -> None:
        """The day, and the time after it until everything is settled."""
        delivery = Delivery(
            self.storage,
            {
                c.name: Addressee(
                    channel=c, audience=Audience(channel_kind="console"),
                    pace=PACE if c is self.paced else timedelta(0),
                )
                for c in self.channels
            },
            clock=self.clock, operator=["nobody"], chance=self._chance,
        )  # fmt: skip
        rounds = DAY // every
        first: list[StepRecord] = []
        for number in range(rounds):
            some = range(steps * number // rounds, steps * (number + 1) // rounds)
            first += self._put(some)[: UPDATED - len(first)]
            await delivery.drain()
            await self.clock.sleep(every.total_seconds())
        for step in first:
            put_update(self.storage, step, ["away"], now=self.clock.now())
            self.expected["away"].append(key_of(step.id, "away", "update", 1))
        self.tries = {channel.name: channel.tried for channel in self.channels}
        self.back = self.clock.now()
        for channel in self.channels:
            channel.down = False
        while self._unsettled():
            await delivery.drain()
            await self.clock.sleep(1)
        await delivery.stop()

    def _unsettled(self) -> bool:
        with self.storage.reading() as r:
            return bool(r.outbox_schedule())

    def _put(self, numbers: range) -> list[StepRecord]:
        now, made = self.clock.now(), []
        with self.storage.writing() as w:
            for number in numbers:
                agreement = w.add_agreement(
                    AgreementRecord(
                        parties=PAIRS[number % len(PAIRS)],
                        instrument="security_agreement",
                        number=number // len(PAIRS) + 1,
                    )
                )
                step = StepRecord(
                    id=f"{agreement.name}/signed/2026-03-01", agreement=agreement, stage="signed",
                    date=date(2026, 3, 1), date_exact=True, first_seen=now,
                )  # fmt: skip
                made.append(w.add_step(step))
                alert = w.add_alert(AlertRecord(step_id=step.id, kind="new", created=now))
                names = [
                    c.name for c in self.channels if number % self._some == 0 or not isinstance(c, Limited)
                ]
                told = [Told(route="all", channel=name, due_at=now) for name in names]
                w.add_deliveries(deliveries_of(alert, step, told, now=now))
                for name in names:
                    self.expected[name].append(key_of(step.id, name, "new"))
        return made


def _hold(tally: Tally, day: _Day) -> None:
    for channel in day.channels:
        with tally.attempt(f"{channel.name}: everything arrives"):
            assert set(channel.keys()) == set(day.expected[channel.name])
        with tally.attempt(f"{channel.name}: once"):
            assert repeats(channel) == 0
            assert len(channel.keys()) == len(set(channel.keys()))
        with tally.attempt(f"{channel.name}: in the order of the outbox"):
            for place, (told, put) in enumerate(zip(channel.keys(), day.expected[channel.name], strict=True)):
                assert told == put, f"{place} comes {told} instead of {put}"
        if channel is not day.well:
            with tally.attempt(f"{channel.name}: no storm while it is away"):
                tries = day.tries[channel.name]
                assert tries <= MOST_TRIES, f"{tries} tries in a day"
    with tally.attempt("the channel that is well never notices"):
        late = [m.key for m in day.well.received if "could not be sent earlier" in m.text]
        assert not late, f"{len(late)} come late"
    for limited in (day.paced, day.limited):
        with tally.attempt(f"{limited.name}: within its limit"):
            assert all(len(some) <= limited.limit for some in _periods(limited.taken))
    with tally.attempt("paced: our own pace keeps within its limit by itself"):
        assert day.paced.over == 0, f"refused {day.paced.over} times"


def _periods(taken: Sequence[datetime]) -> Iterator[Sequence[datetime]]:
    for number, end in enumerate(taken):
        yield [at for at in taken[max(0, number - 200) : number + 1] if end - at < PERIOD]
