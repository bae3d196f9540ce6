"""A jump of the wall clock moves every source with it."""

from datetime import UTC, datetime, timedelta

from storage import Storage
from storage.records import SourceRecord

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
