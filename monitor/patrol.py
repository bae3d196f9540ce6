"""The watchdog's round: look at every source, tell the operator what is new, remember what was told.

What was told is kept in the database beside the deliveries, in the same commit, so that neither a crash
nor a restart tells it twice or not at all.
"""

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from monitor.alerts.outbox import operator_rows
from monitor.fallback import standing_in
from monitor.watchdog import MOVED, Expected, Incident, Trouble, changes, incidents, visits_needed
from storage import Storage, Writer
from storage.records import AlertRecord, VisitRecord

log = logging.getLogger("pactwatch.patrol")

META = "watchdog"


def patrol(
    storage: Storage, expected: Mapping[str, Expected], operator: Sequence[str], *, now: datetime
) -> tuple[Incident, ...]:
    """The incidents told in this round. Their deliveries are in the outbox when this returns."""
    with storage.reading() as r:
        sources = r.sources()
        known = told_before(r.meta(META))
        moves = {key.removeprefix(MOVED): value for key, value in r.metas(MOVED).items()}
        visits: dict[str, list[VisitRecord]] = {
            s.id: r.visits(s.id, limit=count)
            for s in sources
            if (count := visits_needed(s, expected.get(s.id, Expected()), moved=s.id in moves, now=now))
        }
    current = incidents(sources, expected, visits, moves, now=now)
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


def _tell(w: Writer, about: str, note: str, operator: Sequence[str], now: datetime) -> None:
    alert = w.add_alert(AlertRecord(step_id="", kind="operator", created=now, note=note))
    w.add_deliveries(operator_rows(alert, operator, about=about, now=now))
