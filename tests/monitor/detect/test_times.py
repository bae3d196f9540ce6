"""Dates as languages write them, the year first or last."""

from datetime import date

import pytest

from monitor.detect.lexicon import read_lexicon
from monitor.detect.times import times_of
from monitor.detect.tokens import words_of

MONTHS = "language: xx\ntimes: {months: {4: [április, balandžio, aprīlī, huhtikuuta, Nisan]}}"


@pytest.mark.parametrize(
    "text",
    [
        "2014. április 12-én",
        "2014 m. balandžio 12 d.",
        "2014. gada 12. aprīlī",
        "12. huhtikuuta 2014",
        "12 Nisan 2014",
    ],
)
def test_the_year_stands_before_or_behind(text: str) -> None:
    words = words_of(text)
    marks = list(read_lexicon(MONTHS, "xx.yaml").plain.find(words))
    days = [when.first for when in times_of(words, marks, date(2026, 4, 13)) if when.kind == "day"]
    assert days == [date(2014, 4, 12)]


@pytest.mark.parametrize("text", ["訓練は10日間続く", "훈련은 10일간 이어진다"])
def test_a_length_in_days_is_no_date(text: str) -> None:
    marks = list(read_lexicon(MONTHS, "xx.yaml").plain.find(words_of(text)))
    assert times_of(words_of(text), marks, date(2026, 5, 12)) == []


def test_a_vietnamese_day_and_month() -> None:
    words = words_of("ngày 9/4 hai bên ký")
    assert [when.first for when in times_of(words, [], date(2026, 4, 10))] == [date(2026, 4, 9)]
