"""G11: polls without end, with faults of every kind, under a clock that runs ahead. Memory, descriptors,
journal and database stay bounded, and at the end the four invariants of every fault hold: what was announced
is stored, each step was told once on each channel, every source is still polled, and troubles were visible.

The pipe is the true one (watch, register, outbox, delivery, patrol, pruning) over a true database on disk.
Only the network is played: by publishers that announce, repeat, re-date and fail by a seeded chance, and by
channels that are away or lose an answer. Now and then the service dies between two commits and starts again.
"""

import asyncio
import gc
import os
import random
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.outbox import key_of
from monitor.alerts.rendering import Audience
from monitor.alerts.routing import Route
from monitor.config.models import RetentionSettings
from monitor.intake import Polled
from monitor.jumps import carry
from monitor.patrol import patrol
from monitor.pruning import prune
from monitor.rules import Rules
from monitor.watch import CLAIM, Event, Watch
from spiders.items import Outcome, Source
from storage import open_storage
from storage.records import Filter, SourceRecord
from tests.fakes.channel import FakeChannel
from tests.monitor.test_record import NOW
from tests.promises.attempt import Tally
from tests.promises.g11_world import DeathError, World
from tests.promises.lives import repeats
from tests.promises.sending import Hurried

CHANNELS = ("asked", "plain")
KEEP = timedelta(days=30)  # the shortest that retention allows
JUMPS = (timedelta(hours=-1), timedelta(hours=1), timedelta(hours=8))
# MiB of an entry: what a file grows by, which has gaps where texts were; what stays after compaction.
GROWS, STAYS = 6 / 1024, 2 / 1024
MOST_ROUNDS = 500  # that a death waits for its moment
MEBIBYTE = 1 << 20
# On a disk, its flushes, which G1 is about, would be most of the time.
MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a soak is. The long form is as real feeds are: hardly any visit brings something new."""

    polls: int
    sources: int
    interval: timedelta
    tick: timedelta
    steps_often: float  # by poll
    noise_often: float
    sizes: int = 20  # times that all is measured


QUICK = Scale(
    polls=1_600, sources=40, interval=timedelta(minutes=5), tick=timedelta(minutes=1),
    steps_often=0.03, noise_often=0.27,
)  # fmt: skip
LONG = Scale(
    polls=1_000_000, sources=200, interval=timedelta(minutes=20), tick=timedelta(minutes=5),
    steps_often=0.0003, noise_often=0.03, sizes=100,
)  # fmt: skip


class Life:
    """A service over the database, from a start to a death."""

    def __init__(self, soak: "Soak") -> None:
        """Start as the service does: claims are taken back, what was attempting is taken up."""
        self.storage = open_storage(soak.address)
        self.storage.hold(soak.world.clock.now())
        with self.storage.writing() as w:
            w.take_back_claims(soak.world.clock.now(), CLAIM)
            w.sync_sources(soak.records, soak.world.clock.now())
        self.delivery = Delivery(
            self.storage,
            {c.name: Addressee(channel=c, audience=Audience(channel_kind="console")) for c in soak.channels},
            clock=soak.world.clock, operator=["asked"], chance=random.Random(1),
        )  # fmt: skip
        addresses = {name: (name,) for name in CHANNELS}
        self.watch = Watch(
            storage=self.storage, crawler=soak.world, sources=soak.sources, clock=soak.world.clock,  # type: ignore[arg-type]
            rules=Rules(routes=(Route(name="all", channels=CHANNELS),), addresses=addresses,
                        group_wait=timedelta(0)),
            wake=lambda: None, observe=soak.observe,
        )  # fmt: skip


class Soak:
    """Lives one after the other, until so many polls are done."""

    def __init__(self, folder: Path, seed: int, scale: Scale) -> None:
        """A database in `folder`; all that happens comes from `seed`."""
        self.folder, self.chance, self.scale = folder, random.Random(seed), scale
        self.address = f"sqlite:///{folder}/soak.db"
        self.world = World(
            self.chance, Hurried(), steps_often=scale.steps_often, noise_often=scale.noise_often,
            quiet=10 * scale.sources,
        )  # fmt: skip
        names = [f"office-{n:03}" for n in range(scale.sources)]
        self.world.feeds = {name: [] for name in names}
        self.sources = {n: Source(id=n, url=f"https://{n}.example/feed") for n in names}
        self.records = [
            SourceRecord(
                id=n, publisher=f"Office {n}", country=None, tier="official", kind="feed",
                url=f"https://{n}.example/feed", interval_seconds=int(scale.interval.total_seconds()),
                due_at=self.world.clock.now(),
            )
            for n in names
        ]  # fmt: skip
        self.channels = [FakeChannel("asked", can_be_asked=True), FakeChannel("plain")]
        self.lives, self.deaths, self.jumps, self.incidents, self.polls = 0, 0, 0, 0, 0
        self.seen_failed, self.entries = 0, 0
        self.sizes: list[dict[str, float]] = []
        self.polled: dict[str, datetime] = {}

    async def live(self) -> None:
        """Poll on, in life after life."""
        polls = self.scale.polls
        every = polls // self.scale.sizes
        while self.polls < polls:
            self.lives += 1
            life = Life(self)
            await life.delivery.recover()
            until = min(polls, self.polls + self.chance.randrange(polls // 12, polls // 6))
            while self.polls < until:
                await self._round(life)
                if self.polls // every > len(self.sizes):
                    self.sizes.append(self._sizes())
                    self._say()
            if self.polls < polls:
                await self._die(life)
        await self._end(life)

    def observe(self, event: Event) -> None:
        """What the watch says of itself: failed visits are counted, and what is new."""
        if isinstance(event, Polled):
            self.seen_failed += event.visit.outcome is Outcome.FAILED
            self.entries += event.new

    async def _round(self, life: Life) -> None:
        """A tick of the service: who is due is polled, side by side, what waits is taken up, chores are
        done."""
        clock = self.world.clock
        due = await life.watch.due(self.scale.sources)
        polls = await asyncio.gather(*(life.watch.poll(record) for record in due), return_exceptions=True)
        self.polls += len(due)
        self.polled |= dict.fromkeys((record.id for record in due), clock.now())
        if broken := [one for one in polls if isinstance(one, BaseException)]:
            raise broken[0]
        await life.watch.sweep()
        for channel in self.channels:
            if self.chance.random() < 0.02:
                channel.down = not channel.down
            if self.chance.random() < 0.01:
                channel.answer_lost = 1
        await life.delivery.drain()
        if self.chance.random() < 0.05:
            self.incidents += len(await asyncio.to_thread(
                patrol, life.storage, {}, ["asked"], now=clock.now()
            ))  # fmt: skip
        if self.chance.random() < 0.01:
            prune(life.storage, RetentionSettings(visits=KEEP, raw_pages=KEEP, texts=KEEP), now=clock.now())
        await clock.sleep(self.scale.tick.total_seconds())
        if self.chance.random() < 0.002:
            await self._jump(life, self.chance.choice(JUMPS))

    async def _die(self, life: Life) -> None:
        """The service is gone between the commit of a visit and that of its article, if one comes soon."""
        self.world.dying = True
        for _ in range(MOST_ROUNDS):
            try:
                await self._round(life)
            except DeathError:
                self.deaths += 1
                break
        self.world.dying = False
        life.storage.close()

    async def _jump(self, life: Life, by: timedelta) -> None:
        """The wall clock jumps, and the service's guard sees it."""
        self.jumps += 1
        self.world.clock.jump(by)
        with life.storage.writing() as w:
            carry(w, by)

    async def _end(self, life: Life) -> None:
        """Everything is well again: what waits is read and told, and no trouble is left to be seen later."""
        self.ended = self.world.clock.now()
        for channel in self.channels:
            channel.down, channel.answer_lost = False, 0
        self.world.kind = True
        for _ in range(200):
            await life.watch.sweep()
            await life.delivery.drain()
            with life.storage.reading() as r:
                counts = r.counts()
            if not counts.waiting_entries and not counts.pending_deliveries:
                break
            await life.watch.clock.sleep(600)
        self.storage = life.storage

    @property
    def is_past_retention(self) -> bool:
        """Whether there are sizes from a time in which as much goes as comes."""
        return self.sizes[-1]["day"] - self.settled["day"] > KEEP.days / 3

    @property
    def settled(self) -> dict[str, float]:
        """What all measured when retention had begun, or a fifth of the way where that is later."""
        late = [one for one in self.sizes if one["day"] > KEEP.days + 2]
        return late[0] if late else self.sizes[len(self.sizes) // 5]

    def compact(self) -> float:
        """The size of the database after `pactwatch db compact`, in MiB. The storage is closed."""
        self.storage.compact()
        self.storage.close()
        return self._sizes()["database"]

    def _say(self) -> None:
        if self.scale.sizes > QUICK.sizes:
            print(" ", ", ".join(f"{k} {v:.1f}" for k, v in self.sizes[-1].items()), flush=True)

    def _sizes(self) -> dict[str, float]:
        """What must not grow without end, in MiB and numbers."""
        gc.collect()
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        files = {path.suffix or path.name: path.stat().st_size for path in self.folder.iterdir()}
        journal = sum(size for name, size in files.items() if "-" in name)
        return {
            "day": (self.world.clock.now() - NOW) / timedelta(days=1),
            "entries": self.entries,
            "resident": resident * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE,
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "journal": journal / MEBIBYTE,
            "database": (sum(files.values()) - journal) / MEBIBYTE,
        }


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried. SOAK_POLLS, where it is set, says how many polls the long form takes."""
    scale = replace(LONG, polls=int(os.environ.get("SOAK_POLLS", LONG.polls))) if long else QUICK
    random.seed(seed)  # the jitter of the schedule
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        soak = Soak(Path(folder), seed, scale)
        asyncio.run(soak.live())
        _hold(tally, soak)
        compacted = soak.compact()
        if soak.is_past_retention:
            with tally.attempt("what stays for good is small"):
                most = soak.settled["database"] + STAYS * soak.entries
                assert compacted <= most, f"{compacted:.0f} MiB after compaction, {most:.0f} allowed"
    first, last = soak.settled, soak.sizes[-1]
    grown = ", ".join(f"{name} {first[name]:.0f} to {last[name]:.0f}" for name in last)
    return (
        f"{soak.polls} polls of {scale.sources} sources, {soak.seen_failed} of them failed, in {soak.lives} "
        f"lives with {soak.jumps} jumps of the clock; {len(soak.world.announced)} steps announced; from the "
        f"first day on which retention took something, or a fifth of the way, to the end (MiB, numbers): "
        f"{grown}, and {compacted:.0f} after compaction"
    )


def _hold(tally: Tally, soak: Soak) -> None:
    with soak.storage.reading() as r:
        steps = r.steps(Filter(limit=10_000))
        sources = r.sources()
        damage = soak.storage.check()
    with tally.attempt("what was announced is stored"):
        assert len(steps) == len(soak.world.announced), (
            f"{len(steps)} steps stored, {len(soak.world.announced)} announced"
        )
    for channel in soak.channels:
        with tally.attempt(f"each step is told on {channel.name}, once"):
            again = repeats(channel)
            assert not again or not channel.can_be_asked, f"{again} came again where it can be asked"
            told = {message.key for message in channel.received if message.kind == "new"}
            wanted = {key_of(step.id, channel.name, "new") for step in steps}
            assert told == wanted, f"{len(told & wanted)} of {len(wanted)} told, {len(told - wanted)} others"
    with tally.attempt("every source is still polled"):
        # The longest back-off, after a failure that does not pass by itself, is a day.
        late = [s.id for s in sources if soak.ended - soak.polled[s.id] > timedelta(hours=25)]
        late += [s.id for s in sources if s.due_at and s.due_at < soak.ended - 2 * soak.scale.interval]
        assert not late, f"not polled: {', '.join(late)}"
    with tally.attempt("troubles were seen"):
        assert soak.seen_failed == soak.world.failed > soak.scale.polls / 30
    with tally.attempt("the database is whole"):
        assert not damage, damage[0]
    first, last = soak.settled, soak.sizes[-1]
    for name, room in (("resident", 40), ("descriptors", 5), ("journal", 20)):
        with tally.attempt(f"{name} bounded"):
            assert last[name] - first[name] <= room, f"{first[name]:.0f} to {last[name]:.0f}"
    if not soak.is_past_retention:
        return
    with tally.attempt("once retention has begun, the database grows by what stays of an entry"):
        grown, new = last["database"] - first["database"], last["entries"] - first["entries"]
        assert grown <= GROWS * new, f"{grown:.0f} MiB for {new:.0f} entries"
