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
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations, product
from pathlib import Path

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.outbox import key_of
from monitor.alerts.rendering import Audience
from monitor.alerts.routing import Route
from monitor.config.models import RetentionSettings
from monitor.jumps import carry
from monitor.patrol import patrol
from monitor.pruning import prune
from monitor.rules import Rules
from monitor.watch import CLAIM, Watch
from spiders.items import Entry, Failure, Outcome, Page, Source, Validators, Visit
from storage import open_storage
from storage.records import Filter, SourceRecord
from tests.fakes.channel import FakeChannel
from tests.promises.attempt import Tally
from tests.promises.lives import repeats
from tests.promises.sending import Hurried

SOURCES, INTERVAL = 40, timedelta(minutes=5)
QUICK, LONG = 1_600, 1_000_000
WINDOW = 12  # entries in a feed
BASELINE = 10 * SOURCES  # polls; what a source has at its first good visit is recorded and not told
CHANNELS = ("asked", "plain")
STATES = ("Peru", "Norway", "Kenya", "Chile", "Iceland", "Ghana", "Uruguay", "Cyprus", "Malta", "Nepal",
          "Fiji", "Tonga", "Gabon", "Malawi", "Bhutan", "Latvia")  # fmt: skip
STEPS = {
    "signed": "{} and {} signed a bilateral security agreement in {}. It runs for ten years.",
    "in_force": "The bilateral security agreement between {} and {} entered into force, {} said.",
}
NOISE = "The committee met in the harbour office of {} and looked at the accounts of quarter {}."
JUMPS = (timedelta(hours=-1), timedelta(hours=1), timedelta(hours=8))
MEBIBYTE = 1 << 20
# On a disk, its flushes, which G1 is about, would be most of the time.
MEMORY = Path("/dev/shm")


@dataclass
class World:
    """The publishers: their feeds as they are now, and what was announced while a visit could see it."""

    chance: random.Random
    clock: Hurried
    feeds: dict[str, list[Entry]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)  # titles of steps that some visit was given
    often: float = 0.03
    served: int = 0
    failed: int = 0

    def __post_init__(self) -> None:
        """Every step that there is to announce, in an order that a state's pairs take in turn."""
        pairs = list(combinations(STATES, 2))
        self.chance.shuffle(pairs)
        self.steps = [(pair, stage) for stage, pair in product(STEPS, pairs)]
        self._number = 0

    def publish(self, source: str) -> None:
        """Add what a publisher brings: mostly noise; a step that is new; one that another had already."""
        dice = self.chance.random()
        if dice < self.often and self.steps and self.served > BASELINE:
            (one, other), stage = self.steps.pop(0)
            title = f"{one} and {other}: security agreement {'signed' if stage == 'signed' else 'in force'}"
            self._add(source, title, STEPS[stage].format(one, other, one))
            twins = self.chance.sample(sorted(self.feeds), 3)
            for twin in twins:
                self._add(twin, title, STEPS[stage].format(one, other, other))
        elif dice < 0.3:
            self._number += 1
            noise = NOISE.format(self.chance.choice(STATES), self._number)
            self._add(source, f"Committee report {self._number}", noise)

    def _add(self, source: str, title: str, text: str) -> None:
        self._number += 1
        link = f"https://{source}.example/news/{self._number}"
        self.texts[link] = text
        feed = self.feeds[source]
        feed.insert(self.chance.randrange(3), Entry(
            id=link, link=link, title=title, summary=text, published=self.clock.now()
        ))  # fmt: skip
        for gone in feed[WINDOW:]:
            self.texts.pop(gone.link, None)
        del feed[WINDOW:]

    def _drift(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """The feed as a careless generator gives it: other ids, other dates, another order."""
        how = self.chance.random()
        if how < 0.02:
            return tuple(replace(e, id=f"{e.id}?v={self.chance.randrange(9)}") for e in entries)
        if how < 0.04:
            return tuple(replace(e, published=self.clock.now()) for e in entries)
        return tuple(self.chance.sample(entries, len(entries))) if how < 0.06 else tuple(entries)

    # -- the contract of the crawler -------------------------------------------------------------------

    async def visit(
        self, source: Source, *, validators: Validators | None = None, now: datetime | None = None
    ) -> Visit:
        """How a poll went: one in twelve fails, in every way that there is."""
        self.publish(source.id)
        self.served += 1
        now = now or self.clock.now()
        shown = Visit(source_id=source.id, started=now, finished=now, outcome=Outcome.UNCHANGED)
        if self.chance.random() < 1 / 12:
            self.failed += 1
            kinds = [f for f in Failure if f not in (Failure.OFFLINE, Failure.BLOCKED)]
            failure = self.chance.choice(kinds)
            return replace(shown, outcome=Outcome.FAILED, failure=failure, error=f"played: {failure}")
        feed = self.feeds[source.id]
        tag = feed[0].id if feed else "empty"
        if validators and validators.etag == tag:
            return shown
        self.announced |= {e.title for e in feed if "security agreement" in e.title}
        return replace(
            shown, outcome=Outcome.CHANGED, entries=self._drift(feed), validators=Validators(etag=tag)
        )

    async def read_page(self, url: str, source: Source) -> Page:
        """The page, or one time in ten none."""
        now, text = self.clock.now(), self.texts.get(url.partition("?")[0])
        if text is None or self.chance.random() < 0.1:
            return Page(url=url, fetched=now, canonical_url=url, failure=Failure.TIMEOUT, error="played")
        return Page(url=url, fetched=now, canonical_url=url, text=text, language="en", body=text.encode())


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
            wake=lambda: None,
        )  # fmt: skip


class Soak:
    """Lives one after the other, until so many polls are done."""

    def __init__(self, folder: Path, seed: int) -> None:
        """A database in `folder`; all that happens comes from `seed`."""
        self.folder, self.chance = folder, random.Random(seed)
        self.address = f"sqlite:///{folder}/soak.db"
        self.world = World(self.chance, Hurried())
        names = [f"office-{n:02}" for n in range(SOURCES)]
        self.world.feeds = {name: [] for name in names}
        self.sources = {n: Source(id=n, url=f"https://{n}.example/feed") for n in names}
        self.records = [
            SourceRecord(
                id=n, publisher=f"Office {n}", country=None, tier="official", kind="feed",
                url=f"https://{n}.example/feed", interval_seconds=int(INTERVAL.total_seconds()),
                due_at=self.world.clock.now(),
            )
            for n in names
        ]  # fmt: skip
        self.channels = [FakeChannel("asked", can_be_asked=True), FakeChannel("plain")]
        self.lives, self.jumps, self.incidents, self.polls = 0, 0, 0, 0
        self.sizes: list[dict[str, float]] = []
        self.polled: dict[str, datetime] = {}

    async def live(self, polls: int) -> None:
        """Poll on, in life after life."""
        every = polls // 20
        self.world.often = min(0.03, 200 / polls)
        while self.polls < polls:
            self.lives += 1
            life = Life(self)
            await life.delivery.recover()
            until = min(polls, self.polls + self.chance.randrange(polls // 12, polls // 6))
            while self.polls < until:
                await self._round(life)
                if self.polls // every > len(self.sizes):
                    self.sizes.append(self._sizes())
            if self.polls < polls:
                life.storage.close()  # a death: nothing is finished, nothing is told
        await self._end(life)

    async def _round(self, life: Life) -> None:
        """A minute of the service's time: who is due is polled, what waits is taken up, chores are done."""
        clock = self.world.clock
        for record in await life.watch.due(SOURCES):
            await life.watch.poll(record)
            self.polls += 1
            self.polled[record.id] = clock.now()
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
            prune(life.storage, RetentionSettings(visits=timedelta(days=30)), now=clock.now())
        await clock.sleep(60)
        if self.chance.random() < 0.002:
            await self._jump(life, self.chance.choice(JUMPS))

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
        self.world.chance = _Kind(0)
        for _ in range(200):
            waiting = await life.watch.sweep()
            await life.delivery.drain()
            with life.storage.reading() as r:
                counts = r.counts()
            if not waiting and not counts.pending_deliveries:
                break
            await life.watch.clock.sleep(600)
        self.storage = life.storage

    def _sizes(self) -> dict[str, float]:
        """What must not grow without end, in MiB and numbers."""
        gc.collect()
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        files = {path.suffix or path.name: path.stat().st_size for path in self.folder.iterdir()}
        journal = sum(size for name, size in files.items() if "-" in name)
        return {
            "resident": resident * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE,
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "journal": journal / MEBIBYTE,
            "database": (sum(files.values()) - journal) / MEBIBYTE,
        }


class _Kind(random.Random):
    """A chance by which nothing fails any more."""

    def random(self) -> float:
        return 0.999


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried. SOAK_POLLS, where it is set, says how many polls the long form takes."""
    polls = int(os.environ.get("SOAK_POLLS", LONG)) if long else QUICK
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        soak = Soak(Path(folder), seed)
        asyncio.run(soak.live(polls))
        _hold(tally, soak, polls)
        soak.storage.close()
    first, last = soak.sizes[len(soak.sizes) // 5], soak.sizes[-1]
    grown = ", ".join(f"{name} {first[name]:.0f} to {last[name]:.0f}" for name in last)
    return (
        f"{soak.polls} polls of {SOURCES} sources, {soak.world.failed} of them failed, in {soak.lives} lives "
        f"with {soak.jumps} jumps of the clock; {len(soak.world.announced)} steps announced; from a fifth of "
        f"the way to the end (MiB, numbers): {grown}"
    )


def _hold(tally: Tally, soak: Soak, polls: int) -> None:
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
        late += [s.id for s in sources if s.due_at and s.due_at < soak.ended - 2 * INTERVAL]
        assert not late, f"not polled: {', '.join(late)}"
    with tally.attempt("troubles were seen"):
        assert soak.world.failed > polls / 30
    with tally.attempt("the database is whole"):
        assert not damage, damage[0]
    first, last = soak.sizes[len(soak.sizes) // 5], soak.sizes[-1]
    for name, room in (("resident", 40), ("descriptors", 5), ("journal", 20)):
        with tally.attempt(f"{name} bounded"):
            assert last[name] - first[name] <= room, f"{first[name]:.0f} to {last[name]:.0f}"
