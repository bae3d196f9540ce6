"""The outbox, delivered: a lane for each channel, woken by what is due.

    outbox -> lease (attempting) -> ask, after an interrupted attempt -> send -> settle

Nothing is lost under kill -9: an attempting delivery of a dead process is taken up again, and asked
for or marked as a possible repeat (FAULTS.md 4).
"""

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.channels import addresses_of, kind_of, make_channels
from monitor.alerts.commits import Commits
from monitor.alerts.compose import Addressee
from monitor.alerts.lane import Lane
from monitor.alerts.message import Message, Retry
from monitor.alerts.rendering import Audience
from monitor.alerts.settings import DeliverySettings, ReaderSettings
from monitor.clock import Clock, SystemClock, first_of
from storage import Storage, StorageError

log = logging.getLogger(__name__)

TICK = 5.0  # seconds: how soon what another process put into the outbox is seen


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """How a channel is doing."""

    channel: str
    failures: int  # in a row
    resting_until: datetime | None
    reason: str | None


class Delivery:
    """Delivers the outbox of one database. Enter with `run`, or `drain` once."""

    def __init__(
        self,
        storage: Storage,
        addressees: Mapping[str, Addressee],
        *,
        clock: Clock | None = None,
        settings: DeliverySettings | None = None,
        operator: Sequence[str] = (),
        chance: random.Random | None = None,
    ) -> None:
        """`operator`: the channels (addresses) that are told of troubles; by default all."""
        self._storage, self._commits = storage, Commits(storage)
        self._clock = clock or SystemClock()
        self._settings = settings or DeliverySettings()
        self._operator = tuple(operator) or tuple(addressees)
        self._chance = chance or random.Random()  # noqa: S311 - jitter is no secret
        self._lanes = {name: self._lane(addressee) for name, addressee in addressees.items()}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._wake, self._stopping = asyncio.Event(), False
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Look into the outbox now. May be called from any thread, before `run` too."""
        if self._loop is None:
            self._wake.set()
        else:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def recover(self) -> int:
        """Take up what a dead process left attempting; how many there were. Only for the one service of
        this database, before it delivers anything."""
        return await asyncio.to_thread(self._release)

    async def run(self) -> None:
        """Recover, then deliver until `stop`."""
        self._loop = asyncio.get_running_loop()
        released = await self.recover()
        if released:
            log.info("%d deliveries were interrupted by the last stop and are taken up again", released)
        while not self._stopping:
            self._wake.clear()
            try:
                wait = await self._wake_lanes()
            except StorageError as fault:
                log.warning("the outbox cannot be read: %s", fault)
                wait = TICK
            await first_of(self._wake, self._clock, wait)

    async def drain(self) -> int:
        """Deliver all that is due now on all channels at once; the number of messages tried."""
        tried = 0
        while True:  # what one channel refuses may give the others something to tell the operator
            for channel in await asyncio.to_thread(self._schedule):
                self._lane_of(channel)
            now_tried = sum(await asyncio.gather(*(lane.drain() for lane in self._lanes.values())))
            if not now_tried:
                return tried
            tried += now_tried

    async def stop(self, grace: float = 20.0) -> None:
        """Let what is being sent finish within `grace` seconds, then close the channels. What had to be
        cut off stays attempting and is taken up at the next start."""
        self._stopping = True
        self._wake.set()
        for lane in self._lanes.values():
            lane.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for lane in self._lanes.values():
            await lane.addressee.channel.close()

    def states(self) -> tuple[LaneState, ...]:
        """How each channel is doing."""
        now = self._clock.now()
        return tuple(
            LaneState(
                channel=name,
                failures=lane.rest.failures,
                resting_until=lane.rest.until if lane.rest.left(now) else None,
                reason=lane.rest.reason,
            )
            for name, lane in self._lanes.items()
        )

    def shift(self, by: timedelta) -> None:
        """The clock has jumped by that much: channels rest no longer and no shorter for it."""
        for lane in self._lanes.values():
            lane.shift(by)
        self.wake()

    async def _wake_lanes(self) -> float:
        """Wake the lanes that have something due; the seconds until something else is."""
        now = self._clock.now()
        wait = TICK
        for channel, at in (await asyncio.to_thread(self._schedule)).items():
            if at <= now:
                lane = self._lane_of(channel)
                if channel not in self._tasks:
                    self._tasks[channel] = asyncio.create_task(lane.run(), name=f"lane {channel}")
                lane.wake()
            else:
                wait = min(wait, (at - now).total_seconds())
        return wait

    def _schedule(self) -> dict[str, datetime]:
        with self._storage.reading() as r:
            return r.outbox_schedule()

    def _release(self) -> int:
        with self._storage.writing() as w:
            return w.release_attempting(self._clock.now())

    def _lane_of(self, channel: str) -> Lane:
        """The channel's lane; for one that is no longer configured, a lane that says so until it gives up."""
        if channel not in self._lanes:
            log.warning("there are alerts for %s, which is not configured", channel)
            gone = Addressee(channel=GoneChannel(channel), audience=Audience(channel_kind="console"))
            self._lanes[channel] = self._lane(gone)
        return self._lanes[channel]

    def _lane(self, addressee: Addressee) -> Lane:
        return Lane(
            self._commits,
            addressee,
            clock=self._clock,
            settings=self._settings,
            operator=self._operator,
            chance=self._chance,
            on_told=self.wake,
        )


class GoneChannel:
    """Stands for a channel that alerts were addressed to and that config.yaml no longer has."""

    kind = "console"
    can_be_asked = False

    def __init__(self, name: str) -> None:
        self.name = name

    async def send(self, message: Message) -> Retry:
        """Not now: the channel may come back with the next change of the configuration."""
        return Retry("the channel is no longer configured")

    async def find(self, key: str, reply_to: str | None = None) -> None:
        """None: there is nobody to ask."""

    async def close(self) -> None:
        """Nothing to give back."""


def make_addressees(
    settings: Mapping[str, ReaderSettings], environ: Mapping[str, str], *, link_base: str = ""
) -> dict[str, Addressee]:
    """Every channel of config.yaml, ready, by the address that deliveries carry. Raises SecretMissing."""
    channels = make_channels(settings, environ)
    return {
        address: Addressee(
            channel=channels[address],
            audience=Audience(
                channel_kind=kind_of(settings[name]),
                language=settings[name].language,
                zone=settings[name].zone,
                link_base=link_base,
            ),
            pace=settings[name].pace,
        )
        for name, addresses in addresses_of(settings).items()
        for address in addresses
    }
