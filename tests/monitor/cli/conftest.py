"""A folder with a configuration and a database that holds a small register."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.searching import search_text
from storage import open_storage
from storage.records import (
    AgreementRecord,
    AlertRecord,
    ArticleRecord,
    DeliveryRecord,
    DeliveryState,
    DetailRecord,
    MentionRecord,
    SourceRecord,
    StepRecord,
    StepState,
)

NOW = datetime(2024, 2, 8, 12, tzinfo=UTC)
TALKS = "DK-UA/security_agreement/negotiations_started/2024-02-08"
CONFIG = """
contact: mailto:desk@example.org
watch: {parties: [UA]}
channels:
  console: {kind: console}
  file: {kind: file, path: told.jsonl}
  nowhere: {kind: webhook, url_env: NOWHERE}
routes:
  - {name: signed, match: {stage: signed}, channels: [file]}
  - {name: rest, channels: [console]}
sources:
  - {id: palace, publisher: The Palace, tier: official, country: UA, url: "https://palace.example/feed",
     expect: {silence: 2d}, tags: [first]}
  - {id: herald, publisher: Herald, tier: press, country: DK, url: "https://herald.example/feed"}
  - {id: gone, publisher: Gone, tier: press, url: "https://gone.example/feed", status: dead,
     status_since: 2026-01-01, status_reason: closed}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with config.yaml and an upgraded, empty database."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    storage = open_storage(f"sqlite:///{tmp_path}/data/pactwatch.db")
    storage.upgrade()
    storage.close()
    return tmp_path


@pytest.fixture
def register(desk: Path) -> Path:
    """The same with two agreements, one of them told of, and the article behind it."""
    storage = open_storage(f"sqlite:///{desk}/data/pactwatch.db")
    agreement = AgreementRecord(parties=("DK", "UA"), instrument="security_agreement")
    with storage.writing() as w:
        w.sync_sources([source("palace", "official", "UA"), source("herald", "press", "DK")], NOW)
        step = w.add_step(
            StepRecord(
                id=TALKS,
                agreement=agreement,
                stage="negotiations_started",
                date=date(2024, 2, 8),
                date_exact=True,
                place="Kyiv",
                confidence=0.93,
                first_seen=NOW,
            )
        )
        w.add_step(
            StepRecord(
                id="NO-UA/security_agreement/signed/2024-05-31",
                agreement=AgreementRecord(parties=("NO", "UA"), instrument="security_agreement"),
                stage="signed",
                date=date(2024, 5, 31),
                state=StepState.KNOWN,
            )
        )
        text = "Delegations of Ukraine and Denmark opened talks on a security agreement today.\n=Second line"
        article, _, _ = w.put_article(
            ArticleRecord(
                canonical_url="https://palace.example/1",
                url="https://palace.example/1",
                source_id="palace",
                title="Талки про безпекову угоду",
                text=text,
                language="en",
                published=NOW,
                first_seen=NOW,
                publisher="The Palace",
                country="UA",
                tier="official",
            ),
            search_text=search_text("Талки про безпекову угоду", text),
        )
        assert article.id
        w.add_mention(
            MentionRecord(
                step_id=step.id,
                article_id=article.id,
                role="report",
                confidence=0.93,
                quote=text.splitlines()[0],
                details=(
                    DetailRecord(
                        kind="expected_signing",
                        value="2024-03-01",
                        said="today",
                        quote=text.splitlines()[0],
                        start=0,
                        end=len(text.splitlines()[0]),
                    ),
                ),
                reasons=("both named in the sentence",),
                created=NOW,
            )
        )
        alert = w.add_alert(AlertRecord(step_id=step.id, kind="new", created=NOW))
        assert alert.id
        w.add_deliveries(
            [
                DeliveryRecord(
                    alert_id=alert.id,
                    channel="console",
                    route="rest",
                    key="k1",
                    step_id=step.id,
                    created=NOW,
                    due_at=NOW,
                )
            ]
        )
        (leased,) = w.lease_deliveries(NOW + timedelta(hours=1), 10, lease=timedelta(minutes=1))
        assert leased.id
        w.settle_delivery(leased.id, DeliveryState.DEAD, now=NOW, error="the line is dead")
    storage.close()
    return desk


def source(name: str, tier: str, country: str) -> SourceRecord:
    return SourceRecord(
        id=name, publisher=name, country=country, tier=tier, kind="feed", url=f"https://{name}.example/feed"
    )
