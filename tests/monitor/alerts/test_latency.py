"""The latency ledger, from what is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.latency import Trail, latency, trail_of
from storage.records import DeliveryRecord, StepView
from tests.monitor.alerts.samples import CREATED, NEW, SEEN, SIGNED_VIEW, UPDATE

SENT = DeliveryRecord(
    alert_id=1, channel="desk", route="all", key="k", kind="new", sent_at=CREATED + timedelta(seconds=2)
)
MINUTE = timedelta(minutes=1)


def trail(**changes: object) -> Trail:
    plain = Trail(
        step_id="x",
        stage="signed",
        source="s",
        channel="desk",
        published=SEEN,
        first_seen=SEEN + MINUTE,
        detected=SEEN + 2 * MINUTE,
        sent=SEEN + 4 * MINUTE,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_trail_begins_with_the_article_that_was_read_first() -> None:
    seen = tuple(
        replace(m, article=replace(m.article, first_seen=SEEN + timedelta(minutes=m.article.id or 0)))
        for m in SIGNED_VIEW.mentions
    )
    found = trail_of(StepView(step=SIGNED_VIEW.step, mentions=seen), NEW, SENT)
    assert found is not None
    assert (found.source, found.published, found.first_seen) == ("s1", SEEN, SEEN + MINUTE)
    assert found.whole == CREATED + timedelta(seconds=2) - SEEN


@pytest.mark.parametrize("delivery", [replace(SENT, kind="update"), replace(SENT, sent_at=None)])
def test_updates_and_what_is_not_sent_have_no_trail(delivery: DeliveryRecord) -> None:
    assert trail_of(SIGNED_VIEW, UPDATE, delivery) is None


def test_a_row_has_median_and_tail_of_each_leg() -> None:
    (row,) = latency([trail()], by="stage")
    assert (row.name, row.steps) == ("signed", 1)
    assert row.whole == (4 * MINUTE, 4 * MINUTE)
    assert (row.seeing[0], row.deciding[0], row.telling[0]) == (MINUTE, MINUTE, 2 * MINUTE)


def test_the_slowest_comes_first_and_the_tail_shows() -> None:
    slow = [trail(source="slow", sent=SEEN + timedelta(minutes=n)) for n in range(10, 111)]
    rows = latency([trail(), *slow], by="source")
    assert [row.name for row in rows] == ["slow", "s"]
    assert rows[0].whole == (60 * MINUTE, 105 * MINUTE)


def test_a_page_dated_in_the_future_takes_no_negative_time() -> None:
    (row,) = latency([trail(published=SEEN + timedelta(days=1))], by="channel")
    assert row.whole == row.seeing == (timedelta(0), timedelta(0))
