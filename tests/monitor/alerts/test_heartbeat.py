"""The heartbeat beats only while the chain runs."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts.channels import CHANNELS, SecretMissing, addressed
from monitor.alerts.heartbeat import Heartbeat, make_heartbeat, trouble
from monitor.alerts.settings import HeartbeatSettings
from monitor.newsroom.faults import refused
from monitor.newsroom.webhook import WebhookSink
from storage import Storage
from storage.records import SourceRecord, VisitRecord
from tests.monitor.alerts.outboxes import put_step

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
    assert trouble(sqlite_storage, SETTINGS, now=NOW) == "no source was read well for too long"


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
