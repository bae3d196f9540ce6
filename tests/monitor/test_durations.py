"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.durations import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m", 300),
        ("2h", 7200),
        ("24h", 86400),
        ("1h30m", 5400),
        ("7d", 604800),
        ("2w", 1209600),
        ("0", 0),
        (" 30s ", 30),
    ],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["5", "5minutes", "", "m5", "-5m", "5m2h", 5, None, True, 1.5, "99999d", "٥m"]
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"is not a duration|longer than"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**8))
def test_text_and_back(seconds: int) -> None:
    assert parse_duration(duration_text(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
