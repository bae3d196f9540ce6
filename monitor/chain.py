"""The chain from a source to a reader: which of its links do not hold, in words without names.

    polls | reads | entries taken up | articles judged | canary seen | channels take alerts

The heartbeat stops and /readyz is red while a link is broken; each is given the same patience.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import Reader, Writer
from storage.records import SourceRecord

OFFICIAL = ("official", "parliament")
# Where the configuration names no patience: twice the interval of the source that is asked most often, and
# never less than this. Others than official ones may be asked four times less often than their interval says.
SHORTEST_PATIENCE = timedelta(minutes=15)
STRETCHED = 4
# Since when articles cannot be judged, kept while none can.
STUMBLED = "stumbled"
# Since when detection does not see the canary.
UNSEEN = "canary_unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """How the chain holds. `broken`: what keeps everything from passing; `stuck`: how many of the channels
    that alerts wait for do not take them, `waiting`: of how many; `fresh`: no source was visited yet."""

    broken: tuple[str, ...]
    stuck: int
    waiting: int
    fresh: bool


def links(reader: Reader, *, patience: timedelta | None, now: datetime) -> Links:
    """How the chain holds now. `patience`: how long a link may be still; by default as sources need it."""
    sources = [s for s in reader.sources() if s.status in ("active", "blocked")]
    oldest = now - (patience or patience_for(sources))
    fresh = not any(s.visits for s in sources)
    due = [at for at in reader.kept_waiting().values() if at <= now]
    checks = {
        "no source was read well for too long": not fresh
        and not any(_since(s.last_success_at, oldest) for s in sources),
        "every source is overdue: nothing polls": not any(_since(s.due_at, oldest) for s in sources),
        "new entries wait and nothing takes them up": _before(reader.waits_since(), oldest),
        "articles cannot be judged": _before(_kept(reader, STUMBLED), oldest),
        "detection does not see the canary": _kept(reader, UNSEEN) is not None,
    }
    broken = tuple(reason for reason, is_so in checks.items() if is_so) if sources else ()
    return Links(broken=broken, stuck=sum(at < oldest for at in due), waiting=len(due), fresh=fresh)


def patience_for(sources: Sequence[SourceRecord]) -> timedelta:
    """How long it takes at most, when all is well, until some source is read again, twice."""
    waits = [s.interval_seconds * (1 if s.tier in OFFICIAL else STRETCHED) for s in sources]
    return max(SHORTEST_PATIENCE, 2 * timedelta(seconds=min(waits, default=0)))


def stumble(w: Writer, now: datetime) -> None:
    """An article could not be judged for a bug of ours."""
    if w.meta(STUMBLED) is None:
        w.set_meta(STUMBLED, now.isoformat())


def _kept(reader: Reader, key: str) -> datetime | None:
    value = reader.meta(key)
    return datetime.fromisoformat(value) if value else None


def _since(at: datetime | None, oldest: datetime) -> bool:
    return at is not None and at >= oldest


def _before(at: datetime | None, oldest: datetime) -> bool:
    return at is not None and at < oldest
