"""A visit that brings hundreds of new entries has only those read that say why."""

from datetime import UTC, datetime

import pytest

from monitor.intake import FLOOD, _passed_over
from storage import Storage
from storage.records import EntryState, Filter, SourceRecord
from tests.storage.builders import an_entry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFFICE = SourceRecord(
    id="harbour-news", publisher="Office", country="UA", tier="official", kind="feed",
    url="https://office.example/f", baseline_at=NOW,
)  # fmt: skip
SIGNED = "Ukraine and Kenya signed a bilateral security agreement"


@pytest.mark.parametrize(("count", "read"), [(20, 20), (FLOOD + 20, 1)])
def test_an_official_source_is_read_whole_but_not_a_flood(
    sqlite_storage: Storage, count: int, read: int
) -> None:
    with sqlite_storage.writing() as w:
        w.sync_sources([OFFICE], NOW)
        named = [an_entry(f"{n}", title=f"Notice number {n} of the harbour office") for n in range(count - 1)]
        fresh = w.add_entries([*named, an_entry("signed", title=SIGNED)])
        wanted = _passed_over(w, fresh, OFFICE)
        waiting = w.entries(Filter(state=EntryState.WAITING, limit=10_000))
    assert len(fresh) == count
    assert len(wanted) == len(waiting) == read
    assert SIGNED in {entry.title for entry in wanted}
