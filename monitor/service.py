"""The service: storage, crawler, watch and delivery under one clock, started and stopped in order.

APScheduler lives only here. It runs a handful of chores; the schedule of the sources is data (due_at), and
a dumb tick asks who is due.

Order of starting: storage (migrated; what was attempting is pending again) -> crawler -> delivery -> web ->
clock. Order of stopping: web -> clock paused -> crawler stopped -> visits in hand end -> last deliveries ->
clock shut down -> storage closed. Whatever a kill interrupts waits in the database and is taken up at the
next start.
"""

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor import supervisor
from monitor.alerts.channels import addressed
from monitor.alerts.delivery import Delivery, make_addressees
from monitor.alerts.heartbeat import Heartbeat, make_heartbeat, trouble
from monitor.canary import sing_when_due
from monitor.catchup import CatchUp
from monitor.clock import Clock, SteadyClock, SystemClock
from monitor.config import Config
from monitor.intake import Polled
from monitor.jumps import DAY, mind_jumps, take_over
from monitor.opening import open_filled
from monitor.patrol import patrol, relieve
from monitor.polls import Polls
from monitor.pruning import prune
from monitor.reread import Rereading
from monitor.rules import rules_of
from monitor.serving import serve
from monitor.trace import note
from monitor.watch import Event, Watch
from monitor.watchdog import Expected
from monitor.websub import Subscribing
from spiders import Crawler
from storage import FencedError, Storage, StorageFullError
from storage.records import SourceRecord

if TYPE_CHECKING:
    from monitor.web import WebServer

log = logging.getLogger("pactwatch.service")

TICK_SECONDS = 1.0
SWEEP_SECONDS = 30.0
PATROL_SECONDS = 60.0
REREAD_SECONDS = 60.0
CATCH_UP_SECONDS = 60.0
WEBSUB_SECONDS = 60.0
CANARY_SECONDS = 600.0  # how often we look whether the canary's time has come
PRUNE_SECONDS = 600.0
HOLD_SECONDS = 10.0
# Visits in hand when we are told to stop may take this long to end.
LAST_VISITS_SECONDS = 10.0


class Every(BaseTrigger):  # type: ignore[misc]
    """Again after so long, by now's clock. APScheduler's own interval counts up the turns that were missed:
    after a jump of ten years, 300 million a chore, in gigabytes of memory."""

    __slots__ = ("_interval",)

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next turn: in step with the last one, or from now on where that is long ago or yet to come."""
        latest = now + self._interval
        if previous_fire_time is None or not now < previous_fire_time + self._interval <= latest:
            return latest
        return previous_fire_time + self._interval


class Service:
    """The watch as a background service. One instance, one `start`, one `stop`."""

    def __init__(
        self,
        config: Config,
        *,
        environ: Mapping[str, str],
        clock: Clock | None = None,
        observe: Callable[[Event], None] = lambda _event: None,
    ) -> None:
        """Prepare; nothing is opened before `start`. `observe` sees every visit and every judged article."""
        self.config = config
        self._environ = environ
        self._clock = SteadyClock(clock or SystemClock())
        self._observe = observe
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._polls = Polls(self._poll)
        self._delivering: asyncio.Task[None]
        self._guarding: asyncio.Task[None]
        self._operator: tuple[str, ...] = ()
        self._heartbeat: Heartbeat | None = None
        self.web: WebServer | None = None
        self._prune_from = 0.0
        self.lost = asyncio.Event()  # another service has taken the database over: stop
        self.storage: Storage
        self.watch: Watch
        self.delivery: Delivery

    async def start(self, *, chores: bool = True) -> None:
        """Return when sources are being polled. StorageError or SecretMissing where that cannot be.

        Without `chores` no clock runs: for a round by hand (poll_now, then delivery.drain).
        """
        gc.set_threshold(10_000, 10, 10)  # its own 700 cost every poll a tenth more
        config = self.config
        addressees = make_addressees(
            config.alerting.channels, self._environ, link_base=config.web.public_url or ""
        )
        self.storage = await asyncio.to_thread(open_filled, config, self._clock.now())
        self._crawler = Crawler(user_agent=config.user_agent, concurrency=config.schedule.concurrency)
        self.delivery = Delivery(
            self.storage,
            addressees,
            clock=self._clock,
            settings=config.alerting.delivery,
            operator=addressed(config.operator.channels, config.alerting.channels),
        )
        self.watch = self._make_watch()
        self._operator = addressed(config.operator.channels, config.alerting.channels) or tuple(addressees)
        self._heartbeat = make_heartbeat(config.operator.heartbeat, self._environ)
        self._rereading = Rereading(
            storage=self.storage,
            crawler=self._crawler,
            sources=self.watch.sources,
            rules=self.watch.rules,
            clock=self._clock,
            wake=self.delivery.wake,
        )
        self._catching_up = CatchUp(
            storage=self.storage, crawler=self._crawler, sources=self.watch.sources, clock=self._clock
        )
        await self._crawler.start()
        if not chores:
            return
        self._delivering = asyncio.create_task(self.delivery.run(), name="delivery")
        self.web = await serve(config, self.watch, wake=self.delivery.wake, ailing=self._ailing)
        self._begin_chores()
        self._guarding = asyncio.create_task(mind_jumps(self._clock, self._after_jump), name="clock guard")
        supervisor.tell("READY=1")

    def _make_watch(self) -> Watch:
        """The watch over what was opened; hubs wake it where the configuration says how they reach us."""
        config = self.config
        watch = Watch(
            storage=self.storage,
            crawler=self._crawler,
            sources={s.id: config.web_source(s) for s in (*config.polled, *config.resting)},
            rules=rules_of(config),
            clock=self._clock,
            wake=self.delivery.wake,
            observe=self._happened,
            pace=replace(config.schedule.to_pace(), stretch_pushed=config.websub.stretch),
        )
        if callback := config.websub.callback:
            watch.websub = Subscribing(
                storage=self.storage, crawler=self._crawler, sources=watch.sources, clock=self._clock,
                callback=callback.rstrip("/"), lease=config.websub.lease,
            )  # fmt: skip
        return watch

    def _begin_chores(self) -> None:
        """Start the clock: each chore runs now, and then again and again."""
        self._every(TICK_SECONDS, self._tick)
        self._every(SWEEP_SECONDS, self.watch.sweep)
        self._every(PATROL_SECONDS, self._patrol)
        self._every(REREAD_SECONDS, self._reread)
        self._every(CATCH_UP_SECONDS, self._catch_up)
        if self.watch.websub:
            self._every(WEBSUB_SECONDS, self.watch.websub.subscribe)
        operator = self.config.operator
        if operator.canary:
            self._every(CANARY_SECONDS, self._sing)
        self._every(PRUNE_SECONDS, self._prune)
        self._every(HOLD_SECONDS, self._keep_hold)
        if operator.heartbeat:
            self._every(operator.heartbeat.every.total_seconds(), self._beat)
        self._scheduler.start()

    async def stop(self) -> None:
        """Return when all is ended in order; nothing that was committed is lost, nothing hangs."""
        supervisor.tell("STOPPING=1")
        if self.web:
            await self.web.stop()
        ticking = self._scheduler.running
        self.watch.stopping = True
        if ticking:
            self._scheduler.pause()
        await self._crawler.stop(seconds=LAST_VISITS_SECONDS)
        await self._polls.end(LAST_VISITS_SECONDS)
        await self.delivery.stop()
        if self._heartbeat:
            await self._heartbeat.close()
        if ticking:
            await self._delivering
            self._guarding.cancel()
            self._scheduler.shutdown(wait=False)
        await asyncio.to_thread(self.storage.close)

    def _happened(self, event: Event) -> None:
        note(event)
        self._observe(event)

    async def poll_now(self, ids: Sequence[str] = ()) -> list[Polled]:
        """One round over the named sources, or all, whether they are due or not."""
        wanted = set(ids) or {s.id for s in self.config.polled}
        with self.storage.reading() as r:
            records = [s for s in r.sources() if s.id in wanted and s.id in self.watch.sources]
        polled = await asyncio.gather(*(self.watch.poll(s) for s in records))
        if await self._catching_up.round():
            await self.watch.sweep()
        return [one for one in polled if one is not None]

    # -- chores --------------------------------------------------------------------------------------

    def _every(self, seconds: float, chore: Callable[[], Awaitable[object]]) -> None:
        """Do the chore now and then again and again: what a crash left waiting is taken up at once."""
        self._scheduler.add_job(
            self._guarded,
            Every(seconds),
            args=[chore],
            id=chore.__name__,
            next_run_time=self._clock.now(),
        )

    async def _guarded(self, chore: Callable[[], Awaitable[object]]) -> None:
        """The one boundary of a chore: its bug is logged and stops no other, nor its next turn."""
        try:
            await chore()
        except FencedError as error:
            log.critical("%s", error)
            self.lost.set()
        except Exception:
            log.exception("%s failed", chore.__name__.strip("_"))

    async def _tick(self) -> None:
        room = self.config.schedule.concurrency - len(self._polls)
        if room <= 0:
            return
        for source in await self.watch.due(room):
            if source.id in self.watch.sources:
                self._polls.begin(source)

    async def _poll(self, source: SourceRecord) -> None:
        async def poll() -> None:
            await self.watch.poll(source)

        poll.__name__ = f"poll of {source.id}"
        await self._guarded(poll)

    async def _reread(self) -> None:
        await self._rereading.round()

    async def _sing(self) -> None:
        settings = self.config.operator.canary
        assert settings is not None
        addresses = addressed([settings.channel], self.config.alerting.channels)
        if await asyncio.to_thread(
            sing_when_due, self.storage, addresses, every=settings.every, now=self._clock.now()
        ):
            self.delivery.wake()

    async def _keep_hold(self) -> None:
        """Raise FencedError where another service has taken the database over while nothing happened; tell
        systemd's watchdog that loop, threads and database answer."""
        with suppress(StorageFullError):  # told by whoever has something to write; a restart makes no room
            await asyncio.to_thread(self._write_nothing)
        supervisor.tell("WATCHDOG=1")

    def _write_nothing(self) -> None:
        with self.storage.writing():
            pass

    async def _prune(self) -> None:
        if time.monotonic() < self._prune_from:  # by a clock that is wrong, everything may be too old
            return
        pruned = await asyncio.to_thread(prune, self.storage, self.config.retention, now=self._clock.now())
        if pruned.visits or pruned.raw_pages or pruned.texts or pruned.entries:
            log.info("too old: %s", pruned)

    async def _catch_up(self) -> None:
        await self._catching_up.round()

    async def _patrol(self) -> None:
        expected = {
            s.id: Expected(entries=s.expect.entries, silence=s.expect.silence)
            for s in self.config.polled
            if s.expect.entries is not None or s.expect.silence is not None
        }
        told = await asyncio.to_thread(patrol, self.storage, expected, self._operator, now=self._clock.now())
        if told:
            self.delivery.wake()
        chains = {s.id: s.fallback for s in self.config.polled if s.fallback}
        resting = {s.id for s in self.config.resting}
        await asyncio.to_thread(relieve, self.storage, chains, resting, now=self._clock.now())

    async def _beat(self) -> None:
        settings = self.config.operator.heartbeat
        if settings is None or self._heartbeat is None:
            return
        reason = await asyncio.to_thread(trouble, self.storage, settings, now=self._clock.now())
        if reason is None:
            await self._heartbeat.beat()
        else:
            log.warning("no heartbeat: %s", reason)

    def _ailing(self) -> Sequence[str]:
        """What the database does not know of."""
        settings = self.config.operator.heartbeat
        if settings and self._heartbeat and self._heartbeat.refused(settings.patience):
            return ("the heartbeat is not taken",)
        return ()

    async def _after_jump(self, by: timedelta) -> None:
        """APScheduler waits for wall times, so that a clock set back an hour would stop every chore for an
        hour; and so does all that is kept."""
        log.warning("the clock jumped by %s: whatever waits is rescheduled", by)
        await asyncio.to_thread(take_over, self.storage, self._clock, by, self._operator)
        self.delivery.shift(by)
        if abs(by) > DAY:
            self._prune_from = time.monotonic() + DAY.total_seconds()
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=self._clock.now())
