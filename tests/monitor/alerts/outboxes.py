"""Steps put into a real storage with deliveries in its outbox, as the watch does it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from monitor.alerts.outbox import deliveries_of
from monitor.alerts.routing import Told
from storage import Storage
from storage.records import AgreementRecord, AlertRecord, DeliveryRecord, StepRecord

DAY = date(2026, 3, 1)


def put_step(
    storage: Storage, number: int, channels: Sequence[str], *, now: datetime, batch: str | None = None
) -> StepRecord:
    """A step of its own agreement, told to the channels, in one commit; a known one as it is."""
    agreement = AgreementRecord(parties=("DK", "UA"), instrument="security_agreement", number=number + 1)
    with storage.writing() as w:
        known = w.step(f"{agreement.name}/signed/{DAY}")
        if known is not None:
            return known
        agreement = w.add_agreement(agreement)
        step = w.add_step(
            StepRecord(
                id=f"{agreement.name}/signed/{DAY}",
                agreement=agreement,
                stage="signed",
                date=DAY,
                date_exact=True,
                first_seen=now,
            )
        )
        alert = w.add_alert(AlertRecord(step_id=step.id, kind="new", created=now))
        told = [Told(route="all", channel=name, due_at=now, batch=batch) for name in channels]
        w.add_deliveries(deliveries_of(alert, step, told, now=now))
    return step


def put_update(storage: Storage, step: StepRecord, channels: Sequence[str], *, now: datetime) -> None:
    """An update of a step that was told before."""
    with storage.writing() as w:
        alert = w.add_alert(AlertRecord(step_id=step.id, kind="update", change="corroboration", created=now))
        told = [Told(route="all", channel=name, due_at=now) for name in channels]
        w.add_deliveries(deliveries_of(alert, step, told, now=now, knows=set(channels)))


def outbox(storage: Storage, channel: str | None = None) -> list[DeliveryRecord]:
    """All deliveries, oldest first."""
    with storage.reading() as r:
        return r.deliveries(channel=channel, limit=100_000)[::-1]


def states(storage: Storage, channel: str | None = None) -> list[str]:
    return [str(delivery.state) for delivery in outbox(storage, channel)]


HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
