"""One channel's lane through the outbox: lease -> (ask) -> send -> settle. A dead one stops only itself."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from monitor.alerts.backoff import Rest, retry_in
from monitor.alerts.commits import Commits
from monitor.alerts.compose import MOST_TOGETHER, Addressee, Work, compose, withdrawn
from monitor.alerts.message import Answer, Dead, Retry, Sent
from monitor.alerts.outbox import operator_rows
from monitor.alerts.settings import DeliverySettings
from monitor.clock import Clock, first_of
from monitor.logs import facts
from storage import StorageError, Writer
from storage.records import AlertRecord, DeliveryRecord, DeliveryState

log = logging.getLogger(__name__)

AT_ONCE = 4  # messages under way on one channel, while it is well
BETWEEN_TRIES = 5.0  # seconds, when the database cannot be written
# After so many failures in a row, and so many more, another message is tried: is it the channel, or this one?
FIRST_DOUBT, NEXT_DOUBT = 4, 16


@dataclass(frozen=True, slots=True)
class Hold:
    """Not to be sent after all."""

    reason: str


Tried = tuple[Work, Answer | Hold]


class Lane:
    """Delivers to one channel, in the order of the outbox.

    While the channel is down, the oldest message is the one that tries it, so that nothing overtakes it. Now
    and then the next one tries too: where that is taken, the trouble was the first one's own, and it waits
    alone. Who waited for the channel is due as soon as it is back.
    """

    def __init__(
        self,
        commits: Commits,
        addressee: Addressee,
        *,
        clock: Clock,
        settings: DeliverySettings,
        operator: Sequence[str],
        chance: random.Random,
        on_told: Callable[[], None] = lambda: None,
    ) -> None:
        self.addressee = addressee
        self.rest = Rest()
        self._commits, self._clock, self._settings = commits, clock, settings
        self._operator = tuple(name for name in operator if name != addressee.channel.name)
        self._chance, self._on_told = chance, on_told
        self._next: list[Work] = []  # leased together with the last settling
        self._next_at: datetime | None = None  # the pace
        self._doubted: frozenset[int] = frozenset()  # until it is seen whether others are taken
        self._wake, self._stopping = asyncio.Event(), False

    @property
    def name(self) -> str:
        """The name that deliveries are addressed to."""
        return self.addressee.channel.name

    def wake(self) -> None:
        """Look into the outbox now."""
        self._wake.set()

    def stop(self) -> None:
        """Finish what is being sent, then end `run`."""
        self._stopping = True
        self._wake.set()

    def shift(self, by: timedelta) -> None:
        """The clock has jumped by that much."""
        self.rest.shift(by)
        if self._next_at is not None:
            self._next_at += by

    async def run(self) -> None:
        """Deliver whatever is due whenever woken, until `stop`."""
        while not self._stopping:
            self._wake.clear()
            try:
                while not self._stopping and await self.attempt():
                    await self._keep_pace()
            except StorageError as fault:
                log.warning("%s: the outbox cannot be read: %s", self.name, fault)
                await self._wait(BETWEEN_TRIES)
                continue
            resting = self.rest.left(self._clock.now())
            await self._wait(resting.total_seconds() if resting else None)

    async def drain(self) -> int:
        """Deliver all that is due now; the number of messages tried."""
        tried = 0
        while await self.attempt():
            tried += 1
            await self._keep_pace()
        return tried

    async def attempt(self) -> bool:
        """Whether there was something to try: False while the channel rests or nothing is due.

        Raises StorageError when the outbox cannot be read; nothing is leased then.
        """
        now = self._clock.now()
        # 1. The attempt is written down before it is made.
        works = await self._take(now)
        if not works:
            return False
        # 2. It is made: a few at once, each of another conversation.
        outcomes = await asyncio.gather(*(self._try(work, now) for work in works))
        # 3. What came of it is written down, and the next ones leased with it.
        await self._settle(tuple(zip(works, outcomes, strict=True)))
        return True

    async def _take(self, now: datetime) -> list[Work]:
        """What is tried next: what is leased already, another than the doubted one, or the oldest."""
        works, self._next = self._next, []
        if not works and self._doubted:
            works = await self._commits.do(partial(self._lease, now, self._doubted))
        if not works and not self.rest.left(now):
            works = await self._commits.do(partial(self._lease, now, frozenset()))
        return works

    def _lease(self, now: datetime, but_for: frozenset[int], w: Writer) -> list[Work]:
        # A channel that has just failed is tried with one message.
        limit = 1 if self.rest.failures or self.addressee.pace else AT_ONCE
        leased = w.lease_deliveries(
            now, limit, channel=self.name, lease=2 * self._settings.attempt_deadline,
            ahead=self.rest.down, but_for=but_for,
        )  # fmt: skip
        works: list[Work] = []
        groups = _groups(leased)
        for number, group in enumerate(groups):
            if any(group[0].conversation and work.conversation == group[0].conversation for work in works):
                for later in groups[number:]:  # it must answer the one before it, and is not overtaken
                    _give_back(w, later, now)
                break
            _give_back(w, group[MOST_TOGETHER:], now)  # the next message of the same batch
            works.append(_work_of(w, group[:MOST_TOGETHER]))
        return works

    async def _try(self, work: Work, now: datetime) -> Answer | Hold:
        """The logging boundary of one attempt: a bug of ours in it is a Retry and stops no lane."""
        channel, began = self.addressee.channel, False
        reason = withdrawn(work)
        if reason is not None:
            return Hold(reason)
        try:
            async with asyncio.timeout(self._settings.attempt_deadline.total_seconds()):
                if work.interrupted and channel.can_be_asked:
                    found = await channel.find(work.key, work.reply_to)
                    if found is not None:
                        return found
                repeat = work.interrupted and not channel.can_be_asked
                message = compose(work, self.addressee.audience, now=now, possible_repeat=repeat)
                began = True
                return await channel.send(message)
        except TimeoutError:
            return Retry("no answer before the deadline", uncertain=began)
        except Exception as fault:
            log.exception("%s: a fault of our own", self.name)
            return Retry(f"internal error: {type(fault).__name__}", uncertain=began)

    async def _settle(self, tried: Sequence[Tried]) -> None:
        """Write the outcomes down, however long the database needs to take them: what was sent must not
        be sent again because the disk was full for an hour."""
        now = self._clock.now()
        was_down, doubted, reason = self.rest.down, self._doubted, self.rest.reason
        for _, outcome in tried:
            self._learn(outcome, now)
        back_but_for = doubted if was_down and not self.rest.down else None
        if doubted.isdisjoint(d.id or 0 for work, _ in tried for d in work.deliveries):
            # (Doubting the other one now would have the two try in turns without a rest.)
            self._doubted = frozenset() if doubted else self._in_doubt(tried, reason)
        while True:
            try:
                self._next = await self._commits.do(partial(self._write, tried, back_but_for))
                break
            except StorageError as fault:
                log.warning("%s: the outcome cannot be written yet: %s", self.name, fault)
                await self._clock.sleep(BETWEEN_TRIES)
        for work, outcome in tried:
            self._note(work, outcome)
        if any(isinstance(outcome, Dead) for _, outcome in tried):
            self._on_told()

    def _note(self, work: Work, outcome: Answer | Hold) -> None:
        for delivery in work.deliveries:
            what = facts(
                step=delivery.step_id or None, channel=self.name, key=delivery.key, attempt=delivery.attempts
            )
            log.info("%s: %s: %s", self.name, delivery.key, type(outcome).__name__.lower(), extra=what)

    def _learn(self, outcome: Answer | Hold, now: datetime) -> None:
        if isinstance(outcome, Retry):
            log.info("%s: not now: %s", self.name, outcome.reason)
            self.rest.failed(
                outcome.reason, outcome.after, now=now, settings=self._settings, chance=self._chance
            )
        elif isinstance(outcome, Sent):
            self.rest.well()
            self._next_at = now + self.addressee.pace

    def _in_doubt(self, tried: Sequence[Tried], before: str | None) -> frozenset[int]:
        """The deliveries that may themselves be at fault: one was tried alone, in vain, for another reason
        than the one before, or often enough to ask again. Not where the channel has told us to wait."""
        (work, outcome), *others = tried
        if others or not self.rest.down or not isinstance(outcome, Retry) or outcome.after is not None:
            return frozenset()
        failures = self.rest.failures
        if failures == FIRST_DOUBT or failures % NEXT_DOUBT == 0 or before not in (None, outcome.reason):
            return frozenset(d.id or 0 for d in work.deliveries)
        return frozenset()

    def _write(self, tried: Sequence[Tried], back_but_for: frozenset[int] | None, w: Writer) -> list[Work]:
        """The next works, where the lane goes straight on. `back_but_for`: the channel is back, and all that
        waited for it are due but for these; None where that is no news."""
        now = self._clock.now()  # in the transaction: a jump of the clock comes before it or after it
        if back_but_for is not None:
            w.hasten_deliveries(self.name, now, but_for=back_but_for)
        for work, outcome in tried:
            died = [d for d in work.deliveries if self._write_one(w, d, outcome, now)]
            if died:
                self._tell_operator(w, died, outcome, now)
        goes_on = not (self._stopping or self.rest.left(now) or self.addressee.pace)
        return self._lease(now, frozenset(), w) if goes_on else []

    def _write_one(self, w: Writer, delivery: DeliveryRecord, outcome: Answer | Hold, now: datetime) -> bool:
        """Whether this delivery died of it."""
        state, error, due, remote = DeliveryState.SENT, None, None, None
        interrupted: bool | None = None
        match outcome:
            case Sent(remote_id):
                remote = remote_id
            case Hold(reason):
                state, error = DeliveryState.HELD, reason
            case Dead(reason):
                state, error = DeliveryState.DEAD, reason
            case Retry(reason, after, uncertain):
                error, interrupted = reason, True if uncertain else None
                wait = max(retry_in(delivery.attempts, self._settings, self._chance), after or timedelta(0))
                state, due = DeliveryState.PENDING, now + wait
                if now - (delivery.created or now) >= self._settings.give_up_after:
                    state, error = DeliveryState.DEAD, f"given up: {reason}"
        settled = w.settle_delivery(
            delivery.id or 0,
            state,
            now=now,
            remote_id=remote,
            error=error,
            due_at=due,
            attempt=delivery.attempts,
            interrupted=interrupted,
        )
        return settled and state is DeliveryState.DEAD

    def _tell_operator(
        self, w: Writer, died: Sequence[DeliveryRecord], outcome: Answer | Hold, now: datetime
    ) -> None:
        """Put a word about dead letters into the outbox of the other channels, one an hour at most."""
        if died[0].kind == "operator" or not self._operator:
            return
        note = (
            f"Alerts to {self.name} cannot be delivered\n{getattr(outcome, 'reason', '')}\n"
            f"The last is {died[0].step_id or died[0].key}. They are kept: "
            "`pactwatch alerts list --state dead` shows them, and `pactwatch alerts retry` sends them again "
            "when the channel is mended."
        )
        alert = w.add_alert(AlertRecord(step_id="", kind="operator", created=now, note=note))
        w.add_deliveries(operator_rows(alert, self._operator, about=f"dead/{self.name}", now=now))

    async def _keep_pace(self) -> None:
        if self._next_at is not None:
            await self._clock.sleep((self._next_at - self._clock.now()).total_seconds())

    async def _wait(self, seconds: float | None) -> None:
        """Until woken, or that long."""
        if seconds is None:
            await self._wake.wait()
        else:
            await first_of(self._wake, self._clock, seconds)


def _groups(leased: Sequence[DeliveryRecord]) -> list[list[DeliveryRecord]]:
    """What goes out together: a batch whole, everything else alone; oldest first."""
    groups: dict[str, list[DeliveryRecord]] = {}
    for delivery in sorted(leased, key=lambda delivery: delivery.id or 0):
        groups.setdefault(delivery.batch or delivery.key, []).append(delivery)
    return list(groups.values())


def _give_back(w: Writer, group: Sequence[DeliveryRecord], now: datetime) -> None:
    """Leased, but not tried after all: pending as before."""
    for delivery in group:
        w.settle_delivery(
            delivery.id or 0,
            DeliveryState.PENDING,
            now=now,
            due_at=delivery.due_at,
            attempt=delivery.attempts,
        )


def _work_of(w: Writer, leased: Sequence[DeliveryRecord]) -> Work:
    items = []
    for delivery in leased:
        alert = w.alert(delivery.alert_id) or AlertRecord(step_id=delivery.step_id, kind=delivery.kind)
        items.append((w.step_view(delivery.step_id) if delivery.step_id else None, alert))
    first = leased[0]
    reply_to = w.first_remote_id(first.conversation, first.channel) if first.conversation else None
    return Work(deliveries=tuple(leased), items=tuple(items), reply_to=reply_to)
