"""The watchdog's round on a real database: told once, and once more when it is over."""

from datetime import UTC, datetime, timedelta

from monitor.patrol import patrol, relieve
from monitor.watchdog import MOVED, Expected
from storage import Storage
from storage.records import SourceRecord, VisitRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def source(name: str = "s", *, url: str = "https://x.example/f", status: str = "active") -> SourceRecord:
    return SourceRecord(
        id=name, publisher="P", country="UA", tier="official", kind="feed", url=url, status=status
    )


def visit(storage: Storage, at: datetime, failure: str | None) -> None:
    with storage.writing() as w:
        w.record_visit(
            VisitRecord(
                source_id="s", started=at, finished=at, outcome="failed" if failure else "changed",
                failure=failure, error="403" if failure else None, entries=0 if failure else 9,
            ),
            due_at=at + MINUTE,
        )  # fmt: skip


def test_an_incident_is_told_once_and_its_end_once(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([source()], NOW)
    for i in range(2):
        visit(storage, NOW + i * MINUTE / 2, "blocked")
    rounds = [patrol(storage, {"s": Expected()}, ["desk"], now=NOW + i * MINUTE) for i in range(3)]
    assert [len(told) for told in rounds] == [1, 0, 0]
    visit(storage, NOW + 4 * MINUTE, None)
    for i in range(5, 8):
        patrol(storage, {"s": Expected()}, ["desk"], now=NOW + i * MINUTE)
    with storage.reading() as r:
        notes = [a.note for a in r.alerts()]
        assert [d.channel for d in r.deliveries()] == ["desk", "desk"]
    assert notes[0].startswith("Well again: P (s): blocked")
    assert "fallback" in notes[1]


def test_a_fallback_stands_in_and_rests_again(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([source(), source("page", url="https://x.example/page", status="off")], NOW)

    def round_at(minute: int) -> dict[str, str]:
        now = NOW + minute * MINUTE
        patrol(storage, {}, [], now=now)
        return relieve(storage, {"s": ["page"]}, {"page"}, now=now)

    def status() -> str:
        with storage.reading() as r:
            return {s.id: s.status for s in r.sources()}["page"]

    visit(storage, NOW, None)
    assert (round_at(1), status()) == ({}, "off")
    for second in (0, 30):
        visit(storage, NOW + 2 * MINUTE + second * MINUTE / 60, "blocked")
    assert (round_at(3), status()) == ({"page": "s"}, "active")
    visit(storage, NOW + 4 * MINUTE, None)
    assert (round_at(5), status()) == ({}, "off")


def test_a_permanent_redirect_is_told_once_until_the_configuration_follows(storage: Storage) -> None:
    old, new = "https://x.example/f", "https://y.example/f"

    def configured(url: str) -> None:
        with storage.writing() as w:
            w.sync_sources([source(url=url)], NOW)

    def visited(minute: int, final: str) -> list[str]:
        at = NOW + minute * MINUTE
        with storage.writing() as w:
            w.set_meta(f"{MOVED}s", f"{old} {new}")
            seen = VisitRecord(source_id="s", started=at, finished=at, outcome="changed", final_url=final)
            w.record_visit(seen, due_at=at)
        return [i.title for i in patrol(storage, {"s": Expected()}, ["desk"], now=at)]

    configured(old)
    assert visited(1, new) == [f"P (s): moved for good to {new}"]
    assert visited(2, new) == []
    assert relieve(storage, {"s": ["page"]}, {"page"}, now=NOW) == {}, "it works: nobody need stand in"
    configured(new)
    assert visited(3, new) == []
    with storage.reading() as r:
        assert r.alerts()[0].note == f"Well again: P (s): moved for good to {new}"


def test_a_trouble_that_ended_by_itself_is_remembered(storage: Storage) -> None:
    """The site that is mended every night is told of once; a longer trouble again."""
    with storage.writing() as w:
        w.sync_sources([source()], NOW)
    visit(storage, NOW, None)
    told = []
    for night, minutes in ((1, 40), (2, 40), (3, 110)):
        begin = NOW + night * 1440 * MINUTE
        visit(storage, begin - MINUTE, None)
        for minute in range(0, minutes, 10):
            visit(storage, begin + minute * MINUTE, "http")
            told += [(night, minute) for _ in patrol(storage, {}, ["desk"], now=begin + minute * MINUTE)]
        visit(storage, begin + minutes * MINUTE, None)
        patrol(storage, {}, ["desk"], now=begin + minutes * MINUTE)
    assert told == [(1, 20), (3, 90)]


def test_the_rhythm_is_learnt_over_weeks(storage: Storage) -> None:
    """A parliament that is quiet from Thursday to Monday was told of each Monday: its last 400 visits were
    those of three days."""
    with storage.writing() as w:
        w.sync_sources([source()], NOW)
        for day in (28, 27, 26, 25, 21, 20, 19, 18, 14, 13, 12, 11, 7, 6, 5, 4):
            at = NOW - day * 1440 * MINUTE
            seen = VisitRecord(
                source_id="s", started=at, finished=at, outcome="changed", entries=9, new_entries=1
            )
            w.record_visit(seen, due_at=at)
    visit(storage, NOW, None)
    assert patrol(storage, {}, ["desk"], now=NOW) == ()
    assert len(patrol(storage, {}, ["desk"], now=NOW + 15 * 1440 * MINUTE)) == 1
