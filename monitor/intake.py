"""Intake keeps visits: each with its new entries and when to come again, in one commit (the watch's first).

    visits waiting to be kept | new entries | worth reading? | gaps, moves, pushes | when again
             together            storage         detect            storage           schedule

Under load, visits share a commit, which costs more than all that is in it. Nobody goes on with a visit
before the commit that keeps it.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from monitor.arrivals import arrivals
from monitor.clock import JUMP, Clock
from monitor.detect import may_matter
from monitor.gaps import gap_before, keep_gap
from monitor.rates import Rates
from monitor.reissues import reissued, take_up
from monitor.schedule import Pace, next_visit
from monitor.terms import Tier
from monitor.together import Together
from monitor.watchdog import MOVED
from monitor.websub import Pushed, Subscribing
from spiders.items import Failure, Outcome, Validators, Visit
from storage import (
    FencedError,
    Lesson,
    Storage,
    StorageBusyError,
    StorageDamagedError,
    StorageFullError,
    Writer,
)
from storage.records import EntryRecord, EntryState, SourceRecord, VisitRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One visit and what was new in it."""

    source: SourceRecord
    visit: Visit
    new: int
    baseline: bool
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visited:
    """A visit that is to be kept, as `take` is told of it."""

    source: SourceRecord
    visit: Visit
    whole: bool
    websub: Subscribing | None = None


# More new entries in one visit are no day's news: a redesign gave all of them new addresses, or worse.
FLOOD = 500
Kept = tuple[Polled, list[EntryRecord]]
# No visit is to blame for these, and trying each by itself would take as long again for each.
NOBODYS_FAULT = (FencedError, StorageBusyError, StorageDamagedError, StorageFullError)


class Intake:
    """Keeps visits in one storage."""

    def __init__(self, *, storage: Storage, clock: Clock, pace: Pace, rates: Rates | None = None) -> None:
        self._storage = storage
        self._clock = clock
        self._pace = pace
        self._rates = rates or Rates()
        self._together = Together(self._keep, everyones=NOBODYS_FAULT)

    async def take(
        self, source: SourceRecord, visit: Visit, *, whole: bool, websub: Subscribing | None = None
    ) -> Kept:
        """Return the kept visit and the entries to follow now, oldest first. `source` as before the visit;
        `whole`: it asked for the whole body, changed or not."""
        return await self._together.ask(_Visited(source=source, visit=visit, whole=whole, websub=websub))

    def _keep(self, visited: Sequence[_Visited]) -> list[Kept]:
        with self._storage.writing() as w:
            now = self._clock.now()
            done = [self._keep_one(w, _emptied(_by_this_clock(one, now)), now) for one in visited]
            w.record_visits([lesson for _, lesson in done])
        return [kept for kept, _ in done]

    def _keep_one(self, w: Writer, visited: _Visited, now: datetime) -> tuple[Kept, Lesson]:
        source, visit = visited.source, visited.visit
        baseline = source.baseline_at is None
        state = EntryState.BASELINE if baseline else EntryState.WAITING
        arrived = arrivals(visit.entries, source.id, kind=source.kind, now=now, state=state)
        fresh = w.add_entries(arrived)
        again = take_up(w, reissued(source, visit, arrived, fresh), now=now)
        if gap := gap_before(source, visit, listed=len({e.key for e in arrived}), new=len(fresh)):
            keep_gap(w, gap)
        if visit.moved_to and visit.moved_to != source.url:
            w.set_meta(f"{MOVED}{source.id}", f"{source.url} {visit.moved_to}")
        due = self._next_visit(w, visited, new=len(fresh))
        wanted = [] if baseline else _passed_over(w, fresh, source)
        if not baseline:
            self._rates.passed(len(wanted), len(fresh) - len(wanted))
        waiting = [] if baseline else [*wanted, *again]
        polled = Polled(source=source, visit=visit, new=len(fresh), baseline=baseline, next_at=due)
        return (polled, sorted(waiting, key=_oldest_first)), _lesson(polled, whole=visited.whole)

    def _next_visit(self, w: Writer, visited: _Visited, *, new: int) -> datetime:
        source, visit, websub = visited.source, visited.visit, visited.websub
        pushed = websub.after_visit(w, source, visit, new=new) if websub else Pushed()
        chance = random.random()  # noqa: S311 - jitter
        due = next_visit(source, visit, new=new, pace=self._pace, chance=chance, pushed=pushed.serves)
        return min(due, pushed.again_at or due)


def _passed_over(w: Writer, fresh: Sequence[EntryRecord], source: SourceRecord) -> list[EntryRecord]:
    """The new entries that are worth reading; the others are settled as skipped. Of a flood, only those are
    whose own words say so."""
    worth = worth_reading if len(fresh) <= FLOOD else lambda entry, _: _says_so(entry)
    wanted: list[EntryRecord] = []
    skipped: list[EntryRecord] = []
    for entry in fresh:
        (wanted if worth(entry, source) else skipped).append(entry)
    w.settle_entries([entry.id for entry in skipped if entry.id is not None], EntryState.SKIPPED)
    return wanted


def worth_reading(entry: EntryRecord, source: SourceRecord) -> bool:
    """Whether the page behind an entry is fetched: where the cheap prefilter sees the field in its title
    or summary, and always for official sources that say little else than a title."""
    if _says_so(entry):
        return True
    official = source.tier in (Tier.OFFICIAL, Tier.PARLIAMENT)
    return official and len(entry.summary) + len(entry.content) < len(entry.title) + 80


def _says_so(entry: EntryRecord) -> bool:
    return may_matter(entry.title or _slug_words(entry.link), f"{entry.summary}\n{entry.content}")


def _slug_words(link: str) -> str:
    """The words of an address, which stand in for a title where a sitemap gives none."""
    return re.sub(r"[-_./+]+", " ", unquote(urlsplit(link).path))


def _by_this_clock(visited: _Visited, now: datetime) -> _Visited:
    """The visit as it would have been had the clock been set before it rather than while it went on."""
    visit = visited.visit
    moved = now - visit.finished
    if abs(moved) <= JUMP:
        return visited
    return replace(visited, visit=replace(visit, started=visit.started + moved, finished=now))


def _emptied(visited: _Visited) -> _Visited:
    """The visit as a failure where its list is in order but has nothing, though there were entries before:
    the page was built anew, or a generator has failed. (Searches find nothing at times.)"""
    source, visit = visited.source, visited.visit
    if visit.outcome is not Outcome.CHANGED or visit.entries or not source.entries:
        return visited
    if source.tier == Tier.DISCOVERY:
        return visited
    error = "the list has no entries, where there were some before"
    failed = replace(
        visit, outcome=Outcome.FAILED, failure=Failure.EMPTY, error=error, validators=Validators()
    )
    return replace(visited, visit=failed)


def _lesson(polled: Polled, *, whole: bool) -> Lesson:
    visit = polled.visit
    return Lesson(
        visit=_visit_record(visit, new=polled.new),
        due_at=polled.next_at,
        etag=visit.validators.etag,
        last_modified=visit.validators.last_modified,
        body_sha256=visit.validators.body_sha256,
        baseline_done=polled.baseline and visit.outcome is Outcome.CHANGED,
        unconditional=whole,
        newest_entry_at=max((e.published for e in visit.entries if e.published), default=None),
    )


def _visit_record(visit: Visit, *, new: int) -> VisitRecord:
    return VisitRecord(
        source_id=visit.source_id,
        started=visit.started,
        finished=visit.finished,
        outcome=visit.outcome,
        failure=visit.failure,
        error=visit.error,
        http_status=visit.http_status,
        final_url=visit.final_url,
        entries=len(visit.entries),
        new_entries=new,
        body_bytes=visit.body_bytes,
        partial=visit.partial,
    )


def _oldest_first(entry: EntryRecord) -> datetime:
    return entry.published or entry.first_seen or datetime.max.replace(tzinfo=UTC)
