"""A visit that brings hundreds of new entries has only those read that say why; one that brings none where
there were some has failed."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.intake import FLOOD, Intake, _passed_over
from monitor.schedule import Pace
from spiders.items import Failure, Outcome, Validators, Visit
from storage import Storage
from storage.records import EntryState, Filter, SourceRecord
from tests.fakes.clock import FakeClock
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


@pytest.mark.parametrize(
    ("known", "tier", "failure"),
    [(20, "official", Failure.EMPTY), (0, "official", None), (20, "discovery", None)],
)
def test_a_list_in_order_but_empty_is_a_failure_where_there_were_entries(
    sqlite_storage: Storage, known: int, tier: str, failure: Failure | None
) -> None:
    """200 OK and nothing in it counted as nothing new, for ever."""
    with sqlite_storage.writing() as w:
        w.sync_sources([replace(OFFICE, tier=tier)], NOW)
        (office,) = w.sources()
    office = replace(office, entries=known, baseline_at=NOW)
    nothing = Visit(
        source_id=office.id, started=NOW, finished=NOW, outcome=Outcome.CHANGED,
        validators=Validators(etag='"empty"'),
    )  # fmt: skip
    intake = Intake(storage=sqlite_storage, clock=FakeClock(NOW), pace=Pace())
    polled, _ = asyncio.run(intake.take(office, nothing, whole=False))
    assert polled.visit.failure is failure
    with sqlite_storage.reading() as r:
        (office,) = r.sources()
    assert office.etag == (None if failure else '"empty"'), "the next visit must see it again"
