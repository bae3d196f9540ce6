"""`pactwatch latency` over a register whose alert was sent."""

import json
from datetime import timedelta
from pathlib import Path

from storage import open_storage
from storage.records import DeliveryState
from tests.monitor.cli.conftest import NOW
from tests.monitor.cli.running import pactwatch


def test_latency_of_what_was_sent(register: Path) -> None:
    storage = open_storage(f"sqlite:///{register}/data/pactwatch.db")
    with storage.writing() as w:
        (row,) = w.deliveries()
        assert w.requeue_delivery(row.id or 0, due_at=NOW)
        (leased,) = w.lease_deliveries(NOW, 1, lease=timedelta(minutes=1))
        w.settle_delivery(leased.id or 0, DeliveryState.SENT, now=NOW + timedelta(minutes=5))
    storage.close()
    (line,) = pactwatch("latency", "--json", folder=register).lines
    row_shown = json.loads(line)
    assert (row_shown["source"], row_shown["steps"]) == ("palace", 1)
    assert row_shown["telling_p50"] == row_shown["telling_p95"] == 300.0
    assert pactwatch("latency", "--by", "channel", folder=register).code == 0


def test_latency_before_anything_was_sent(desk: Path) -> None:
    ran = pactwatch("latency", folder=desk)
    assert (ran.code, ran.out) == (0, "")
