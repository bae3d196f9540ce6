"""Scores of grouping on cases small enough to work out by hand."""

from datetime import date

import pytest

from monitor.grouping import Alerted, Label, b_cubed, grouping, true_steps

PAIR = ("DK", "UA")
DAY = date(2024, 2, 23)


def label(article: str, day: date | None = DAY, *, stage: str = "signed", published: date = DAY) -> Label:
    return Label(article=article, pair=PAIR, stage=stage, date=day, published=published)


def alerted(step: str, *articles: str, stage: str = "signed") -> Alerted:
    return Alerted(id=step, pair=PAIR, stage=stage, articles=articles)


def test_all_right() -> None:
    scores = grouping([label("a"), label("b")], [alerted("s", "a", "b")], silent=["c"])
    assert (scores.precision, scores.recall, scores.f1) == (1, 1, 1)
    assert (scores.alerts_per_true_step, scores.missed, scores.false, scores.recaps) == (1, (), (), ())


def test_a_step_told_twice() -> None:
    scores = grouping([label("a"), label("b")], [alerted("s", "a"), alerted("t", "b")])
    assert (scores.precision, scores.recall) == (1, 0.5)
    assert scores.alerts_per_true_step == 2
    assert scores.repeated == ("DK-UA/signed/2024-02-23",)


def test_two_steps_told_as_one() -> None:
    labels = [label("a"), label("b", date(2024, 5, 1), published=date(2024, 5, 1))]
    scores = grouping(labels, [alerted("s", "a", "b")])
    assert (scores.precision, scores.recall) == (0.5, 1)


def test_missed_false_and_recaps() -> None:
    scores = grouping([label("a")], [alerted("s", "c")], silent=["c"])
    assert scores.missed == ("DK-UA/signed/2024-02-23",)
    assert scores.false == ("s",)
    assert scores.recaps == ("c",)
    assert scores.reports == 0


def test_an_undated_label_joins_the_dated_step_near_its_publication() -> None:
    steps = true_steps(
        [label("a"), label("b", None, published=date(2024, 2, 28)), label("c", date(2024, 2, 24))]
    )
    assert len(set(steps.values())) == 1
    apart = true_steps([label("a"), label("b", None, published=date(2024, 6, 1))])
    assert len(set(apart.values())) == 2


def test_b_cubed_by_hand() -> None:
    keys = [(name, PAIR, "signed") for name in "abcd"]
    truth = dict(zip(keys, ["x", "x", "x", "y"], strict=True))
    told = dict(zip(keys, ["1", "1", "2", "2"], strict=True))
    precision, recall = b_cubed(truth, told)
    assert precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
