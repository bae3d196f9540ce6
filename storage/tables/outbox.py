"""Alerts, their deliveries (the outbox is those not yet settled) and silences."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import BigId, Word
from storage.records import DeliveryState
from storage.tables.kept import IN_TIME_ORDER, Id, Kept


class AlertRow(Kept):
    """The act of telling. `step_id` is NULL for messages to the operator: they are of no step."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("step_id", "number"), IN_TIME_ORDER)

    id: Mapped[Id]
    step_id: Mapped[str | None] = mapped_column(ForeignKey("steps.id"))
    kind: Mapped[str]
    change: Mapped[str]
    number: Mapped[int]
    created: Mapped[datetime | None]
    note: Mapped[str]


class DeliveryRow(Kept):
    """One alert to one channel."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "channel", "state", "id"),  # the order in which a channel is told
        Index(None, "conversation", "channel"),
        Index(None, "step_id", "channel"),
        Index(None, "batch"),
        Index(None, "alert_id"),
        IN_TIME_ORDER,
    )

    id: Mapped[Id]
    alert_id: Mapped[int] = mapped_column(BigId, ForeignKey("alerts.id"))
    channel: Mapped[str]
    route: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    step_id: Mapped[str]
    kind: Mapped[str]
    conversation: Mapped[str]
    state: Mapped[DeliveryState] = mapped_column(Word(DeliveryState))
    due_at: Mapped[datetime | None]
    batch: Mapped[str | None]
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    first_attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    created: Mapped[datetime | None]
    error: Mapped[str | None]
    remote_id: Mapped[str | None]
    interrupted: Mapped[bool]


class SilenceRow(Kept):
    """People are not told of what matches, until it expires."""

    __tablename__ = "silences"
    __table_args__ = (Index(None, "expires"), IN_TIME_ORDER)

    id: Mapped[Id]
    match: Mapped[Mapping[str, Any]] = mapped_column(JSON)
    reason: Mapped[str]
    who: Mapped[str]
    created: Mapped[datetime]
    expires: Mapped[datetime]
