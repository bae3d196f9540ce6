"""When a source is visited next."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.schedule import Pace, Rest, next_visit, spread, wants_whole_body
from spiders.items import Failure, Outcome, Visit
from storage.records import SourceRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PACE = Pace()


def source(**known: object) -> SourceRecord:
    return SourceRecord(
        id="s", publisher="P", country="UA", tier=str(known.pop("tier", "press")), kind="feed",
        url="https://example.org/feed", interval_seconds=300, **known,  # type: ignore[arg-type]
    )  # fmt: skip


def visit(outcome: Outcome = Outcome.CHANGED, **more: object) -> Visit:
    return Visit(source_id="s", started=NOW, finished=NOW, outcome=outcome, **more)  # type: ignore[arg-type]


def wait(record: SourceRecord, seen: Visit, *, new: int = 0, chance: float = 0.0) -> timedelta:
    return next_visit(record, seen, new=new, pace=PACE, chance=chance) - NOW


def test_a_lively_source_keeps_its_interval_and_a_quiet_one_is_left_longer() -> None:
    assert wait(source(last_new_at=NOW - timedelta(days=9)), visit(), new=3) == 5 * MINUTE
    assert wait(source(last_new_at=NOW - timedelta(days=1)), visit(Outcome.UNCHANGED)) == 10 * MINUTE
    assert wait(source(last_new_at=NOW - timedelta(days=90)), visit()) == 20 * MINUTE


def test_an_official_source_is_never_left_longer() -> None:
    quiet = source(tier="official", last_new_at=NOW - timedelta(days=90))
    assert wait(quiet, visit()) == 5 * MINUTE


@pytest.mark.parametrize(
    ("failure", "waits"),
    [
        (Failure.BLOCKED, [60, 360, 1440, 1440]),
        (Failure.NOT_FOUND, [15, 60, 360, 1440]),
        (Failure.TIMEOUT, [5, 10, 20, 40, 60, 60]),
        (Failure.OFFLINE, [5, 5, 5, 5, 5, 5]),
    ],
)
def test_failures_back_off_by_their_kind(failure: Failure, waits: list[int]) -> None:
    failed = visit(Outcome.FAILED, failure=failure)
    assert [wait(source(failures=n), failed) / MINUTE for n in range(len(waits))] == waits


def test_what_the_server_asks_for_is_obeyed_within_a_day() -> None:
    asked = visit(Outcome.FAILED, failure=Failure.RATE_LIMITED, retry_after=timedelta(hours=2))
    assert wait(source(), asked) == timedelta(hours=2)
    absurd = visit(Outcome.FAILED, failure=Failure.RATE_LIMITED, retry_after=timedelta(days=900))
    assert wait(source(), absurd) == timedelta(days=1)
    assert wait(source(), visit(fresh_for=15 * MINUTE)) == 15 * MINUTE
    assert wait(source(), visit(fresh_for=timedelta(days=365))) == 20 * MINUTE


def test_jitter_only_lengthens() -> None:
    assert wait(source(), visit(), chance=1.0) == 5.5 * MINUTE


def test_now_and_then_the_whole_body_is_asked_for() -> None:
    assert wants_whole_body(source(), now=NOW, pace=PACE)
    assert not wants_whole_body(source(last_unconditional_at=NOW - timedelta(hours=5)), now=NOW, pace=PACE)
    assert wants_whole_body(source(last_unconditional_at=NOW - timedelta(hours=6)), now=NOW, pace=PACE)
    ahead = source(last_unconditional_at=NOW + timedelta(days=3650))
    assert wants_whole_body(ahead, now=NOW, pace=PACE), "the clock was set back"


def test_a_start_is_spread_over_a_minute_with_the_first_sources_first() -> None:
    dues = [spread(i, 120, NOW) for i in range(120)]
    assert dues[0] == NOW
    assert dues == sorted(dues)
    assert dues[-1] < NOW + MINUTE


def test_a_rest_lasts_until_the_first_source_is_due_and_never_long() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    second = timedelta(seconds=1)
    rest = Rest.until(now + 3 * second, now)
    assert [rest.lasts(now + n * second) for n in (-1, 0, 2, 3)] == [False, True, True, False]
    assert not Rest.until(now + 9999 * second, now).lasts(now + 10 * second)
    assert not Rest().lasts(now)
