"""The watchdog: each trouble told with what to do, quiet nights not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.watchdog import (
    ADVICE,
    Expected,
    Incident,
    Trouble,
    changes,
    incidents,
    learnt_silence,
    needs_rhythm,
    visits_needed,
)
from spiders.items import Failure
from storage.records import SourceRecord, VisitRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def source(name: str = "s", **known: object) -> SourceRecord:
    plain: dict[str, object] = {
        "tier": "official", "country": "UA", "last_visit_at": NOW, "last_success_at": NOW, "last_new_at": NOW,
        "baseline_at": NOW - 30 * DAY,
    }  # fmt: skip
    return SourceRecord(id=name, publisher=f"P {name}", kind="feed", url="https://x.example", **plain | known)  # type: ignore[arg-type]


def visit(at: datetime, *, new: int = 1, entries: int = 20, outcome: str = "changed") -> VisitRecord:
    return VisitRecord(
        source_id="s", started=at, finished=at, outcome=outcome, entries=entries, new_entries=new
    )


def look(
    *sources: SourceRecord,
    wants: Expected | None = None,
    visits: Sequence[VisitRecord] = (),
    now: datetime = NOW,
) -> tuple[Incident, ...]:
    expected = wants or Expected()
    rhythms = {"s": learnt_silence(visits)} if needs_rhythm(sources[0], expected, now=now) else {}
    return incidents(sources, {"s": expected}, {"s": visits}, now=now, rhythms=rhythms)


def test_a_working_source_is_no_incident() -> None:
    assert look(source()) == ()


@pytest.mark.parametrize(("failures", "told"), [(1, 0), (2, 0), (3, 1), (9, 1)])
def test_a_timeout_is_told_at_the_third_visit(failures: int, told: int) -> None:
    assert len(look(source(failures=failures, failure="timeout", error="no answer in 30 s"))) == told


def test_a_refusal_is_told_at_the_second_with_what_to_do() -> None:
    """One may be chance: some walls stumble once a week, and a page is away while it is put in place."""
    assert look(source(failures=1, failure="blocked", error="403")) == ()
    (incident,) = look(source(failures=2, failure="blocked", error="403"))
    assert incident.trouble is Trouble.FAILING
    assert "403" in incident.title
    assert "fallback" in incident.advice


def test_every_failure_of_the_web_room_is_a_known_word() -> None:
    assert set(ADVICE) <= set(Failure)


def test_longer_silent_than_expected_is_stale() -> None:
    wants = Expected(silence=2 * DAY)
    assert look(source(last_new_at=NOW - 47 * HOUR), wants=wants) == ()
    (incident,) = look(source(last_new_at=NOW - 49 * HOUR), wants=wants)
    assert incident.trouble is Trouble.STALE
    assert "2 days" in incident.advice


def test_the_rhythm_is_learnt_and_generous() -> None:
    busy = [visit(NOW - i * HOUR) for i in range(1, 20)]
    assert learnt_silence(busy) == timedelta(days=3)
    weekly = [visit(NOW - i * 7 * DAY) for i in range(1, 6)]
    assert learnt_silence(weekly) == 21 * DAY
    assert learnt_silence(busy[:3]) is None
    quiet = source(last_new_at=NOW - 4 * DAY)
    assert len(look(quiet, visits=busy)) == 1
    assert look(quiet, visits=weekly) == ()


def test_a_refusal_that_the_configuration_knows_of_is_not_told_but_its_end_is() -> None:
    (incident,) = look(source(status="blocked", failures=2, failure="blocked", error="403"))
    told, over = changes({}, [incident])
    assert (told, over) == ((), ())
    assert changes({incident.key: incident.title}, []) == ((), (incident.title,))
    (gone,) = look(source(status="blocked", failures=2, failure="not_found", error="404"))
    assert changes({}, [gone])[0] == (gone,)


def test_fewer_entries_than_expected_three_times_is_thin() -> None:
    wants = Expected(entries=5)
    thin = [visit(NOW - i * HOUR, entries=1, new=0) for i in range(3)]
    assert [i.trouble for i in look(source(), wants=wants, visits=thin)] == [Trouble.THIN]
    assert look(source(), wants=wants, visits=[*thin[:2], visit(NOW - 3 * HOUR)]) == ()
    assert look(source(), wants=wants, visits=[*thin, visit(NOW, entries=9)]) == ()


def test_a_country_without_a_working_official_source_is_told() -> None:
    broken = [source(n, failures=5, failure="timeout") for n in ("one", "two")]
    found = look(*broken, source("x", country="DK"))
    assert [i.trouble for i in found] == [Trouble.FAILING, Trouble.FAILING, Trouble.NO_OFFICIAL]
    assert "UA" in found[-1].title
    assert len(look(broken[0], source("two"), source("x", country="DK"))) == 1


def test_our_own_lack_of_a_network_is_nobodys_incident() -> None:
    assert look(*(source(n, failures=9, failure="dns") for n in ("one", "two", "three"))) == ()


def test_each_is_told_once_and_so_is_its_end() -> None:
    (incident,) = look(source(failures=3, failure="timeout"))
    told, over = changes({}, [incident])
    assert (told, over) == ((incident,), ())
    assert changes({incident.key: incident.title}, [incident]) == ((), ())
    assert changes({incident.key: incident.title}, []) == ((), (incident.title,))


@pytest.mark.parametrize(
    ("known", "wants", "moved", "some", "rhythm"),
    [
        ({}, Expected(), False, False, False),
        ({}, Expected(), True, True, False),
        ({}, Expected(entries=5), False, True, False),
        ({"last_new_at": NOW - 4 * DAY}, Expected(), False, False, True),
        ({"last_new_at": NOW - 4 * DAY}, Expected(silence=HOUR), False, False, False),
        ({"last_new_at": NOW - 2 * DAY}, Expected(), False, False, False),
        ({"last_visit_at": None}, Expected(entries=5), True, False, False),
    ],
)
def test_visits_are_read_only_where_the_verdict_depends_on_them(
    known: dict[str, object], wants: Expected, moved: bool, some: bool, rhythm: bool
) -> None:
    assert (visits_needed(source("s", **known), wants, moved=moved) > 0) is some
    assert needs_rhythm(source("s", **known), wants, now=NOW) is rhythm


def test_a_list_that_stays_short_without_changing_is_thin() -> None:
    """Its second visit finds nothing changed, and counted as none."""
    wants = Expected(entries=5)
    same = [visit(NOW - i * HOUR, entries=0, new=0, outcome="unchanged") for i in range(2)]
    short, full = visit(NOW - 2 * HOUR, entries=1, new=0), visit(NOW - 2 * HOUR, entries=9)
    assert [i.trouble for i in look(source(), wants=wants, visits=[*same, short])] == [Trouble.THIN]
    assert look(source(), wants=wants, visits=[*same, full]) == ()
    assert look(source(), wants=wants, visits=same) == (), "of these alone nobody knows"


def test_what_mends_itself_every_night_is_told_once() -> None:
    failing = source(failures=4, failure="http", last_success_at=NOW - HOUR)
    assert len(incidents([failing], {}, {}, now=NOW)) == 1
    assert incidents([failing], {}, {}, now=NOW, mended={"s": HOUR}) == ()
    assert len(incidents([failing], {}, {}, now=NOW, mended={"s": HOUR / 2})) == 1
    assert len(incidents([failing], {}, {}, now=NOW + DAY, mended={"s": 9 * DAY})) == 1, "a day at most"


def test_a_stale_source_that_stumbles_is_not_told_of_again() -> None:
    """One failed visit ended the incident, and the next good one began it anew."""
    wants = Expected(silence=2 * DAY)
    quiet: dict[str, object] = {"last_new_at": NOW - 3 * DAY, "failures": 1, "failure": "timeout"}
    assert [i.trouble for i in look(source("s", **quiet), wants=wants)] == [Trouble.STALE]
    failing: dict[str, object] = {"last_new_at": NOW - 3 * DAY, "failures": 2, "failure": "timeout"}
    assert look(source("s", **failing, last_success_at=NOW - 2 * DAY), wants=wants) == ()
