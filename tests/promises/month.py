"""A month of normal traffic: how often the watchdog cries wolf. Sources publish by rhythms of their own
(all day, on working days, some weeks a month, now and then), are read by the true schedule, and stumble
as real ones do: an odd timeout or refusal, an hour's maintenance every night, an outage once a week, and
our own network away.
"""

import random
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor.patrol import mended_lately, remembered
from monitor.schedule import Pace, next_visit
from monitor.watchdog import RHYTHM, RHYTHM_VISITS, Expected, changes, incidents, learnt_silence, needs_rhythm
from spiders.items import Failure, Outcome, Visit
from storage.records import SourceRecord, VisitRecord
from tests.promises.attempt import Tally

START = datetime(2026, 2, 2, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOK = timedelta(minutes=10)
BEFORE, DAYS = 42, 30  # days in which the rhythm is learnt, days that count
OFFLINE = (timedelta(days=20, hours=3), timedelta(hours=2))

# By rhythm: how many entries an hour brings then, on average.
RHYTHMS: Mapping[str, Callable[[datetime], float]] = {
    "wire": lambda at: 6.0,
    "office": lambda at: 0.7 if at.weekday() < 5 and 7 <= at.hour < 18 else 0.0,
    "office, some weekends": lambda at: 0.5 if 8 <= at.hour < 17 and at.weekday() < 6 else 0.02,
    "parliament": lambda at: 1.0 if at.weekday() < 4 and 8 <= at.hour < 19 and at.day % 28 < 18 else 0.0,
    "ministry": lambda at: 0.05 if at.weekday() < 5 and 8 <= at.hour < 17 else 0.0,
    "rare": lambda at: 0.006,
}
# By habit: whether it fails then, and how. `dice` is from 0 to 1.
HABITS: Mapping[str, Callable[[datetime, float], Failure | None]] = {
    "steady": lambda at, dice: Failure.TIMEOUT if dice < 0.005 else None,
    "stumbles": lambda at, dice: _one_of(dice, 0.02),
    "mended every night": lambda at, dice: Failure.HTTP if at.hour == 2 else _one_of(dice, 0.005),
    "away every Sunday": lambda at, dice: (
        Failure.CONNECTION if at.weekday() == 6 and 4 <= at.hour < 7 else _one_of(dice, 0.005)
    ),
}
KINDS = (
    Failure.TIMEOUT, Failure.HTTP, Failure.CONNECTION, Failure.BLOCKED, Failure.NOT_FOUND, Failure.TRUNCATED
)  # fmt: skip


def _one_of(dice: float, share: float) -> Failure | None:
    return KINDS[int(dice / share * len(KINDS))] if dice < share else None


@dataclass
class Played:
    """A source, its visits, and the memory that the watchdog's round keeps of it."""

    record: SourceRecord
    rhythm: str
    habit: str
    visits: deque[VisitRecord] = field(default_factory=lambda: deque(maxlen=RHYTHM_VISITS))
    last: datetime = START

    def visit(self, now: datetime, chance: random.Random, pace: Pace, *, offline: bool) -> None:
        """Once, as intake learns from it."""
        source = self.record
        hours = int((now - self.last) / LOOK)
        expected = sum(RHYTHMS[self.rhythm](self.last + n * LOOK) for n in range(hours)) * (LOOK / HOUR)
        new = sum(chance.random() < expected / 20 for _ in range(20))
        failure = Failure.CONNECTION if offline else HABITS[self.habit](now, chance.random())
        outcome = Outcome.FAILED if failure else Outcome.CHANGED if new else Outcome.UNCHANGED
        seen = Visit(source_id=source.id, started=now, finished=now, outcome=outcome, failure=failure)
        new = 0 if failure else new
        due = next_visit(source, seen, new=new, pace=pace, chance=chance.random())
        learnt = replace(source, last_visit_at=now, due_at=due, visits=source.visits + 1)
        if failure:
            self.record = replace(learnt, failures=source.failures + 1, failure=failure.value, error="played")
        else:
            self.record = replace(learnt, failures=0, failure=None, last_success_at=now)
            self.last = now
        if new:
            self.record = replace(self.record, last_new_at=now)
            self.visits.append(
                VisitRecord(source_id=source.id, started=now, finished=now, outcome=outcome, new_entries=new)
            )


def month(tally: Tally, chance: random.Random, *, long: bool) -> str:
    """A line on what was tried. Each kind of rhythm with each kind of habit, in the long form three times."""
    pace, alarms = Pace(), Counter[str]()
    sources = [
        _source(f"{rhythm}, {habit}, {n}", rhythm, habit)
        for rhythm in RHYTHMS for habit in HABITS for n in range(3 if long else 1)
    ]  # fmt: skip
    known: dict[str, str] = {}
    troubles: dict[str, list[str]] = {}
    now, polls = START, 0
    while now < START + (BEFORE + DAYS) * DAY:
        offline = OFFLINE[0] <= now - START < sum(OFFLINE, timedelta(0))
        for one in sources:
            if one.record.due_at is None or one.record.due_at <= now:
                one.visit(now, chance, pace, offline=offline)
                polls += 1
        told, known, troubles = _round(sources, known, troubles, now)
        if now >= START + BEFORE * DAY:
            alarms.update(told)
        now += LOOK
    for one in sources:
        with tally.attempt(f"a month of {one.record.id}"):
            assert alarms[one.record.id] <= 1, f"{alarms[one.record.id]} false alarms"
    most = max(alarms.values(), default=0)
    return (
        f"{len(sources)} sources over {DAYS} days of normal traffic, {polls} polls: {sum(alarms.values())} "
        f"false alarms, at most {most} of one source"
    )


def _round(
    sources: list[Played], known: dict[str, str], troubles: dict[str, list[str]], now: datetime
) -> tuple[list[str], dict[str, str], dict[str, list[str]]]:
    """(sources that are told of, what is known, what is remembered) after a round of the watchdog."""
    rhythms = {
        one.record.id: learnt_silence(v for v in one.visits if v.finished >= now - RHYTHM)
        for one in sources
        if needs_rhythm(one.record, Expected(), now=now)
    }
    found = incidents(
        [one.record for one in sources], {}, {}, now=now, mended=mended_lately(troubles), rhythms=rhythms
    )
    told, _ = changes(known, found)
    over = known.keys() - {i.key for i in found}
    if told or over:
        troubles = remembered(troubles, told, over, now)
    return [i.key.partition("/")[0] for i in told], {i.key: i.title for i in found}, troubles


def _source(name: str, rhythm: str, habit: str) -> Played:
    official = rhythm not in ("wire", "rare")
    record = SourceRecord(
        id=name, publisher=name, country=None, tier="official" if official else "press", kind="feed",
        url="https://x.example", interval_seconds=600 if official else 900, due_at=START, baseline_at=START,
    )  # fmt: skip
    return Played(record=record, rhythm=rhythm, habit=habit)
