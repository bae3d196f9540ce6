"""Which deliveries are sent next, in the order in which people were to be told; and the lease on them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.records import DeliveryRecord, DeliveryState
from storage.rows import Statements, chunks, columns_for, record_of
from storage.tables import DeliveryRow

DELIVERY = columns_for(DeliveryRecord, DeliveryRow)
NEVER = 1 << 30  # attempts
UNSETTLED = (DeliveryState.PENDING, DeliveryState.ATTEMPTING)


class Leases(Statements):
    """What takes deliveries out of the outbox to be sent."""

    def lease_deliveries(
        self,
        now: datetime,
        limit: int,
        channel: str | None = None,
        *,
        lease: timedelta,
        ahead: bool = False,
        but_for: Collection[int] = (),
    ) -> list[DeliveryRecord]:
        """The deliveries to send now, in the order in which they were put into the outbox, written down as
        attempting until now + lease.

        One whose lease ran out comes back with interrupted=True: it may have arrived. A batch comes
        whole, even over the limit. Nothing of a step is given out while an earlier delivery of it to the
        same channel is unsettled: an update never comes before its first message. `ahead`: what was tried
        in vain may come before its time, so that it keeps its place. `but_for`: ids that are left out.
        """
        waiting, left = _due(now, ahead=ahead)
        picked: dict[int, DeliveryRecord] = {}
        for due in (waiting, left):  # each by an index of its own; together they would be read through
            query = select(*DELIVERY).where(due, ~BEHIND_ANOTHER).order_by(DeliveryRow.id).limit(limit)
            if channel is not None:
                query = query.where(DeliveryRow.channel == channel)
            if but_for:
                query = query.where(DeliveryRow.id.not_in(but_for))
            picked |= {row.id: record_of(DeliveryRecord, row) for row in self._connection.execute(query)}
        picked = {number: picked[number] for number in sorted(picked)[:limit]}
        picked |= self._rest_of_batches(picked.values(), or_(waiting, left), channel)
        return self._lease([picked[number] for number in sorted(picked)], now, now + lease)

    def _rest_of_batches(
        self, picked: Collection[DeliveryRecord], due: ColumnElement[bool], channel: str | None
    ) -> dict[int, DeliveryRecord]:
        found: dict[int, DeliveryRecord] = {}
        for some in chunks({d.batch for d in picked if d.batch is not None}):
            rest = select(*DELIVERY).where(due, DeliveryRow.batch.in_(some))
            if channel is not None:
                rest = rest.where(DeliveryRow.channel == channel)
            found |= {row.id: record_of(DeliveryRecord, row) for row in self._connection.execute(rest)}
        return found

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

    def hasten_deliveries(self, channel: str, now: datetime, *, but_for: Collection[int] = ()) -> int:
        """How many that were tried in vain are due now rather than later: their channel is back."""
        waits = and_(
            DeliveryRow.channel == channel,
            DeliveryRow.state == DeliveryState.PENDING,
            DeliveryRow.attempts > 0,
            DeliveryRow.due_at > now,
            DeliveryRow.id.not_in(but_for),
        )
        return self._connection.execute(update(DeliveryRow).where(waits).values(due_at=now)).rowcount

    def release_attempting(self, now: datetime) -> int:
        """How many deliveries a dead process had left attempting: pending again, due now and marked
        interrupted. What was tried in vain is due again too, so that it keeps its place. For the start of the
        one service of this database, before it leases anything."""
        waits = and_(DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.attempts > 0)
        self._connection.execute(
            update(DeliveryRow).where(waits, DeliveryRow.due_at > now).values(due_at=now)
        )
        left = update(DeliveryRow).where(DeliveryRow.state == DeliveryState.ATTEMPTING)
        changes = {"state": DeliveryState.PENDING, "due_at": now, "lease_until": None, "interrupted": True}
        return self._connection.execute(left.values(changes)).rowcount


def _due(now: datetime, *, ahead: bool) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Those that wait and are due; those that somebody was attempting when he died."""
    # One statement for both, and the OR keeps SQLite from sorting all that is due rather than taking the next
    # few from the index on channel, state and id.
    in_time = or_(DeliveryRow.due_at <= now, DeliveryRow.attempts > (0 if ahead else NEVER))
    waiting = and_(DeliveryRow.state == DeliveryState.PENDING, in_time)
    return waiting, and_(DeliveryRow.state == DeliveryState.ATTEMPTING, DeliveryRow.lease_until <= now)


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
