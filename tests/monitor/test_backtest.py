"""A change of rules, tried on articles before it is armed."""

from datetime import timedelta
from pathlib import Path

from monitor.alerts.routing import Match, Route
from monitor.backtest import backtest, stored_lines
from monitor.detect.findings import Detection
from monitor.record import record
from monitor.rules import Rules, Scope
from storage import Storage
from tests.monitor.test_record import NOW, RULES, article, desk
from tests.monitor.test_replay import LINES, write

__all__ = ["desk"]

ALL = Rules(routes=(Route(name="all", channels=("mail",)),), group_wait=timedelta(0))
DANES = Rules(
    routes=(Route(name="danes", match=Match(parties=frozenset({"DK"})), channels=("mail",)),),
    group_wait=timedelta(0),
)


def test_what_a_narrower_route_loses(tmp_path: Path) -> None:
    result = backtest(write(tmp_path / "in.jsonl", LINES), DANES, ALL)
    assert [t.step.agreement.parties for t in result.lost] == [("KE", "UA")]
    assert [t.step.agreement.parties for t in result.kept] == [("DK", "UA")]
    assert result.gained == ()
    assert result.articles == 6
    assert 6 < result.weeks < 8
    assert result.per_week < 0.2


def test_what_a_wider_scope_gains(tmp_path: Path) -> None:
    narrow = Rules(routes=ALL.routes, scope=Scope(parties=frozenset({"KE"})), group_wait=timedelta(0))
    result = backtest(write(tmp_path / "in.jsonl", LINES), ALL, narrow)
    assert [t.step.agreement.parties for t in result.gained] == [("DK", "UA")]
    assert set(result.gained[0].articles) == {"a", "b", "c"}


def test_without_old_rules_everything_is_gained(tmp_path: Path) -> None:
    result = backtest(write(tmp_path / "in.jsonl", LINES), ALL)
    assert len(result.gained) == 2


def test_stored_articles_are_tried_too(desk: Storage) -> None:
    with desk.writing() as w:
        for outlet in ("kyiv", "paper"):
            record(w, article(outlet), Detection(article_id="x", language="en"), rules=RULES, now=NOW)
    with desk.reading() as r, stored_lines(r) as path:
        result = backtest(path, ALL)
    assert result.articles == 2
    assert result.bad == ()
