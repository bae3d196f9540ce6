"""When a source is visited next. Pure: what the visit brought, what is known of the source, and chance
as an argument.

    good visit  -> its interval, longer the longer nothing new has come, never past the ceiling
    failure     -> a back-off by the kind of failure; what the server asks for (Retry-After) comes first

Rules after SOURCES.md's politeness limits as kept in docs/operations.md: a refusal is asked again after
1 h, 6 h, 24 h and never evaded.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from spiders.items import Failure, Outcome, Visit
from storage.records import SourceRecord

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Nobody, not even a server, sends us away for longer.
LONGEST = DAY
# Failures that a human or a deployment has to end: asked again after 1 h, 6 h, then daily.
REFUSALS = frozenset({Failure.BLOCKED, Failure.ROBOTS, Failure.ADDRESS_REFUSED, Failure.TLS})
REFUSAL_WAITS = (HOUR, 6 * HOUR, DAY)
# The page is not what it was: asked again after 15 min, 1 h, 6 h, then daily.
CHANGES = frozenset({Failure.NOT_FOUND, Failure.NOT_A_FEED, Failure.TOO_COSTLY, Failure.TOO_LARGE})
CHANGE_WAITS = (HOUR / 4, HOUR, 6 * HOUR, DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often sources are visited (config: schedule).

    `stretch`: how many times its interval a source that brings nothing new may be left alone; 1 for
    official sources by default, where minutes count. `unconditional_after`: some servers keep an ETag
    after a change, so that now and then the whole body is asked for. `jitter`: share of an interval.
    """

    stretch: float = 4.0
    stretch_official: float = 1.0
    unconditional_after: timedelta = 6 * HOUR
    jitter: float = 0.1
    stretch_pushed: float = 4.0  # a source whose hub tells us of its news is asked so many times less often


# At a start, sources are asked so long after one another, or closer where they are many.
APART = timedelta(seconds=0.2)
# Other processes (a command, a second service) may make a source due: the database is asked this often.
LONGEST_REST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A time in which no source is due, so that the tick need not ask the database. Empty by default."""

    start: datetime | None = None
    end: datetime | None = None

    @staticmethod
    def until(first_due: datetime | None, now: datetime) -> "Rest":
        """From now until the first source is due."""
        longest = now + LONGEST_REST
        return Rest(start=now, end=min(first_due, longest) if first_due else longest)

    def lasts(self, now: datetime) -> bool:
        """Whether it is not over yet; a clock that was set back ends it, too."""
        return self.start is not None and self.end is not None and self.start <= now < self.end


def next_visit(
    source: SourceRecord, visit: Visit, *, new: int, pace: Pace, chance: float, pushed: bool = False
) -> datetime:
    """When to visit next. `source` as it was before this visit, `new`: entries never seen before,
    `chance`: a random number from 0 to 1, `pushed`: whether a hub tells us of its news."""
    interval = timedelta(seconds=source.interval_seconds)
    if visit.outcome is Outcome.FAILED:
        wait = _back_off(visit, source.failures, interval)
    else:
        stretch = _stretch(source, visit, new=new, pace=pace)
        wait = interval * (max(stretch, pace.stretch_pushed) if pushed else stretch)
        wait = max(wait, min(visit.fresh_for or timedelta(0), 4 * interval, HOUR))
    if visit.retry_after:
        wait = max(wait, visit.retry_after)
    return visit.finished + min(wait, LONGEST) * (1 + pace.jitter * chance)


def wants_whole_body(source: SourceRecord, *, now: datetime, pace: Pace) -> bool:
    """Whether this visit should be unconditional."""
    last = source.last_unconditional_at
    return last is None or now - last >= pace.unconditional_after or now < last


def spread(index: int, count: int, now: datetime, *, over: timedelta = timedelta(seconds=60)) -> datetime:
    """A due time for source number `index` of `count`, so that a start does not poll all at once: over at
    most that time, and less where there are few.

    The first ones are due at once: sources stand in the config in the order of their weight.
    """
    return now + min(over, count * APART) * (index / max(1, count))


def _stretch(source: SourceRecord, visit: Visit, *, new: int, pace: Pace) -> float:
    """1 while new entries come; grows by 1 for each quiet day, up to the tier's most."""
    most = pace.stretch_official if source.tier in ("official", "parliament") else pace.stretch
    if new or source.last_new_at is None:
        return 1.0
    quiet_days = (visit.finished - source.last_new_at) / DAY
    return max(1.0, min(most, 1.0 + quiet_days))


def _back_off(visit: Visit, failures: int, interval: timedelta) -> timedelta:
    """`failures`: how many visits in a row failed before this one."""
    if visit.failure is Failure.OFFLINE:
        return interval  # it is we who have no network: nobody is troubled by our asking
    if visit.failure in REFUSALS:
        return REFUSAL_WAITS[min(failures, len(REFUSAL_WAITS) - 1)]
    if visit.failure in CHANGES:
        return CHANGE_WAITS[min(failures, len(CHANGE_WAITS) - 1)]
    # The rest mends itself: the interval at first, doubled each time, an hour at most.
    doubled: timedelta = interval * float(2 ** min(failures, 6))
    return max(interval, min(doubled, HOUR))
