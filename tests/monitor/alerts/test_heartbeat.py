"""The heartbeat beats only while the chain runs."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts.channels import CHANNELS, SecretMissing, addressed
from monitor.alerts.heartbeat import Heartbeat, make_heartbeat, trouble
from monitor.alerts.settings import HeartbeatSettings
from monitor.chain import patience_for, stumble
from monitor.newsroom.faults import refused
from monitor.newsroom.webhook import WebhookSink
from storage import Storage
from storage.records import DeliveryState, SourceRecord, VisitRecord
from tests.monitor.alerts.outboxes import put_step
from tests.storage.builders import a_source, an_entry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SETTINGS = HeartbeatSettings(url_env="BEAT", patience=timedelta(hours=2))


def visited(storage: Storage, at: datetime) -> None:
    source = SourceRecord(
        id="s", publisher="s", country=None, tier="press", kind="feed", url="https://x.example/f"
    )
    with storage.writing() as w:
        w.sync_sources([source], at)
        w.record_visit(
            VisitRecord(source_id="s", started=at, finished=at, outcome="changed"),
            due_at=at + timedelta(hours=1),
        )


def test_nothing_read_yet_is_no_life(sqlite_storage: Storage) -> None:
    assert trouble(sqlite_storage, SETTINGS, now=NOW) == "no source was read yet"


def test_a_source_read_lately_is_life(sqlite_storage: Storage) -> None:
    visited(sqlite_storage, NOW)
    assert trouble(sqlite_storage, SETTINGS, now=NOW) is None
    assert trouble(sqlite_storage, SETTINGS, now=NOW + timedelta(hours=3)) is not None


def test_alerts_that_nobody_takes_are_no_life(sqlite_storage: Storage) -> None:
    put_step(sqlite_storage, 1, ["dead"], now=NOW - timedelta(hours=3))
    visited(sqlite_storage, NOW)
    assert trouble(sqlite_storage, SETTINGS, now=NOW) == "alerts wait and no channel takes them"
    put_step(sqlite_storage, 2, ["well"], now=NOW)
    assert trouble(sqlite_storage, SETTINGS, now=NOW) is None


def test_a_channel_that_is_tried_again_and_again_keeps_alerts_waiting(sqlite_storage: Storage) -> None:
    """Each try put off when the alert was due, so that a dead channel was never seen."""
    put_step(sqlite_storage, 1, ["dead"], now=NOW - timedelta(hours=3))
    visited(sqlite_storage, NOW)
    with sqlite_storage.writing() as w:
        (one,) = w.lease_deliveries(NOW - timedelta(hours=3), 1, lease=timedelta(minutes=1))
        w.settle_delivery(one.id or 0, DeliveryState.PENDING, now=NOW, due_at=NOW + timedelta(minutes=4))
    assert trouble(sqlite_storage, SETTINGS, now=NOW) == "alerts wait and no channel takes them"


def test_a_beat_is_one_ping_and_its_failure_a_line(caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> list[bool]:
        async with WebhookSink() as sink:
            heart = Heartbeat(f"{sink.url}/secret-uuid")
            sink.fail_next(refused(503, error="secret-uuid is unknown"))
            beats = [await heart.beat(), await heart.beat()]
            await heart.close()
            assert [call.path for call in sink.received] == ["/hook/secret-uuid"]
            return beats

    assert asyncio.run(play()) == [False, True]
    assert "heartbeat was not taken" in caplog.text
    assert "secret-uuid" not in caplog.text


def test_a_heartbeat_needs_its_secret() -> None:
    assert make_heartbeat(None, {}) is None
    with pytest.raises(SecretMissing, match="BEAT"):
        make_heartbeat(SETTINGS, {})


def test_an_operators_mail_channel_is_each_of_its_recipients() -> None:
    mail = CHANNELS["email"].settings.model_validate(
        {
            "kind": "email",
            "sender": "a@x.example",
            "recipients": ["b@x.example", "c@x.example"],
            "servers": [{"host": "h"}],
        }
    )
    assert addressed(["mail", "desk"], {"mail": mail}) == ("mail/b@x.example", "mail/c@x.example", "desk")


def test_new_entries_that_nobody_takes_up_are_no_life(sqlite_storage: Storage) -> None:
    visited(sqlite_storage, NOW)
    with sqlite_storage.writing() as w:
        w.add_entries([an_entry("1", "s", first_seen=NOW - timedelta(hours=3))])
    assert trouble(sqlite_storage, SETTINGS, now=NOW) == "new entries wait and nothing takes them up"


def test_articles_that_cannot_be_judged_are_no_life(sqlite_storage: Storage) -> None:
    visited(sqlite_storage, NOW)
    with sqlite_storage.writing() as w:
        stumble(w, NOW - timedelta(hours=3))
        stumble(w, NOW)
    assert trouble(sqlite_storage, SETTINGS, now=NOW) == "articles cannot be judged"


def test_a_clock_that_asks_nobody_is_no_life(sqlite_storage: Storage) -> None:
    visited(sqlite_storage, NOW)
    with sqlite_storage.writing() as w:
        w.shift_times(timedelta(hours=-9))
    assert trouble(sqlite_storage, SETTINGS, now=NOW) == "every source is overdue: nothing polls"


def test_the_patience_is_what_the_sources_need() -> None:
    minute = 60
    palace = a_source("palace", tier="official", interval_seconds=10 * minute)
    herald = a_source("herald", tier="press", interval_seconds=15 * minute)
    assert patience_for([palace, herald]) == timedelta(minutes=20)
    assert patience_for([herald]) == timedelta(hours=2)
    assert patience_for([a_source("wire", tier="agency", interval_seconds=minute)]) == timedelta(minutes=15)
    assert patience_for([]) == timedelta(minutes=15)


def test_a_watcher_that_takes_no_ping_is_told_of_by_readyz(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> list[bool]:
        async with WebhookSink() as sink:
            heart = Heartbeat(sink.url)
            sink.fail_next(refused(503), refused(503))
            seen = []
            for seconds in (0.0, 10.0, 20.0):
                monkeypatch.setattr("time.monotonic", lambda seconds=seconds: 1000.0 + seconds)
                await heart.beat()
                seen.append(heart.refused(timedelta(seconds=5)))
            await heart.close()
            return seen

    assert asyncio.run(play()) == [False, True, False]
