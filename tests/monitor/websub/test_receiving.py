"""What a hub sends is checked: the address it was given, the feed, the signature; then the source is due."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.websub import Push, Subscription, Verification, receive, subscription_of, verify
from monitor.websub.receiving import BREATH, LONGEST_LEASE, SHORTEST_LEASE, is_signed
from monitor.websub.subscription import State, keep
from storage import Storage
from storage.records import VisitRecord
from tests.storage.builders import a_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOPIC = "https://office.example/feed"
ASKED = Subscription(
    source_id="office", hub="https://hub.example/", topic=TOPIC, token="right", secret="between us"
)  # fmt: skip
ACTIVE = replace(ASKED, state=State.ACTIVE, lease_until=NOW + 24 * HOUR)
BODY = b"<rss/>"


def signature(body: bytes = BODY, method: str = "sha256", secret: str = ASKED.secret) -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


def push(**changes: str | None) -> Push:
    given = Push(source_id="office", token="right", body=BODY, signature=signature())
    return replace(given, **changes)  # type: ignore[arg-type]


def asked(**changes: str) -> Verification:
    given = Verification(
        source_id="office", token="right", mode="subscribe", topic=TOPIC, challenge="say this",
        lease_seconds="7200",
    )  # fmt: skip
    return replace(given, **changes)


@pytest.fixture
def office(sqlite_storage: Storage) -> Storage:
    """A source that is due in an hour and was visited an hour ago."""
    with sqlite_storage.writing() as w:
        w.sync_sources([a_source("office", due_at=NOW + HOUR)], NOW)
        visit = VisitRecord(source_id="office", started=NOW - HOUR, finished=NOW - HOUR, outcome="changed")
        w.record_visit(visit, due_at=NOW + HOUR)
    return sqlite_storage


def kept(storage: Storage) -> Subscription:
    with storage.reading() as r:
        found = subscription_of(r, "office")
    assert found is not None
    return found


def due(storage: Storage) -> datetime:
    with storage.reading() as r:
        (source,) = r.sources()
    assert source.due_at is not None
    return source.due_at


def verified(storage: Storage, asking: Verification, known: Subscription = ASKED) -> str | None:
    with storage.writing() as w:
        keep(w, known)
        return verify(w, asking, now=NOW)


def test_a_verification_of_what_we_asked_is_answered_with_its_challenge(office: Storage) -> None:
    assert verified(office, asked()) == "say this"
    active = kept(office)
    assert (active.state, active.lease_until) == (State.ACTIVE, NOW + 2 * HOUR)
    assert active.due_at == NOW + 1.5 * HOUR, "asked for anew before the lease ends"
    assert active.serves(NOW)
    assert not active.serves(NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("seconds", "lease"),
    [("1", SHORTEST_LEASE), ("999999999", LONGEST_LEASE), ("", 240 * HOUR), ("-5", 240 * HOUR)],
)
def test_a_lease_is_held_within_reason(office: Storage, seconds: str, lease: timedelta) -> None:
    verified(office, asked(lease_seconds=seconds))
    assert kept(office).lease_until == NOW + lease


@pytest.mark.parametrize(
    "asking",
    [
        asked(token="wrong"),
        asked(topic="https://elsewhere.example/feed"),
        asked(mode="unsubscribe"),
        asked(mode=""),
        asked(challenge=""),
        asked(source_id="unknown"),
    ],
    ids=["token", "topic", "unsubscribe", "no mode", "no challenge", "source"],
)
def test_what_we_did_not_ask_is_not_answered(office: Storage, asking: Verification) -> None:
    assert verified(office, asking) is None
    assert kept(office) == ASKED


def test_a_refusal_is_kept_with_its_reason_and_cannot_be_verified_away(office: Storage) -> None:
    assert verified(office, asked(mode="denied", reason="not\n here")) == ""
    refused = kept(office)
    assert (refused.state, refused.error, refused.serves(NOW)) == (State.REFUSED, "not here", False)
    assert verified(office, asked(), refused) is None


def received(storage: Storage, one: Push, known: Subscription = ACTIVE) -> bool:
    with storage.writing() as w:
        keep(w, known)
        return receive(w, one, now=NOW)


def test_a_signed_push_makes_the_source_due_now(office: Storage) -> None:
    assert received(office, push(links=f'<{TOPIC}>; rel="self", <https://hub.example/>; rel="hub"'))
    assert due(office) == NOW
    assert (kept(office).pushed_at, kept(office).missed) == (NOW, 0)


def test_a_flood_of_pushes_does_not_make_us_a_flood(office: Storage) -> None:
    with office.writing() as w:
        visit = VisitRecord(source_id="office", started=NOW, finished=NOW, outcome="changed")
        w.record_visit(visit, due_at=NOW + HOUR)
    assert received(office, push())
    assert due(office) == NOW + BREATH


def test_a_source_in_trouble_is_not_asked_sooner_for_a_push(office: Storage) -> None:
    with office.writing() as w:
        failed = VisitRecord(
            source_id="office", started=NOW, finished=NOW, outcome="failed", failure="blocked"
        )
        w.record_visit(failed, due_at=NOW + HOUR)
    assert received(office, push())
    assert due(office) == NOW + HOUR


@pytest.mark.parametrize(
    "one",
    [
        push(signature=None),
        push(signature=""),
        push(signature="sha256=" + "0" * 64),
        push(signature=signature(secret="another")),
        push(signature=signature(b"<rss></rss>")),
        push(signature="md5=" + "0" * 32),
        push(signature="sha256=é"),
        push(links='<https://elsewhere.example/feed>; rel="self"'),
    ],
)
def test_a_push_that_does_not_hold_is_taken_and_changes_nothing(office: Storage, one: Push) -> None:
    assert received(office, one)
    assert due(office) == NOW + HOUR
    assert kept(office) == ACTIVE


def test_a_push_to_another_address_is_not_ours(office: Storage) -> None:
    assert not received(office, push(token="wrong"))
    assert not received(office, push(source_id="unknown"))
    assert not received(office, push(), ASKED), "not verified yet"
    assert due(office) == NOW + HOUR


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_method_of_the_recommendation_is_known(method: str) -> None:
    given = f"{method.upper()}={hmac.new(b'key', BODY, getattr(hashlib, method)).hexdigest().upper()}"
    assert is_signed(BODY, given, "key")
    assert not is_signed(BODY + b" ", given, "key")
