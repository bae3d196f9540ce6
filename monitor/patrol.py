"""The watchdog's round: look at every source, tell the operator what is new, remember what was told.

What was told is kept in the database beside the deliveries, in the same commit, so that neither a crash
nor a restart tells it twice or not at all.
"""

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from monitor.alerts.outbox import operator_rows
from monitor.fallback import standing_in
from monitor.watchdog import (
    MOVED,
    RHYTHM,
    RHYTHM_VISITS,
    Expected,
    Incident,
    Trouble,
    changes,
    incidents,
    learnt_silence,
    needs_rhythm,
    visits_needed,
)
from storage import Reader, Storage, Writer
from storage.records import AlertRecord, SourceRecord, VisitRecord

log = logging.getLogger("pactwatch.patrol")

META = "watchdog"
# By source: since when its trouble is told, or how many seconds the last one lasted, and when it ended.
TROUBLES = "troubles"
REMEMBERED = timedelta(days=90)
_LEARNT: WeakKeyDictionary[Storage, dict[str, tuple[datetime | None, timedelta | None]]] = WeakKeyDictionary()


def patrol(
    storage: Storage, expected: Mapping[str, Expected], operator: Sequence[str], *, now: datetime
) -> tuple[Incident, ...]:
    """The incidents told in this round. Their deliveries are in the outbox when this returns."""
    with storage.reading() as r:
        sources = r.sources()
        known = told_before(r.meta(META))
        troubles: dict[str, list[str]] = json.loads(r.meta(TROUBLES) or "{}")
        moves = {key.removeprefix(MOVED): value for key, value in r.metas(MOVED).items()}
        visits: dict[str, list[VisitRecord]] = {
            s.id: r.visits(s.id, limit=count)
            for s in sources
            if (count := visits_needed(s, expected.get(s.id, Expected()), moved=s.id in moves))
        }
        rhythms = {
            s.id: _rhythm(storage, r, s, now)
            for s in sources
            if needs_rhythm(s, expected.get(s.id, Expected()), now=now)
        }
    current = incidents(
        sources, expected, visits, moves, now=now, mended=mended_lately(troubles), rhythms=rhythms
    )
    told, over = changes(known, current)
    if {i.key for i in current} == known.keys():
        return ()
    with storage.writing() as w:
        for incident in told:
            since = f"Since {incident.since:%Y-%m-%d %H:%M} UTC."
            _tell(w, incident.key, f"{incident.title}\n{since}\n{incident.advice}", operator, now)
        for title in over:
            _tell(w, f"over/{title}", f"Well again: {title}", operator, now)
        w.set_meta(META, json.dumps({i.key: i.title for i in current}))
        ended = known.keys() - {i.key for i in current}
        w.set_meta(TROUBLES, json.dumps(remembered(troubles, told, ended, now)))
    return told


def relieve(
    storage: Storage, chains: Mapping[str, Sequence[str]], resting: Collection[str], *, now: datetime
) -> dict[str, str]:
    """Switch fallbacks on and off again by what the last round told; {fallback: source} as it is now.

    `resting`: sources that are polled only while they stand in for another.
    """
    if not resting:
        return {}
    with storage.reading() as r:
        told = [key.split("/") for key in told_before(r.meta(META))]
        troubled = {source for source, *what in told if what and what[0] != Trouble.MOVED}
        status = {s.id: s.status for s in r.sources()}
    chosen = standing_in(chains, troubled, {*resting, *(i for i, s in status.items() if s == "active")})
    wanted = {one: "active" if one in chosen else "off" for one in resting if one in status}
    changed = {one: word for one, word in wanted.items() if status[one] != word}
    if changed:
        with storage.writing() as w:
            for one, word in changed.items():
                w.set_source_status(one, word, now)
                log.info("%s %s", one, f"stands in for {chosen[one]}" if one in chosen else "rests again")
    return {one: source for one, source in chosen.items() if one in resting}


def told_before(value: str | None) -> dict[str, str]:
    """Titles of the incidents that were told and are not over yet, by key."""
    return dict(json.loads(value)) if value else {}


def _rhythm(storage: Storage, r: Reader, source: SourceRecord, now: datetime) -> timedelta | None:
    """The source's own rhythm: learnt once for each time that it is quiet, since nothing adds to it then."""
    known = _LEARNT.setdefault(storage, {})
    if source.id not in known or known[source.id][0] != source.last_new_at:
        found = learnt_silence(r.news(source.id, now - RHYTHM, RHYTHM_VISITS))
        known[source.id] = (source.last_new_at, found)
    return known[source.id][1]


def mended_lately(troubles: Mapping[str, list[str]]) -> dict[str, timedelta]:
    """How long the last trouble of each source lasted that ended by itself."""
    return {one: timedelta(seconds=float(lasted)) for one, (lasted, end) in troubles.items() if end}


def remembered(
    troubles: Mapping[str, list[str]], told: Sequence[Incident], over: Collection[str], now: datetime
) -> dict[str, list[str]]:
    """What is kept of troubles that began, and of those that have ended: [since, ""] or [seconds, end]."""
    kept = {
        one: [what, end]
        for one, (what, end) in troubles.items()
        if not end or now - datetime.fromisoformat(end) < REMEMBERED
    }
    for incident in told:
        if incident.trouble is Trouble.FAILING:
            kept[incident.key.partition("/")[0]] = [incident.since.isoformat(), ""]
    for key in over:
        source, _, trouble = key.partition("/")
        since, end = kept.get(source, ["", "never began"])
        if trouble == Trouble.FAILING and not end:
            lasted = max(timedelta(0), now - datetime.fromisoformat(since))
            kept[source] = [str(lasted.total_seconds()), now.isoformat()]
    return kept


def _tell(w: Writer, about: str, note: str, operator: Sequence[str], now: datetime) -> None:
    alert = w.add_alert(AlertRecord(step_id="", kind="operator", created=now, note=note))
    w.add_deliveries(operator_rows(alert, operator, about=about, now=now))
