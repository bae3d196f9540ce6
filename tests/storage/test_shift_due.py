"""A jump of the wall clock moves every source with it."""

from datetime import UTC, datetime, timedelta

from storage import Storage
from storage.records import SourceRecord, VisitRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_every_polled_source_moves_and_the_others_stay(storage: Storage) -> None:
    def source(name: str, status: str = "active") -> SourceRecord:
        return SourceRecord(
            id=name, publisher="P", country=None, tier="press", kind="feed", url="https://x.example/f",
            status=status, due_at=NOW,
        )  # fmt: skip

    with storage.writing() as w:
        w.sync_sources([source("one"), source("two"), source("off", "off")], NOW)
        w.shift_due(timedelta(hours=-1))
    with storage.reading() as r:
        due = {s.id: s.due_at for s in r.sources()}
    assert due == {"one": NOW - timedelta(hours=1), "two": NOW - timedelta(hours=1), "off": NOW}


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
