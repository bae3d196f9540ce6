"""Sources keep what visits taught, are due when they should be, and come back after a crash."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage import Storage
from storage.lesson import Lesson
from storage.records import Filter, SourceRecord, VisitRecord
from tests.storage.builders import HOUR, MINUTE, NOW, a_source


def a_visit(source_id: str = "harbour-news", outcome: str = "changed", **more: Any) -> VisitRecord:
    given = {"started": NOW, "finished": NOW + MINUTE}
    return VisitRecord(source_id=source_id, outcome=outcome, **given | more)


def sync(storage: Storage, *records: SourceRecord) -> None:
    with storage.writing() as w:
        w.sync_sources(records, NOW)


def the(storage: Storage, source_id: str = "harbour-news") -> SourceRecord:
    with storage.reading() as r:
        source = r.source(source_id)
    assert source is not None
    return source


def test_a_source_comes_back_as_it_was_given(storage: Storage) -> None:
    given = a_source(due_at=NOW + HOUR, language="da", zone="Europe/Copenhagen", interval_seconds=120)
    sync(storage, given)
    assert the(storage) == given


def test_a_change_of_configuration_keeps_what_visits_taught(storage: Storage) -> None:
    sync(storage, a_source())
    with storage.writing() as w:
        w.record_visit(a_visit(new_entries=3), due_at=NOW + HOUR, etag='"1"', baseline_done=True)
    sync(storage, a_source(tier="agency"))
    got = the(storage)
    assert (got.tier, got.etag, got.baseline_at, got.due_at, got.entries) == (
        "agency", '"1"', NOW + MINUTE, NOW + HOUR, 3,
    )  # fmt: skip


def test_a_changed_address_keeps_the_identity_but_not_the_validators(storage: Storage) -> None:
    sync(storage, a_source())
    with storage.writing() as w:
        w.record_visit(
            a_visit(),
            due_at=NOW + 9 * HOUR,
            etag='"1"',
            last_modified="then",
            body_sha256="00",
            baseline_done=True,
        )
    sync(storage, a_source(url="https://moved.example/feed"))
    got = the(storage)
    assert (got.url, got.etag, got.last_modified, got.body_sha256) == (
        "https://moved.example/feed",
        None,
        None,
        None,
    )
    assert got.baseline_at == NOW + MINUTE
    assert got.due_at == NOW


def test_a_missing_source_is_switched_off_and_can_come_back(storage: Storage) -> None:
    sync(storage, a_source("one"), a_source("two"))
    sync(storage, a_source("one"))
    assert the(storage, "two").status == "off"
    with storage.writing() as w:
        assert [s.id for s in w.claim_due(NOW, 10, HOUR)] == ["one"]
    sync(storage, a_source("one"), a_source("two"))
    assert the(storage, "two").status == "active"


def test_a_blocked_source_stays_blocked_after_a_restart(storage: Storage) -> None:
    sync(storage, a_source())
    with storage.writing() as w:
        w.record_visit(
            a_visit(outcome="failed", failure="blocked", error="403"), due_at=NOW + HOUR, status="blocked"
        )
    sync(storage, a_source())
    assert (the(storage).status, the(storage).failures) == ("blocked", 1)


def test_what_is_due_is_claimed_once_and_comes_back_after_the_lease(storage: Storage) -> None:
    sync(
        storage,
        a_source("b", due_at=NOW),
        a_source("a", due_at=NOW - MINUTE),
        a_source("c", due_at=NOW + MINUTE),
    )
    with storage.writing() as w:
        assert w.next_due() == NOW - MINUTE
        assert [s.id for s in w.claim_due(NOW, 1, HOUR)] == ["a"]
        assert [s.id for s in w.claim_due(NOW, 9, HOUR)] == ["b"]
        assert w.claim_due(NOW, 9, HOUR) == []
        assert [s.id for s in w.claim_due(NOW + HOUR, 9, HOUR)] == ["c", "a", "b"]


def test_a_blocked_source_is_still_polled_and_a_dead_one_is_not(storage: Storage) -> None:
    sync(
        storage,
        a_source("blocked", status="blocked"),
        a_source("dead", status="dead"),
        a_source("off", status="off"),
    )
    with storage.writing() as w:
        assert [s.id for s in w.claim_due(NOW, 9, HOUR)] == ["blocked"]


@pytest.mark.parametrize(
    ("outcome", "given", "kept"),
    [
        ("changed", {"etag": '"2"'}, ('"2"', None, None)),
        ("unchanged", {}, ('"1"', "then", "00")),
        ("unchanged", {"etag": '"2"'}, ('"2"', "then", "00")),
        ("failed", {"etag": '"2"'}, ('"1"', "then", "00")),
        ("changed", {}, (None, None, None)),
    ],
)
def test_which_validators_are_kept(
    storage: Storage, outcome: str, given: dict[str, str], kept: tuple[str | None, ...]
) -> None:
    sync(storage, a_source())
    with storage.writing() as w:
        w.record_visit(a_visit(), due_at=NOW, etag='"1"', last_modified="then", body_sha256="00")
        w.record_visit(a_visit(outcome=outcome), due_at=NOW, **given)
    got = the(storage)
    assert (got.etag, got.last_modified, got.body_sha256) == kept


def test_failures_count_in_a_row(storage: Storage) -> None:
    sync(storage, a_source())
    failed = a_visit(outcome="failed", failure="timeout", error="30 s passed")
    with storage.writing() as w:
        w.record_visit(failed, due_at=NOW)
        w.record_visit(failed, due_at=NOW)
    got = the(storage)
    assert (got.failures, got.failure, got.error, got.last_success_at) == (2, "timeout", "30 s passed", None)
    with storage.writing() as w:
        w.record_visit(a_visit(outcome="unchanged"), due_at=NOW)
    got = the(storage)
    assert (got.failures, got.failure, got.error, got.visits) == (0, None, None, 3)
    assert got.last_success_at == NOW + MINUTE


def test_many_visits_in_one_go_teach_what_they_teach_one_by_one(storage: Storage) -> None:
    ids = ("harbour-news", "one-by-one")
    sync(storage, *(a_source(source_id) for source_id in ids), a_source("other"))

    def visits(source_id: str) -> list[Lesson]:
        return [
            Lesson(visit=a_visit(source_id, new_entries=2), due_at=NOW, etag='"1"', baseline_done=True),
            Lesson(visit=a_visit(source_id, outcome="failed", failure="dns"), due_at=NOW + HOUR),
            Lesson(visit=a_visit(source_id, outcome="failed", failure="tls"), due_at=NOW + 2 * HOUR),
        ]

    with storage.writing() as w:
        w.record_visits([])
        w.record_visits([*visits(ids[0]), Lesson(visit=a_visit("other"), due_at=NOW)])
        for lesson in visits(ids[1]):
            w.record_visits([lesson])
    one_by_one = the(storage, ids[1])
    assert replace(the(storage), id=one_by_one.id, url=one_by_one.url) == one_by_one
    assert (the(storage).failures, the(storage).failure, the(storage, "other").visits) == (2, "tls", 1)
    with storage.reading() as r:
        assert [v.failure for v in r.visits(ids[0])] == ["tls", "dns", None]


def test_the_newest_entry_and_the_baseline_never_go_back(storage: Storage) -> None:
    sync(storage, a_source())
    with storage.writing() as w:
        w.record_visit(a_visit(), due_at=NOW, newest_entry_at=NOW, baseline_done=True)
        later = a_visit(finished=NOW + HOUR, new_entries=1)
        w.record_visit(later, due_at=NOW, newest_entry_at=NOW - HOUR, baseline_done=True, unconditional=True)
    got = the(storage)
    assert (got.newest_entry_at, got.baseline_at) == (NOW, NOW + MINUTE)
    assert (got.last_unconditional_at, got.last_new_at) == (NOW + HOUR, NOW + HOUR)


def test_visits_are_kept_newest_first_until_they_are_forgotten(storage: Storage) -> None:
    sync(storage, a_source(), a_source("other"))
    with storage.writing() as w:
        for hour in range(3):
            w.record_visit(
                a_visit(started=NOW + hour * HOUR, http_status=200 + hour, partial=hour == 1), due_at=NOW
            )
        w.record_visit(a_visit("other"), due_at=NOW)
    with storage.reading() as r:
        got = r.visits("harbour-news", limit=2)
        assert [(v.http_status, v.partial) for v in got] == [(202, False), (201, True)]
        assert len(r.visits()) == 4
    with storage.writing() as w:
        assert w.forget_visits(NOW + timedelta(minutes=90)) == 3
        assert [v.http_status for v in w.visits()] == [202]


def test_sources_are_narrowed_by_what_is_asked(storage: Storage) -> None:
    sync(
        storage,
        a_source("a", tier="official", country="UA", language="uk"),
        a_source("b"),
        a_source("c", status="off"),
    )
    with storage.reading() as r:
        assert [s.id for s in r.sources()] == ["a", "b", "c"]
        assert [s.id for s in r.sources(Filter(tier="official"))] == ["a"]
        assert [s.id for s in r.sources(Filter(state="off"))] == ["c"]
        assert [s.id for s in r.sources(Filter(party="DK", limit=1))] == ["b"]
        assert r.source("nobody") is None
        assert r.counts().sources == 2
