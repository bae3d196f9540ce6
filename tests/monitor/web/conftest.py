"""An application over a small register, asked without a network."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitor.config import load_config
from monitor.rules import rules_of
from monitor.web import make_app
from storage import Storage
from storage.records import AlertRecord, DeliveryRecord, DeliveryState, DetailRecord, MentionRecord
from tests.storage.builders import a_source, a_step, an_article

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONFIG = """
sources:
  - {id: palace, publisher: The Palace, tier: official, country: UA, url: "https://palace.example/feed"}
  - {id: herald, publisher: Herald, tier: press, country: DK, url: "https://herald.example/feed"}
"""
SIGNED = "DK-UA/security_agreement/signed/2026-02-23"
STATED: dict[str, Any] = {"said": "<b>1.8 billion", "quote": "<b>1.8 billion euros.", "start": 0, "end": 21}
Client = Callable[..., TestClient]


@pytest.fixture
def client(storage: Storage, tmp_path: Path) -> Client:
    """Clients of an application over `storage`, whose configuration ends with these lines."""

    def make(more: str = "", base_url: str = "http://127.0.0.1:8642") -> TestClient:
        (tmp_path / "config.yaml").write_text(CONFIG + more, encoding="utf-8")
        config = load_config(tmp_path / "config.yaml")
        app = make_app(storage, config, rules_of(config), now=lambda: NOW)
        return TestClient(app, base_url=base_url, raise_server_exceptions=False)

    return make


@pytest.fixture
def desk(storage: Storage, client: Client) -> Iterator[TestClient]:
    """A client of an application over a register with one signing, told of to one channel."""
    fill(storage)
    with client() as opened:
        yield opened


def fill(storage: Storage) -> None:
    """One signing with its article, alert and delivery; one older step."""
    with storage.writing() as w:
        w.sync_sources([a_source("palace", tier="official"), a_source("herald")], NOW)
        step = w.add_step(a_step(SIGNED))
        w.add_step(a_step("DK-UA/security_agreement/proposed/2025-01-01", stage="proposed", date=None))
        article, _, _ = w.put_article(
            an_article(
                "signing", source_id="palace", tier="official", title="<script>alert(1)</script> signed"
            ),
            search_text="denmark and ukraine signed",
        )
        assert article.id is not None
        w.add_mention(
            MentionRecord(
                step_id=step.id,
                article_id=article.id,
                role="report",
                confidence=0.9,
                quote="They signed.",
                details=(DetailRecord(kind="sum", value="1800000000", currency="EUR", **STATED),),
            )
        )
        alert = w.add_alert(AlertRecord(step_id=step.id, kind="new", created=NOW))
        assert alert.id is not None
        w.add_deliveries(
            [
                DeliveryRecord(
                    alert_id=alert.id,
                    channel="mail",
                    route="all",
                    key="k",
                    step_id=step.id,
                    state=DeliveryState.PENDING,
                    due_at=NOW,
                    created=NOW,
                )
            ]
        )
