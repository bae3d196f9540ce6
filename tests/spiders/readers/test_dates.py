"""Dates as newsrooms write them: the moment in UTC, or None where it cannot be known for sure."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.readers.date_format import parse_with_format
from spiders.readers.dates import parse_date

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parents[2] / "data" / "dates.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(
    ("written", "meant"), [(row[0], row[1]) for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_date_means_this_moment(written: str, meant: str) -> None:
    expected = None if meant == "-" else datetime.fromisoformat(meant)
    assert parse_date(written) == expected


def test_a_date_without_zone_is_in_the_zone_of_its_source() -> None:
    assert parse_date("26 вересня 2022 року - 22:10", "Europe/Kyiv") == datetime(
        2022, 9, 26, 19, 10, tzinfo=UTC
    )
    assert parse_date("2024-01-31 09:00", "Asia/Tokyo") == datetime(2024, 1, 31, 0, 0, tzinfo=UTC)


def test_an_abbreviation_that_the_source_itself_uses_means_its_own_zone() -> None:
    assert parse_date("Mon, 05 Feb 2024 12:00:00 IST") == datetime(2024, 2, 5, 6, 30, tzinfo=UTC)
    in_israel = parse_date("Mon, 05 Feb 2024 12:00:00 IST", "Asia/Jerusalem")
    assert in_israel == datetime(2024, 2, 5, 10, 0, tzinfo=UTC)
    # A site that writes its winter's name all year round still means its own clock.
    in_summer = parse_date("Mon, 05 Aug 2024 12:00:00 EST", "America/New_York")
    assert in_summer == datetime(2024, 8, 5, 16, 0, tzinfo=UTC)


def test_a_month_word_that_languages_share_needs_the_language() -> None:
    assert parse_date("29 listopada 2024") is None
    assert parse_date("29 listopada 2024", language="pl") == datetime(2024, 11, 29, tzinfo=UTC)
    assert parse_date("29 listopada 2024", language="hr") == datetime(2024, 10, 29, tzinfo=UTC)


def test_day_and_month_in_doubt_are_settled_by_the_weekday() -> None:
    assert parse_date("Sat, 04/11/2020") == datetime(2020, 4, 11, tzinfo=UTC)
    assert parse_date("Wed, 04/11/2020") == datetime(2020, 11, 4, tzinfo=UTC)


def test_an_overlong_text_is_no_date() -> None:
    assert parse_date("1 " * 5000) is None


@pytest.mark.parametrize(
    ("written", "form", "language"),
    [
        ("24. februar, 2026 - Kl. 15.00", "%d. %B, %Y - Kl. %H.%M", "da"),
        ("24 лютого 2026 року - 15:00", "%d %B %Y року - %H:%M", "uk"),
        ("24 Feb 26 15h00", "%d %b %y %Hh%M", None),
    ],
)
def test_a_date_by_the_format_of_its_source(written: str, form: str, language: str | None) -> None:
    expected = datetime(2026, 2, 24, 15, 0, tzinfo=UTC)
    assert parse_with_format(written, form, "UTC", language) == expected
    assert parse_with_format(f"{written} more", form, "UTC", language) is None
