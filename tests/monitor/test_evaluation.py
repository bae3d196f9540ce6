"""Scores over labelled texts: what counts as right, the intervals, and the errors by line and field."""

import json

import pytest

from monitor.detect import Article, Detection, Finding
from monitor.evaluation import LabelError, Rate, errors, judge, lines_of, read_labelled, report
from monitor.terms import Instrument, Stage


def line(name: str, *, events: list[dict[str, object]], **more: object) -> str:
    return json.dumps(
        {
            "id": name, "title": "t", "text": "x", "lang": "en", "published": "2024-06-05",
            "alert": bool(events), "events": events, **more,
        }
    )  # fmt: skip


SIGNED: dict[str, object] = {"parties": ["UA", "DK"], "stage": "signed", "date": "2024-06-05"}


def finding(pair: tuple[str, str], stage: Stage, confidence: float) -> Finding:
    return Finding(
        parties=pair,
        stage=stage,
        instrument=Instrument.SECURITY_AGREEMENT,
        confidence=confidence,
        evidence=(),
        reasons=(),
    )


def as_told(article: Article) -> Detection:
    """Right on "a", the wrong stage on "b", a false alert on "c", too unsure on "d"."""
    told = {
        "a": finding(("DK", "UA"), Stage.SIGNED, 0.9),
        "b": finding(("DK", "UA"), Stage.RATIFIED, 0.9),
        "c": finding(("DK", "UA"), Stage.SIGNED, 0.9),
        "d": finding(("DK", "UA"), Stage.SIGNED, 0.1),
    }
    return Detection(article_id=article.id, language="en", findings=(told[article.id],))


def test_the_scores_count_items_pairs_and_stages() -> None:
    items = read_labelled(
        [
            line("a", events=[SIGNED]),
            line("b", events=[SIGNED]),
            line("c", events=[], negative_kind="opinion"),
            line("d", events=[SIGNED]),
        ]
    )
    judged = judge(items, as_told)
    whole = report(judged)
    assert (whole.alert.right, whole.alert.claimed, whole.alert.true) == (2, 3, 3)
    assert (whole.pair.right, whole.pair.claimed, whole.pair.true) == (2, 3, 3)
    assert (whole.pair_stage.right, whole.pair_stage.claimed, whole.pair_stage.true) == (1, 3, 3)
    assert [one.item.article.id for one in errors(judged)] == ["b", "c", "d"]
    assert whole.by["negative_kind"]["opinion"][0].claimed == 1
    assert any("pair+stage" in text for text in lines_of(whole))


def test_a_wilson_interval_holds_the_rate_and_never_leaves_0_to_1() -> None:
    low, high = Rate(hits=19, of=20).interval
    assert 0 < low < 0.95 < high < 1
    assert Rate(hits=0, of=0).interval == (0.0, 1.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1"),
        ("[]", "line 1"),
        ('{"id": "a"}', "field 'title' is missing"),
        (line("a", events=[{"parties": ["UA"], "stage": "signed"}]), "two parties"),
        (line("a", events=[{"parties": ["UA", "DK"], "stage": "sealed"}]), "sealed"),
    ],
)
def test_a_bad_line_is_named(text: str, says: str) -> None:
    with pytest.raises(LabelError) as refused:
        read_labelled([text])
    assert says in str(refused.value)
