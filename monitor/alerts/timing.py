"""When people are told: digests in the reader's zone and quiet hours across midnight. Pure, DST-safe.

A wall time that a clock change skips (02:30 on the spring night) is told at the end of the gap; one
that comes twice is told the first time: exactly once in either case.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Collect, and tell at these wall times. `weekday` is 0 for Monday; only weekly ones use it."""

    every: str = "daily"  # hourly, daily, weekly
    at: time = time(8, 0)  # of an hourly digest only the minute counts
    weekday: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `start` up to `end` nothing is sent; `end` before `start` goes across midnight."""

    start: time
    end: time


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; inside a spring gap, the moment the gap ends."""
    local = datetime.combine(day, wall, tzinfo=zone)
    there = local.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return there
    # PEP 495: in a gap, fold=0 reads with the offset before it, fold=1 with the one after it. The gap
    # ends where the new offset begins: search between the two readings, minute by minute.
    before = local.replace(fold=1).astimezone(UTC)
    while before.astimezone(zone).utcoffset() != there.astimezone(zone).utcoffset():
        before += timedelta(minutes=1)
    return before


def next_digest(digest: Digest, zone: str, after: datetime) -> datetime:
    """The first digest time strictly after `after`, aware UTC."""
    tz = ZoneInfo(zone)
    if digest.every == "hourly":
        start = after.astimezone(UTC).replace(minute=digest.at.minute, second=0, microsecond=0)
        return start if start > after else start + timedelta(hours=1)
    day = after.astimezone(tz).date()
    for ahead in range(9):
        candidate = day + ahead * DAY
        if digest.every == "weekly" and candidate.weekday() != digest.weekday:
            continue
        at = instant(candidate, digest.at, tz)
        if at > after:
            return at
    raise AssertionError("a week has every weekday")


def after_quiet(quiet: QuietHours | None, zone: str, at: datetime) -> datetime:
    """`at` itself when people may be disturbed then, else the end of the quiet hours. Aware UTC."""
    if quiet is None or quiet.start == quiet.end:
        return at
    tz = ZoneInfo(zone)
    local = at.astimezone(tz)
    wall = local.time()
    if quiet.start < quiet.end:
        inside, end_day = quiet.start <= wall < quiet.end, local.date()
    else:
        inside = wall >= quiet.start or wall < quiet.end
        end_day = local.date() + DAY if wall >= quiet.start else local.date()
    return max(at, instant(end_day, quiet.end, tz)) if inside else at
