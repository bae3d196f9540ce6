"""The deliveries that an alert puts into the outbox: keys, conversations, batches. Pure.

They are committed together with the step, so that nothing told is lost (DESIGN.md, Outbox).
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from monitor.alerts.routing import Told
from storage.records import AlertRecord, DeliveryRecord, DeliveryState, StepRecord


def key_of(step_id: str, channel: str, kind: str, number: int = 0) -> str:
    """The idempotency key: the same on every attempt, safe in a mail header, and it hides the channel.

    (A channel's name may hold a recipient's address, and one recipient never sees another.)
    """
    where = hashlib.sha256(channel.encode()).hexdigest()[:12]
    what = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "." for c in step_id)
    return f"{what}.{kind}{number or ''}.{where}"


def batch_key(batch: str, channel: str) -> str:
    """The idempotency key of a digest or group."""
    return f"batch.{hashlib.sha256(f'{batch}|{channel}'.encode()).hexdigest()[:24]}"


def conversation_of(step: StepRecord) -> str:
    """What a channel threads on: all steps of one agreement are one conversation."""
    return step.agreement.name


def deliveries_of(
    alert: AlertRecord,
    step: StepRecord,
    told: Sequence[Told],
    *,
    now: datetime,
    addresses: Mapping[str, tuple[str, ...]] | None = None,
    knows: Collection[str] = (),
) -> tuple[DeliveryRecord, ...]:
    """The rows for the outbox: one for each address of each told channel, silenced ones as held.

    `addresses`: the names behind a configured channel (monitor.alerts.channels.addresses_of).
    `knows`: addresses that were told of this step before. The others get an update as their first
    message of it, kind "new" (a route that asks for corroboration is first told when it is there).
    """
    rows = []
    for one in told:
        for address in (addresses or {}).get(one.channel, (one.channel,)):
            kind = alert.kind if alert.kind != "update" or not knows or address in knows else "new"
            number = alert.number if kind == "update" else 0
            rows.append(
                DeliveryRecord(
                    alert_id=alert.id or 0,
                    channel=address,
                    route=one.route,
                    key=key_of(step.id, address, kind, number),
                    step_id=step.id,
                    kind=kind,
                    conversation=conversation_of(step),
                    state=DeliveryState.HELD if one.silenced else DeliveryState.PENDING,
                    due_at=one.due_at,
                    batch=f"{one.batch}|{address}" if one.batch else None,
                    created=now,
                    error=one.silenced,
                )
            )
    return tuple(rows)


def operator_rows(
    alert: AlertRecord, channels: Sequence[str], *, about: str, now: datetime
) -> tuple[DeliveryRecord, ...]:
    """A message to the operator for each channel. Its key holds the hour, so that one trouble is told
    once an hour at most."""
    hour = f"{now:%Y-%m-%dT%H}"
    return tuple(
        DeliveryRecord(
            alert_id=alert.id or 0,
            channel=channel,
            route="operator",
            key=key_of(
                f"operator.{hashlib.sha256(about.encode()).hexdigest()[:12]}.{hour}", channel, "operator"
            ),
            kind="operator",
            due_at=now,
            created=now,
        )
        for channel in channels
    )
