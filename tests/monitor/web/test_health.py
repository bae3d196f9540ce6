"""What the machines that watch this one are told."""

from collections.abc import Callable
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from monitor.rates import Rates
from monitor.web.judged import Judged
from storage import Storage
from storage.records import VisitRecord
from tests.monitor.web.conftest import NOW, Client, fill

OLD = NOW - timedelta(hours=5)


def visited(storage: Storage, outcome: str, *, failed: bool = False) -> None:
    with storage.writing() as w:
        for name in ("palace", "herald"):
            visit = VisitRecord(
                source_id=name,
                started=OLD,
                finished=OLD,
                outcome=outcome,
                failure="offline" if failed else None,
            )
            w.record_visit(visit, due_at=NOW)


def test_a_fresh_service_is_alive_and_ready(desk: TestClient) -> None:
    assert desk.get("/healthz").json() == {"status": "alive"}
    assert (desk.get("/readyz").status_code, desk.get("/readyz").json()["reasons"]) == (200, [])


def test_nothing_read_for_hours_is_not_ready(storage: Storage, desk: TestClient) -> None:
    visited(storage, "failed", failed=True)
    answer = desk.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["reasons"] == ["no source was read well for too long"]


def test_a_stuck_outbox_and_a_stopped_clock_are_not_ready(storage: Storage, desk: TestClient) -> None:
    with storage.writing() as w:
        w.shift_times(timedelta(hours=-5))
    reasons = desk.get("/readyz").json()["reasons"]
    assert "every source is overdue: nothing polls" in reasons


def test_a_database_that_cannot_be_read_is_not_ready(storage: Storage, client: Client) -> None:
    broken = storage.reading

    def reading() -> object:
        from storage import StorageDamagedError

        raise StorageDamagedError("gone")

    with client() as opened:
        storage.reading = reading  # type: ignore[method-assign,assignment]
        answer = opened.get("/readyz")
        storage.reading = broken  # type: ignore[method-assign]
    assert answer.json()["reasons"] == ["the database cannot be read"]


def test_numbers_for_prometheus(desk: TestClient) -> None:
    answer = desk.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    values = {name: family.samples[0].value for name, family in families.items() if family.samples}
    assert values["pactwatch_sources"] == 2
    assert values["pactwatch_articles"] == 1
    assert values["pactwatch_pending_deliveries"] == 1
    assert values["process_resident_memory_bytes"] > 0
    assert families["pactwatch_channel_waiting_seconds"].samples[0].labels == {"channel": "mail"}


def test_what_detection_has_to_do_is_counted_by_language(storage: Storage, client: Client) -> None:
    rates = Rates()
    rates.judged("uk", 2, 0.25)
    rates.judged("uk", 0, 0.25)
    rates.judged("en", 1, 0.125)
    rates.passed(read=3, refused=97)
    rates.stumbled()
    samples = [
        s for family in Judged(rates).collect() for s in family.samples if not s.name.endswith("_created")
    ]
    assert {(s.name, *s.labels.values(), s.value) for s in samples} == {
        ("pactwatch_texts_judged_total", "uk", 2), ("pactwatch_texts_judged_total", "en", 1),
        ("pactwatch_findings_total", "uk", 2), ("pactwatch_findings_total", "en", 1),
        ("pactwatch_judging_seconds_total", "uk", 0.5), ("pactwatch_judging_seconds_total", "en", 0.125),
        ("pactwatch_new_entries_total", "read", 3), ("pactwatch_new_entries_total", "refused", 97),
        ("pactwatch_unjudged_total", 1),
    }  # fmt: skip
    with client() as opened:
        assert "pactwatch_unjudged_total 0.0" in opened.get("/metrics").text


def test_numbers_need_a_token_where_all_does(storage: Storage, client: Callable[..., TestClient]) -> None:
    fill(storage)
    with client("web: {auth: token}\n") as opened:
        assert opened.get("/metrics").status_code == 401
        assert opened.get("/healthz").status_code == 200
        assert opened.get("/readyz").status_code == 200
