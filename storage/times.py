"""Times that are still to come, moved when the wall clock was set."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.sql.elements import ColumnElement

from storage.leasing import UNSETTLED
from storage.records import DeliveryState, EntryState
from storage.rows import Statements, chunks, table_of
from storage.sources import polled
from storage.tables import DeliveryRow, EntryRow, Kept, RereadRow, SilenceRow, SourceRow

SEEN = ("baseline_at", "last_visit_at", "last_success_at", "last_new_at", "last_unconditional_at")
MADE = ("created", "first_attempt_at")


def _never(_: str | None) -> bool:
    return False


class TimeWrites(Statements):
    """What moves times."""

    def shift_times(
        self, by: timedelta, *, past: bool = False, stays: Callable[[str | None], bool] = _never
    ) -> None:
        """Moves what is due: the wall clock jumped by that much, and nothing should come too late or all at
        once for it. Sources, pages to be asked again, re-reads, leases, and deliveries; but not those never
        tried whose batch `stays`, for they are due by the wall clock. `past`: when sources were read and
        deliveries made moves, too."""
        seen = SEEN if past else ()
        self._shift(SourceRow, "id", ("due_at",), by, polled())
        if seen:
            self._shift(SourceRow, "id", seen, by, polled())
        self._shift(EntryRow, "id", ("try_at",), by, EntryRow.state == EntryState.WAITING)
        self._shift(RereadRow, "article_id", ("first_told", "due_at"), by)
        self._shift(DeliveryRow, "id", ("lease_until",), by, DeliveryRow.state == DeliveryState.ATTEMPTING)
        self._shift_deliveries(by, past=past, stays=stays)
        if by < timedelta(0):
            self._begin_silences(by)

    def bring_near(
        self, now: datetime, longest: timedelta, *, stays: Callable[[str | None], bool] = _never
    ) -> int:
        """How many times were nearer than they say: nothing but what `stays` is put off for longer than
        `longest`, so that they were reckoned by a clock that has been set back since. They are due now. For
        the start of a service."""
        far, count = now + longest, 0
        for model, name in ((SourceRow, "due_at"), (EntryRow, "try_at")):
            column = table_of(model).c[name]
            late = update(table_of(model)).where(column > far).values({name: now})
            count += self._connection.execute(late).rowcount
        c = table_of(DeliveryRow).c
        waiting = select(c.id, c.batch).where(c.state == DeliveryState.PENDING, c.due_at > far)
        late_ones = [row.id for row in self._connection.execute(waiting) if not stays(row.batch)]
        self._write(DeliveryRow, "id", "due_at", [(number, now) for number in late_ones])
        for name in SEEN:
            column = table_of(SourceRow).c[name]
            self._connection.execute(update(table_of(SourceRow)).where(column > now).values({name: now}))
        return count + len(late_ones)

    def _shift_deliveries(self, by: timedelta, *, past: bool, stays: Callable[[str | None], bool]) -> None:
        c = table_of(DeliveryRow).c
        unsettled = c.state.in_(UNSETTLED)
        rows = self._connection.execute(
            select(c.id, c.due_at, c.batch, c.attempts).where(unsettled, c.due_at.is_not(None))
        ).all()
        moving = [(row.id, row.due_at) for row in rows if row.attempts or not stays(row.batch)]
        self._write(DeliveryRow, "id", "due_at", [(number, due + by) for number, due in moving])
        if past:
            self._shift(DeliveryRow, "id", MADE, by, unsettled)

    def _begin_silences(self, by: timedelta) -> None:
        """A silence in force stays in force though the clock was set to before it was made."""
        self._shift(SilenceRow, "id", ("created",), by)

    def _shift(
        self, model: type[Kept], key: str, names: Sequence[str], by: timedelta, *wanted: ColumnElement[bool]
    ) -> None:
        table = table_of(model)
        for name in names:
            column = table.c[name]
            rows = self._connection.execute(select(table.c[key], column).where(column.is_not(None), *wanted))
            self._write(model, key, name, [(which, at + by) for which, at in rows.all()])

    def _write(self, model: type[Kept], key: str, name: str, rows: Sequence[tuple[Any, datetime]]) -> None:
        table = table_of(model)
        mine = update(table).where(table.c[key] == bindparam("which"))
        for some in chunks(rows):
            self._connection.execute(
                mine.values({name: bindparam("at", type_=table.c[name].type)}),
                [{"which": which, "at": at} for which, at in some],
            )
