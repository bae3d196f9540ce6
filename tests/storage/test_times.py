"""A jump of the wall clock moves every source with it, and whatever else waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage import Storage
from storage.records import (
    AlertRecord,
    DeliveryRecord,
    DeliveryState,
    EntryRecord,
    EntryState,
    SilenceRecord,
    SourceRecord,
    VisitRecord,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def source(name: str, status: str = "active", **known: object) -> SourceRecord:
    plain: dict[str, object] = {"due_at": NOW} | known
    return SourceRecord(
        id=name, publisher="P", country=None, tier="press", kind="feed", url=f"https://x.example/{name}",
        status=status, **plain,  # type: ignore[arg-type]
    )  # fmt: skip


def delivery(key: str, **known: object) -> DeliveryRecord:
    plain: dict[str, object] = {"alert_id": 1, "channel": "desk", "route": "all", "created": NOW} | known
    return DeliveryRecord(key=key, kind="operator", **plain)  # type: ignore[arg-type]


def entry(title: str) -> EntryRecord:
    return EntryRecord(
        source_id="one", key=title, canonical_url=f"https://x.example/{title}",
        link=f"https://x.example/{title}", title=title, first_seen=NOW,
    )  # fmt: skip


def test_every_polled_source_moves_and_the_others_stay(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([source("one"), source("two"), source("off", "off")], NOW)
        w.shift_times(-HOUR)
    with storage.reading() as r:
        due = {s.id: s.due_at for s in r.sources()}
    assert due == {"one": NOW - HOUR, "two": NOW - HOUR, "off": NOW}


@pytest.mark.parametrize("by", [-HOUR, HOUR, 3650 * 24 * HOUR], ids=str)
def test_all_that_waits_moves_and_what_is_due_by_the_wall_stays(storage: Storage, by: timedelta) -> None:
    """A message to be tried again in a minute is due in a minute, whatever the clock is set to."""
    soon = NOW + timedelta(minutes=1)
    with storage.writing() as w:
        w.sync_sources([source("one")], NOW)
        alert = w.add_alert(AlertRecord(step_id="", kind="operator", created=NOW))
        made = [delivery(key, alert_id=alert.id, due_at=NOW) for key in ("tried", "sent", "leased")]
        made += [delivery(key, alert_id=alert.id, due_at=soon) for key in ("waits", "digest")]
        made[-1] = replace(made[-1], batch="morning")
        w.add_deliveries(made)
        for one in w.lease_deliveries(NOW, 10, lease=HOUR):
            if one.key == "sent":
                w.settle_delivery(one.id or 0, DeliveryState.SENT, now=NOW)
            if one.key == "tried":
                w.settle_delivery(one.id or 0, DeliveryState.PENDING, now=NOW, due_at=soon)
        (late,) = w.add_entries([entry("late")])
        w.settle_entry(late.id or 0, EntryState.WAITING, attempts=1, try_at=soon)
        w.shift_times(by, past=True, stays=lambda batch: batch == "morning")
    with storage.reading() as r:
        kept = {d.key: d for d in r.deliveries()}
        waiting = [r.waiting_entries(at, 9) for at in (soon + by - SECOND, soon + by)]
    assert kept["tried"].due_at == kept["waits"].due_at == soon + by
    assert kept["digest"].due_at == soon
    assert kept["leased"].lease_until == NOW + HOUR + by
    assert kept["tried"].created == kept["digest"].created == NOW + by
    assert (kept["sent"].sent_at, kept["sent"].created) == (NOW, NOW), "what is settled is history"
    assert [len(some) for some in waiting] == [0, 1]


def test_ages_move_only_where_they_are_asked_to(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([source("one", last_success_at=NOW, last_new_at=NOW)], NOW)
        w.shift_times(HOUR)
        assert w.sources()[0].last_success_at == NOW
        w.shift_times(-HOUR, past=True)
        (one,) = w.sources()
    assert (one.last_success_at, one.last_new_at, one.due_at) == (NOW - HOUR, NOW - HOUR, NOW)


def test_a_silence_stays_in_force_when_the_clock_is_set_to_before_it(storage: Storage) -> None:
    with storage.writing() as w:
        w.add_silence(
            SilenceRecord(match={}, reason="leave", who="desk", created=NOW, expires=NOW + 24 * HOUR)
        )
        w.shift_times(-HOUR)
        assert len(w.silences(NOW - HOUR)) == 1


def test_what_a_wrong_clock_put_off_for_years_is_due_at_the_next_start(storage: Storage) -> None:
    """The service ended while the clock was ten years ahead, and starts when it is right again."""
    years, day = 3650 * 24 * HOUR, 24 * HOUR
    with storage.writing() as w:
        w.sync_sources(
            [
                source("far", due_at=NOW + years, last_success_at=NOW + years),
                source("near", due_at=NOW + day),
            ],
            NOW,
        )
        alert = w.add_alert(AlertRecord(step_id="", kind="operator", created=NOW))
        far = delivery("far", alert_id=alert.id, due_at=NOW + years)
        w.add_deliveries([far, replace(far, key="digest", batch="morning")])
        assert w.bring_near(NOW, 2 * day, stays=lambda batch: batch == "morning") == 2
        due = {s.id: s.due_at for s in w.sources()}
        assert due == {"far": NOW, "near": NOW + day}
        assert w.source("far").last_success_at == NOW  # type: ignore[union-attr]
        assert {d.key: d.due_at for d in w.deliveries()} == {"far": NOW, "digest": NOW + years}


def test_the_claims_of_a_dead_service_are_due_at_the_next_start(storage: Storage) -> None:
    lease = timedelta(minutes=3)
    with storage.writing() as w:
        names = ("claimed", "planned", "waiting")
        w.sync_sources(
            [
                SourceRecord(
                    id=name, publisher="P", country=None, tier="press", kind="feed",
                    url=f"https://x.example/{name}", due_at=NOW,
                )
                for name in names
            ],
            NOW,
        )  # fmt: skip
        for name, failure, wait in (("planned", None, 60), ("waiting", "rate_limited", 2)):
            w.record_visit(
                VisitRecord(
                    source_id=name, started=NOW, finished=NOW, outcome="failed" if failure else "unchanged",
                    failure=failure,
                ),
                due_at=NOW + timedelta(minutes=wait),
            )  # fmt: skip
        assert [s.id for s in w.claim_due(NOW, 10, lease)] == ["claimed"]
    later = NOW + timedelta(seconds=5)
    with storage.writing() as w:
        assert w.claim_due(later, 10, lease) == []
        w.take_back_claims(later, lease)
        assert [s.id for s in w.claim_due(later, 10, lease)] == ["claimed"]
