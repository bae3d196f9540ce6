"""Alerts, the outbox of their deliveries (lease, send, settle) and silences."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from storage.records import AlertRecord, DeliveryRecord, DeliveryState, SilenceRecord
from storage.rows import Statements, chunks, columns_for, record_of, table_of, values_of
from storage.tables import AlertRow, DeliveryRow, MetaRow, SilenceRow

ALERT = columns_for(AlertRecord, AlertRow)
DELIVERY = columns_for(DeliveryRecord, DeliveryRow)
SILENCE = columns_for(SilenceRecord, SilenceRow)
# In a restored database: until then a delivery that is new to it may have gone out before the restore.
ASK_UNTIL = "ask_until"
# Sources are asked again within hours of a restore; one that was down at that time may come a day later.
ASK_FOR = timedelta(days=1)
UNSETTLED = (DeliveryState.PENDING, DeliveryState.ATTEMPTING)


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
            query.where(DeliveryRow.state.in_(UNSETTLED), ~_behind_another())
        ).scalar()

    def outbox_schedule(self) -> dict[str, datetime]:
        """When each channel next has something to do; channels without anything unsettled are not in it."""
        when = func.min(
            func.coalesce(DeliveryRow.lease_until, DeliveryRow.due_at), type_=DeliveryRow.due_at.type
        )
        query = select(DeliveryRow.channel, when).where(DeliveryRow.state.in_(UNSETTLED), ~_behind_another())
        rows = self._connection.execute(query.group_by(DeliveryRow.channel))
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


class OutboxWrites(OutboxReads):
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

    def lease_deliveries(
        self, now: datetime, limit: int, channel: str | None = None, *, lease: timedelta
    ) -> list[DeliveryRecord]:
        """The deliveries to send now, oldest first, written down as attempting until now + lease.

        One whose lease ran out comes back with interrupted=True: it may have arrived. A batch comes
        whole, even over the limit. Nothing of a step is given out while an earlier delivery of it to the
        same channel is unsettled: an update never comes before its first message.
        """
        due = or_(
            and_(DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.due_at <= now),
            and_(DeliveryRow.state == DeliveryState.ATTEMPTING, DeliveryRow.lease_until <= now),
        )
        query = (
            select(*DELIVERY)
            .where(due, ~BEHIND_ANOTHER)
            .order_by(DeliveryRow.due_at, DeliveryRow.id)
            .limit(limit)
        )
        if channel is not None:
            query = query.where(DeliveryRow.channel == channel)
        picked = {row.id: record_of(DeliveryRecord, row) for row in self._connection.execute(query)}
        for some in chunks({d.batch for d in picked.values() if d.batch is not None}):
            rest = select(*DELIVERY).where(due, DeliveryRow.batch.in_(some)).order_by(DeliveryRow.id)
            if channel is not None:
                rest = rest.where(DeliveryRow.channel == channel)
            picked |= {row.id: record_of(DeliveryRecord, row) for row in self._connection.execute(rest)}
        return self._lease(list(picked.values()), now, now + lease)

    def _lease(self, picked: list[DeliveryRecord], now: datetime, until: datetime) -> list[DeliveryRecord]:
        for some in chunks(d.id for d in picked):
            self._connection.execute(
                update(DeliveryRow)
                .where(DeliveryRow.id.in_(some))
                .values(
                    state=DeliveryState.ATTEMPTING,
                    attempts=DeliveryRow.attempts + 1,
                    lease_until=until,
                    first_attempt_at=func.coalesce(DeliveryRow.first_attempt_at, now),
                    interrupted=or_(DeliveryRow.interrupted, DeliveryRow.state == DeliveryState.ATTEMPTING),
                )
            )
        return [
            replace(
                d,
                state=DeliveryState.ATTEMPTING,
                attempts=d.attempts + 1,
                lease_until=until,
                first_attempt_at=d.first_attempt_at or now,
                interrupted=d.interrupted or d.state == DeliveryState.ATTEMPTING,
            )
            for d in picked
        ]

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

    def release_attempting(self, now: datetime) -> int:
        """How many deliveries a dead process had left attempting: pending again, due now and marked
        interrupted. For the start of the one service of this database, before it leases anything."""
        left = update(DeliveryRow).where(DeliveryRow.state == DeliveryState.ATTEMPTING)
        changes = {"state": DeliveryState.PENDING, "due_at": now, "lease_until": None, "interrupted": True}
        return self._connection.execute(left.values(changes)).rowcount

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


def _behind_another() -> Any:
    """Whether an earlier delivery of the same step to the same channel is unsettled (other than one of the
    same batch: that goes out in the same message)."""
    earlier = aliased(DeliveryRow)
    return exists(
        select(earlier.id).where(
            DeliveryRow.step_id != "",
            earlier.step_id == DeliveryRow.step_id,
            earlier.channel == DeliveryRow.channel,
            earlier.id < DeliveryRow.id,
            earlier.state.in_(UNSETTLED),
            earlier.batch.is_distinct_from(DeliveryRow.batch) | earlier.batch.is_(None),
        )
    )


BEHIND_ANOTHER = _behind_another()  # the statement is built once, not for every lease


def _alert_of(row: Any) -> AlertRecord:
    plain = {c.key: row._mapping[c.key] for c in ALERT}
    return AlertRecord(**plain | {"step_id": plain["step_id"] or ""})
