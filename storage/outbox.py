"""Alerts, the outbox of their deliveries (leased in storage.leasing, settled here) and silences."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update

from storage.leasing import BEHIND_ANOTHER, DELIVERY, UNSETTLED, Leases
from storage.records import AlertRecord, DeliveryRecord, DeliveryState, SilenceRecord
from storage.rows import Statements, chunks, columns_for, record_of, table_of, values_of
from storage.tables import AlertRow, DeliveryRow, MetaRow, SilenceRow

ALERT = columns_for(AlertRecord, AlertRow)
SILENCE = columns_for(SilenceRecord, SilenceRow)
# In a restored database: until then a delivery that is new to it may have gone out before the restore.
ASK_UNTIL = "ask_until"
# Sources are asked again within hours of a restore; one that was down at that time may come a day later.
ASK_FOR = timedelta(days=1)


class OutboxReads(Statements):
    """What there is to ask about alerts, deliveries and silences."""

    def alerts(
        self, step_id: str | None = None, limit: int = 100, before_id: int | None = None
    ) -> list[AlertRecord]:
        """Alerts, of one step or of all, newest first."""
        query = select(*ALERT).order_by(AlertRow.id.desc()).limit(limit)
        if step_id is not None:
            query = query.where(AlertRow.step_id == step_id)
        if before_id is not None:
            query = query.where(AlertRow.id < before_id)
        return [_alert_of(row) for row in self._connection.execute(query)]

    def alert(self, alert_id: int) -> AlertRecord | None:
        """One alert, or None."""
        row = self._connection.execute(select(*ALERT).where(AlertRow.id == alert_id)).first()
        return _alert_of(row) if row else None

    def deliveries(
        self,
        *,
        state: DeliveryState | None = None,
        channel: str | None = None,
        alert_id: int | None = None,
        step_id: str | None = None,
        limit: int = 100,
        before_id: int | None = None,
    ) -> list[DeliveryRecord]:
        """Deliveries, newest first; what is not given is not asked for."""
        query = select(*DELIVERY).order_by(DeliveryRow.id.desc()).limit(limit)
        for column, value in (
            (DeliveryRow.state, state),
            (DeliveryRow.channel, channel),
            (DeliveryRow.alert_id, alert_id),
            (DeliveryRow.step_id, step_id),
        ):
            if value is not None:
                query = query.where(column == value)
        if before_id is not None:
            query = query.where(DeliveryRow.id < before_id)
        return [record_of(DeliveryRecord, row) for row in self._connection.execute(query)]

    def delivery(self, delivery_id: int) -> DeliveryRecord | None:
        """One delivery, or None."""
        row = self._connection.execute(select(*DELIVERY).where(DeliveryRow.id == delivery_id)).first()
        return record_of(DeliveryRecord, row) if row else None

    def next_delivery(self) -> datetime | None:
        """When the outbox next has something to do; None where it is empty."""
        query = select(
            func.min(
                func.coalesce(DeliveryRow.lease_until, DeliveryRow.due_at), type_=DeliveryRow.due_at.type
            )
        )
        return self._connection.execute(
            query.where(DeliveryRow.state.in_(UNSETTLED), ~BEHIND_ANOTHER)
        ).scalar()

    def outbox_schedule(self) -> dict[str, datetime]:
        """When each channel next has something to do; channels without anything unsettled are not in it."""
        when = func.min(
            func.coalesce(DeliveryRow.lease_until, DeliveryRow.due_at), type_=DeliveryRow.due_at.type
        )
        query = select(DeliveryRow.channel, when).where(DeliveryRow.state.in_(UNSETTLED), ~BEHIND_ANOTHER)
        rows = self._connection.execute(query.group_by(DeliveryRow.channel))
        return {channel: at for channel, at in rows if at is not None}

    def kept_waiting(self) -> dict[str, datetime]:
        """Since when each channel has kept its longest waiting delivery: since that was first tried, or
        since it was due (which may be yet to come). Retries put off when it is due, but not this."""
        since = func.coalesce(DeliveryRow.first_attempt_at, DeliveryRow.due_at)
        query = select(DeliveryRow.channel, func.min(since, type_=DeliveryRow.due_at.type))
        rows = self._connection.execute(
            query.where(DeliveryRow.state.in_(UNSETTLED)).group_by(DeliveryRow.channel)
        )
        return {channel: at for channel, at in rows if at is not None}

    def first_remote_id(self, conversation: str, channel: str) -> str | None:
        """The channel's own id of the first message of a conversation, for threading."""
        query = (
            select(DeliveryRow.remote_id)
            .where(
                DeliveryRow.conversation == conversation,
                DeliveryRow.channel == channel,
                DeliveryRow.state == DeliveryState.SENT,
                DeliveryRow.remote_id.is_not(None),
            )
            .order_by(DeliveryRow.id)
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def silences(self, now: datetime | None = None) -> list[SilenceRecord]:
        """Silences in force at `now`, or all that ever were; oldest first."""
        query = select(*SILENCE).order_by(SilenceRow.id)
        if now is not None:
            query = query.where(SilenceRow.created <= now, SilenceRow.expires > now)
        return [record_of(SilenceRecord, row) for row in self._connection.execute(query)]


class OutboxWrites(OutboxReads, Leases):
    """What changes alerts, deliveries and silences."""

    def add_alert(self, record: AlertRecord) -> AlertRecord:
        """The alert, with its id. A step has one alert of each number: 0 is its first, and where that is
        there already it is given back as it is. An update without a number gets the next one."""
        if record.step_id and record.kind == "update" and record.number == 0:
            last = select(func.max(AlertRow.number)).where(AlertRow.step_id == record.step_id)
            record = replace(record, number=(self._connection.execute(last).scalar() or 0) + 1)
        values = values_of(record, AlertRow) | {"step_id": record.step_id or None}
        number = self._add_unseen(AlertRow, values)
        if number is not None:
            return replace(record, id=number)
        mine = and_(AlertRow.step_id == record.step_id, AlertRow.number == record.number)
        return _alert_of(self._connection.execute(select(*ALERT).where(mine)).one())

    def add_deliveries(self, records: Sequence[DeliveryRecord]) -> list[DeliveryRecord]:
        """Those of the deliveries whose key was not there yet, with their ids. After a backup was restored,
        a new one may have gone out before: it is interrupted from the start."""
        if self._was_restored(records):
            records = [replace(r, interrupted=True) for r in records]
        added: list[DeliveryRecord] = []
        for some in chunks(records):
            columns = table_of(DeliveryRow).c
            statement = self._unseen(DeliveryRow).returning(columns.id, columns.key)
            rows = self._connection.execute(statement, [values_of(r, DeliveryRow) for r in some])
            ids = {key: number for number, key in rows}
            added += [replace(r, id=ids.pop(r.key)) for r in some if r.key in ids]
        return added

    def _was_restored(self, records: Sequence[DeliveryRecord]) -> bool:
        """Whether the database was restored shortly before these were made (see storage.backups)."""
        until = self._connection.execute(select(MetaRow.value).where(MetaRow.key == ASK_UNTIL)).scalar()
        if until is None or not records:
            return False
        end = datetime.fromisoformat(until)
        return any(r.created is not None and r.created < end for r in records)

    def settle_delivery(
        self,
        delivery_id: int,
        state: DeliveryState,
        *,
        now: datetime,
        remote_id: str | None = None,
        error: str | None = None,
        due_at: datetime | None = None,
        attempt: int | None = None,
        interrupted: bool | None = None,
    ) -> bool:
        """Whether it was settled: only an attempting delivery is. `attempt`, the number of attempts when
        it was leased, keeps a worker whose lease ran out from settling another's attempt. A delivery
        that goes back to pending is due at `due_at`, or now. `interrupted` says that it may have arrived
        all the same (the answer was lost); None leaves that as it is known."""
        changes: dict[str, Any] = {"state": state, "error": error, "lease_until": None}
        if state == DeliveryState.SENT:
            changes |= {"sent_at": now, "remote_id": remote_id}
        if state == DeliveryState.PENDING:
            changes["due_at"] = due_at or now
        if interrupted is not None:
            changes["interrupted"] = interrupted
        mine = and_(DeliveryRow.id == delivery_id, DeliveryRow.state == DeliveryState.ATTEMPTING)
        if attempt is not None:
            mine = and_(mine, DeliveryRow.attempts == attempt)
        return self._connection.execute(update(DeliveryRow).where(mine).values(changes)).rowcount == 1

    def mark_restored(self, now: datetime) -> None:
        """Says that this database was put back to an earlier state: what is unsettled, and what is new within
        a day, may have gone out before. It is asked for first, or marked as a possible repeat."""
        open_ones = DeliveryRow.state.in_((*UNSETTLED, DeliveryState.HELD))
        self._connection.execute(update(DeliveryRow).where(open_ones).values(interrupted=True))
        until = {"key": ASK_UNTIL, "value": (now + ASK_FOR).isoformat()}
        self._connection.execute(delete(MetaRow).where(MetaRow.key == ASK_UNTIL))
        self._connection.execute(insert(MetaRow), until)

    def requeue_delivery(self, delivery_id: int, *, due_at: datetime) -> bool:
        """Whether a dead or held delivery is pending again; others are left alone."""
        idle = DeliveryRow.state.in_((DeliveryState.DEAD, DeliveryState.HELD))
        again = update(DeliveryRow).where(DeliveryRow.id == delivery_id, idle)
        changes = {"state": DeliveryState.PENDING, "due_at": due_at, "error": None}
        return self._connection.execute(again.values(changes)).rowcount == 1

    def add_silence(self, record: SilenceRecord) -> SilenceRecord:
        """The silence, with its id."""
        values = values_of(record, SilenceRow) | {"match": dict(record.match)}
        return replace(record, id=self._add(SilenceRow, values))

    def expire_silence(self, silence_id: int, now: datetime) -> bool:
        """Whether a silence in force was ended."""
        mine = and_(SilenceRow.id == silence_id, SilenceRow.expires > now)
        return self._connection.execute(update(SilenceRow).where(mine).values(expires=now)).rowcount == 1


def _alert_of(row: Any) -> AlertRecord:
    plain = {c.key: row._mapping[c.key] for c in ALERT}
    return AlertRecord(**plain | {"step_id": plain["step_id"] or ""})
