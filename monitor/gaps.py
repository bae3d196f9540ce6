"""Gaps: visits that found nothing they knew, so that entries in between may have been missed.

A feed of ten entries that is asked after a night's downtime may have listed thirty. Such a gap is kept with
the visit that shows it, in one commit, and monitor.catchup fills it from older pages and sitemaps.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.terms import Tier
from spiders.items import Outcome, Visit
from storage import Reader, Writer
from storage.records import SourceRecord

GAPS = "gap/"
# Many listings date by the day alone.
SLACK = timedelta(days=1)
# What is found sooner after it was published is not late.
LATE = timedelta(hours=1)
# A visit with fewer entries than this and all of them new shows nothing.
ENOUGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A source may have brought entries between `since` and `until` that no visit has seen."""

    source_id: str
    since: datetime  # the last good visit before
    until: datetime  # the oldest entry of the visit that shows it, or that visit
    next_page: str | None = None  # where older entries are listed
    attempts: int = 0
    due_at: datetime | None = None  # when filling it is tried next; None: it is closed
    filled_by: str | None = None  # pages, sitemap; None: not filled (yet)
    found: int = 0  # entries found late

    @property
    def key(self) -> str:
        """Where it is kept: keys follow time."""
        return f"{GAPS}{self.until.isoformat()}/{self.source_id}"


def gap_before(source: SourceRecord, visit: Visit, *, listed: int, new: int) -> Gap | None:
    """The gap that a visit shows, or None. `source` as before the visit; `listed` entries, `new` of them.

    None for a first visit; where some entry was known, or is clearly older than the last good visit (a
    redesign gave all of them new addresses); and for discovery sources, whose searches give whatever
    matches today.
    """
    last = source.last_success_at
    if visit.outcome is not Outcome.CHANGED or source.baseline_at is None or last is None:
        return None
    if new < max(listed, ENOUGH) or not source.entries or source.tier == Tier.DISCOVERY:
        return None
    dates = [at for e in visit.entries if (at := e.published or e.updated)]
    oldest = min(dates, default=visit.finished)
    if oldest <= last - SLACK:
        return None
    return Gap(
        source_id=source.id,
        since=last,
        until=oldest if last < oldest < visit.finished else visit.finished,
        next_page=visit.next_page,
        due_at=visit.finished,
    )


def keep_gap(w: Writer, gap: Gap) -> None:
    """The gap is there after the commit, as it is now."""
    times = {"since": gap.since, "until": gap.until, "due_at": gap.due_at}
    value = {
        **{name: at.isoformat() if at else None for name, at in times.items()},
        "next_page": gap.next_page,
        "attempts": gap.attempts,
        "filled_by": gap.filled_by,
        "found": gap.found,
    }
    w.set_meta(gap.key, json.dumps(value))


def gaps(reader: Reader) -> list[Gap]:
    """All gaps that are kept, oldest first."""
    return [_read(key, value) for key, value in reader.metas(GAPS).items()]


def why_late(
    reader: Reader, source: SourceRecord, published: datetime | None, *, now: datetime
) -> str | None:
    """Why something of this source is found only now: it fell into a gap; None where it did not."""
    if published is None or now - published < LATE:
        return None
    for gap in gaps(reader):
        if gap.source_id == source.id and gap.since - SLACK <= published <= gap.until:
            return f"found late: {source.publisher} was not read from {gap.since:%F} to {gap.until:%F}"
    return None


def _read(key: str, value: str) -> Gap:
    kept = json.loads(value)
    times = {
        name: datetime.fromisoformat(kept[name]) if kept[name] else None
        for name in ("since", "until", "due_at")
    }
    return Gap(**{**kept, **times, "source_id": key.removeprefix(GAPS).partition("/")[2]})
