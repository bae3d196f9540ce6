"""Digest times and quiet hours, clock changes included."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.timing import Digest, QuietHours, after_quiet, next_digest

ZONES = ["Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "America/St_Johns"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_daily_digest_is_due_at_the_readers_wall_time() -> None:
    digest = Digest(every="daily", at=time(8, 0))
    assert next_digest(digest, "Europe/Kyiv", utc("2026-01-10T05:59")) == utc("2026-01-10T06:00")
    assert next_digest(digest, "Europe/Kyiv", utc("2026-01-10T06:00")) == utc("2026-01-11T06:00")
    assert next_digest(digest, "Europe/Kyiv", utc("2026-07-10T05:30")) == utc("2026-07-11T05:00")


def test_a_weekly_digest_waits_for_its_day() -> None:
    friday = Digest(every="weekly", at=time(17, 30), weekday=4)
    assert next_digest(friday, "UTC", utc("2026-03-02T00:00")) == utc("2026-03-06T17:30")
    assert next_digest(friday, "UTC", utc("2026-03-06T17:30")) == utc("2026-03-13T17:30")


def test_an_hourly_digest_comes_at_its_minute() -> None:
    hourly = Digest(every="hourly", at=time(0, 15))
    assert next_digest(hourly, "UTC", utc("2026-03-02T10:14")) == utc("2026-03-02T10:15")
    assert next_digest(hourly, "UTC", utc("2026-03-02T10:15")) == utc("2026-03-02T11:15")


@pytest.mark.parametrize("zone", ZONES)
def test_a_digest_at_half_past_two_comes_once_a_day_for_ten_years(zone: str) -> None:
    """FAULTS 51: the hour that is skipped, and the one that comes twice."""
    digest, at = Digest(every="daily", at=time(2, 30)), utc("2026-01-01T00:00")
    days = []
    while at < utc("2036-01-01T00:00"):
        at = next_digest(digest, zone, at)
        days.append(at.astimezone(ZoneInfo(zone)).date())
    first = days[0]
    assert days == [first + timedelta(days=n) for n in range(len(days))]
    assert len(days) >= 3651


def test_a_skipped_wall_time_is_told_when_the_gap_ends() -> None:
    digest = Digest(every="daily", at=time(3, 30))  # Kyiv skips 03:00-04:00 on 29 March 2026
    assert next_digest(digest, "Europe/Kyiv", utc("2026-03-28T12:00")) == utc("2026-03-29T01:00")


NIGHT = QuietHours(start=time(22, 0), end=time(7, 0))


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-01-10T19:59", "2026-01-10T19:59"),  # 21:59 in Kyiv
        ("2026-01-10T20:00", "2026-01-11T05:00"),  # 22:00
        ("2026-01-10T23:30", "2026-01-11T05:00"),  # 01:30, the day after
        ("2026-01-11T05:00", "2026-01-11T05:00"),  # 07:00
        ("2026-03-28T21:00", "2026-03-29T04:00"),  # the night the clocks go forward
        ("2026-10-24T20:00", "2026-10-25T05:00"),  # the night they go back
    ],
)
def test_quiet_hours_across_midnight(at: str, told: str) -> None:
    assert after_quiet(NIGHT, "Europe/Kyiv", utc(at)) == utc(told)


def test_quiet_hours_within_a_day() -> None:
    lunch = QuietHours(start=time(12, 0), end=time(13, 0))
    assert after_quiet(lunch, "UTC", utc("2026-01-10T12:30")) == utc("2026-01-10T13:00")
    assert after_quiet(lunch, "UTC", utc("2026-01-10T13:00")) == utc("2026-01-10T13:00")
    assert after_quiet(None, "UTC", utc("2026-01-10T12:30")) == utc("2026-01-10T12:30")


def test_a_clock_going_back_never_sends_into_the_past() -> None:
    """02:00-03:30 on the night when 03:00-04:00 comes twice in Kyiv."""
    night = QuietHours(start=time(2, 0), end=time(3, 30))
    second_pass = utc("2026-10-25T01:10")  # 03:10 for the second time
    assert after_quiet(night, "Europe/Kyiv", second_pass) >= second_pass
