"""Records for storage tests, with as little said as each test needs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage import Storage
from storage.records import (
    AgreementRecord,
    AlertRecord,
    ArticleRecord,
    DeliveryRecord,
    EntryRecord,
    SourceRecord,
    StepRecord,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def a_source(source_id: str = "harbour-news", **more: Any) -> SourceRecord:
    given: dict[str, Any] = {"publisher": "Harbour News", "country": "DK", "tier": "press", "kind": "feed"}
    return SourceRecord(**given | {"id": source_id, "url": f"https://{source_id}.example/feed"} | more)


def an_entry(key: str = "a", source_id: str = "harbour-news", **more: Any) -> EntryRecord:
    url = f"https://{source_id}.example/{key}"
    given: dict[str, Any] = {"canonical_url": url, "link": url, "title": f"Story {key}", "first_seen": NOW}
    return EntryRecord(key=key, source_id=source_id, **given | more)


def an_article(name: str = "a", **more: Any) -> ArticleRecord:
    given: dict[str, Any] = {
        "canonical_url": f"https://harbour-news.example/{name}",
        "source_id": "harbour-news",
        "title": f"Story {name}",
        "text": f"The text of story {name}.",
        "first_seen": NOW,
        "language": "en",
        "publisher": "Harbour News",
    }
    return ArticleRecord(**given | more)


def an_agreement(a: str = "DK", b: str = "UA", **more: Any) -> AgreementRecord:
    return AgreementRecord(parties=(a, b), **{"instrument": "security_agreement"} | more)


def a_step(step_id: str = "DK-UA/security_agreement/signed/2026-02-23", **more: Any) -> StepRecord:
    given: dict[str, Any] = {
        "agreement": an_agreement(),
        "stage": "signed",
        "date": datetime(2026, 2, 23).date(),  # noqa: DTZ001
        "first_seen": NOW,
    }
    return StepRecord(id=step_id, **given | more)


def with_sources(storage: Storage, *ids: str) -> None:
    with storage.writing() as w:
        w.sync_sources([a_source(i) for i in ids or ("harbour-news",)], NOW)


def outbox_of(storage: Storage, *keys: str, **more: Any) -> list[DeliveryRecord]:
    """Deliveries of one alert of one step, one for each key, as they were kept."""
    with storage.writing() as w:
        step = w.step("s") or w.add_step(a_step("s"))
        alert = w.add_alert(AlertRecord(step_id=step.id, kind="new", created=NOW))
        assert alert.id is not None
        given: dict[str, Any] = {"channel": "mail", "route": "all", "due_at": NOW, "created": NOW}
        return w.add_deliveries([DeliveryRecord(alert_id=alert.id, key=k, **given | more) for k in keys])
