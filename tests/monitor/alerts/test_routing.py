"""Who is told what, where and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.alerts.outbox import deliveries_of, key_of
from monitor.alerts.routing import Limit, Route, StepFacts, Told, held_back, route
from monitor.alerts.settings import RouteSettings, check_routes
from storage.records import AgreementRecord, AlertRecord, DeliveryState, SilenceRecord, StepRecord

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FACTS = StepFacts(
    parties=("DK", "UA"),
    instrument="security_agreement",
    stage="signed",
    tiers=frozenset({"press", "official"}),
    languages=frozenset({"uk", "en"}),
    corroboration="independent",
    confidence=0.8,
)


def tree(*routes: dict[str, Any]) -> list[Route]:
    return [RouteSettings.model_validate(one).to_route() for one in routes]


def names(routes: list[Route], facts: StepFacts = FACTS) -> list[str]:
    return [told.route for told in route(facts, routes, now=NOW)]


@pytest.mark.parametrize(
    ("match", "taken"),
    [
        ({}, True),
        ({"party": "UA"}, True),
        ({"party": ["PL", "DK"]}, True),
        ({"party": "PL"}, False),
        ({"pair": "UA-DK"}, True),
        ({"pair": "PL-UA"}, False),
        ({"instrument": "security_agreement"}, True),
        ({"instrument": "other_security"}, False),
        ({"stage": ["signed", "ratified"]}, True),
        ({"stage": "ratified"}, False),
        ({"tier": "official"}, True),
        ({"tier": "agency"}, False),
        ({"language": "uk"}, True),
        ({"language": "fi"}, False),
        ({"corroboration": "independent"}, True),
        ({"corroboration": "one_side"}, False),
        ({"confidence": 0.8}, True),
        ({"confidence": 0.81}, False),
        ({"party": "UA", "stage": "ratified"}, False),
    ],
)
def test_a_route_matches_on_every_condition(match: dict[str, Any], taken: bool) -> None:
    assert bool(names(tree({"name": "one", "match": match, "channels": "desk"}))) is taken


def test_the_first_match_takes_it_unless_it_continues() -> None:
    first = {"name": "first", "match": {"party": "UA"}, "channels": ["a"]}
    second = {"name": "second", "channels": ["b"]}
    assert names(tree(first, second)) == ["first"]
    assert names(tree({**first, "continue": True}, second)) == ["first", "second"]


def test_a_branch_goes_before_its_parent_and_has_its_channels() -> None:
    parent = {
        "name": "all",
        "channels": ["desk"],
        "zone": "Europe/Kyiv",
        "digest": "daily",
        "routes": [{"name": "signed", "match": {"stage": "signed"}, "digest": None}],
    }
    (told,) = route(FACTS, tree(parent), now=NOW)
    assert (told.route, told.channel, told.due_at, told.batch) == ("signed", "desk", NOW, None)
    other = StepFacts(parties=("DK", "UA"), instrument="security_agreement", stage="ratified")
    (told,) = route(other, tree(parent), now=NOW)
    assert told.route == "all"
    assert told.due_at == datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
    assert told.batch is not None


def test_a_channel_is_told_once_and_at_the_earliest() -> None:
    slow = {"name": "slow", "channels": ["desk"], "digest": "daily", "continue": True}
    fast = {"name": "fast", "channels": ["desk"]}
    (told,) = route(FACTS, tree(slow, fast), now=NOW)
    assert told.route == "fast"


def test_what_a_night_gathers_is_one_message_in_the_morning() -> None:
    quiet = {"name": "q", "channels": ["desk"], "zone": "UTC", "quiet": {"from": "22:00", "to": "07:00"}}
    late, later = NOW.replace(hour=23), NOW.replace(hour=23, minute=30)
    (one,), (two,) = (route(FACTS, tree(quiet), now=at) for at in (late, later))
    assert one.due_at == two.due_at == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    assert one.batch == two.batch is not None


def test_steps_told_within_the_group_time_share_a_batch() -> None:
    routes = tree({"name": "g", "channels": ["desk"], "group": "2m"})
    (one,), (two,), (three,) = (route(FACTS, routes, now=NOW + timedelta(seconds=s)) for s in (10, 100, 130))
    assert one.batch == two.batch != three.batch
    assert one.due_at == NOW + timedelta(minutes=2)


def test_a_silence_holds_what_matches_until_it_expires() -> None:
    silence = SilenceRecord(
        match={"pairs": ["DK-UA"], "stages": ["signed"]},
        reason="exercise",
        who="ann",
        created=NOW - timedelta(hours=1),
        expires=NOW + timedelta(hours=1),
    )
    routes = tree({"name": "all", "channels": ["desk"]})
    (told,) = route(FACTS, routes, now=NOW, silences=[silence])
    assert told.silenced == "silenced by ann: exercise"
    (told,) = route(FACTS, routes, now=NOW + timedelta(hours=1), silences=[silence])
    assert told.silenced is None


def test_over_its_limit_a_route_gathers_a_summary() -> None:
    told = Told(route="all", channel="desk", due_at=NOW, limit=Limit(count=2, per=timedelta(hours=1)))
    before = [NOW - timedelta(minutes=10), NOW - timedelta(minutes=5)]
    assert held_back(told, before[:1], now=NOW) == told
    assert held_back(told, [NOW - timedelta(hours=2), *before[:1]], now=NOW) == told
    held = held_back(told, before, now=NOW)
    assert held.batch is not None
    assert NOW < held.due_at <= NOW + timedelta(hours=1)
    again = held_back(told, before, now=NOW + timedelta(minutes=20))
    assert again.batch == held.batch


STEP = StepRecord(
    id="DK-UA/security_agreement/signed/2024-02-23",
    agreement=AgreementRecord(parties=("DK", "UA"), instrument="security_agreement"),
    stage="signed",
    date=None,
)


def test_deliveries_one_row_a_recipient_with_its_own_key() -> None:
    told = [Told(route="all", channel="mail", due_at=NOW)]
    addresses = {"mail": ("mail/ann@example.org", "mail/bo@example.org")}
    alert = AlertRecord(step_id=STEP.id, kind="new", id=7)
    rows = deliveries_of(alert, STEP, told, now=NOW, addresses=addresses)
    assert [row.channel for row in rows] == list(addresses["mail"])
    assert len({row.key for row in rows}) == 2
    assert not any("example" in row.key for row in rows)
    assert {row.conversation for row in rows} == {"DK-UA/security_agreement"}
    assert rows == deliveries_of(alert, STEP, told, now=NOW, addresses=addresses)


def test_an_update_is_the_first_message_for_who_was_not_told_before() -> None:
    told = [Told(route="all", channel=name, due_at=NOW) for name in ("a", "b")]
    alert = AlertRecord(step_id=STEP.id, kind="update", change="corroboration", number=2, id=8)
    rows = deliveries_of(alert, STEP, told, now=NOW, knows={"a"})
    assert [(row.channel, row.kind) for row in rows] == [("a", "update"), ("b", "new")]
    assert rows[1].key == key_of(STEP.id, "b", "new")


def test_a_silenced_delivery_is_held_with_its_reason() -> None:
    told = [Told(route="all", channel="a", due_at=NOW, silenced="silenced by ann: drill")]
    (row,) = deliveries_of(AlertRecord(step_id=STEP.id, kind="new"), STEP, told, now=NOW)
    assert (row.state, row.error) == (DeliveryState.HELD, "silenced by ann: drill")


@pytest.mark.parametrize(
    "bad",
    [
        {"channels": ["a"]},
        {"name": "x", "chanels": ["a"]},
        {"name": "x", "match": {"stage": "sined"}},
        {"name": "x", "match": {"pair": "DK"}},
        {"name": "x", "match": {"party": "denmark"}},
        {"name": "x", "zone": "Europe/Kiiv"},
        {"name": "x", "digest": "monthly"},
        {"name": "x", "quiet": {"from": "25:00", "to": "07:00"}},
        {"name": "x", "group": "2 minutes"},
        {"name": "x", "limit": {"count": 0, "per": "1h"}},
    ],
)
def test_a_mistake_in_a_route_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RouteSettings.model_validate(bad)


def test_the_tree_is_looked_at_as_a_whole() -> None:
    routes = [
        RouteSettings.model_validate({"name": "a", "routes": [{"name": "a", "channels": ["desk"]}]}),
        RouteSettings.model_validate({"name": "b"}),
    ]
    problems = check_routes(routes, ["desk"])
    assert len(problems) == 2
    assert check_routes([RouteSettings.model_validate({"name": "a", "channels": "desk"})], ["desk"]) == []
