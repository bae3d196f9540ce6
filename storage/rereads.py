"""Which pages behind alerts are read again, and when."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from storage.records import RereadRecord
from storage.rows import Statements, columns_for, record_of
from storage.tables import RereadRow

REREAD = columns_for(RereadRecord, RereadRow)


class RereadReads(Statements):
    """What there is to ask about re-reads."""

    def rereads(self, now: datetime, limit: int) -> list[RereadRecord]:
        """The re-reads that are due, longest due first."""
        query = select(*REREAD).where(RereadRow.due_at <= now).order_by(RereadRow.due_at).limit(limit)
        return [record_of(RereadRecord, row) for row in self._connection.execute(query)]


class RereadWrites(RereadReads):
    """What changes re-reads."""

    def plan_rereads(self, article_ids: Iterable[int], now: datetime, waits: Sequence[timedelta]) -> None:
        """Articles that were told of now are read again after each of `waits`; those planned before stay."""
        for article_id in article_ids:
            values = {"article_id": article_id, "first_told": now, "done": 0, "due_at": now + waits[0]}
            self._connection.execute(self._unseen(RereadRow), values)

    def reread_now(self, article_ids: Iterable[int], now: datetime, waits: Sequence[timedelta]) -> None:
        """Articles whose pages are said to have changed are read again at once, besides what is planned by
        `waits`."""
        for article_id in article_ids:
            values = {"article_id": article_id, "first_told": now, "done": len(waits) - 1, "due_at": now}
            if self._connection.execute(self._unseen(RereadRow), values).rowcount != 1:
                planned = update(RereadRow).where(RereadRow.article_id == article_id, RereadRow.due_at > now)
                self._connection.execute(planned.values(done=RereadRow.done - 1, due_at=now))

    def settle_reread(self, article_id: int, waits: Sequence[timedelta]) -> None:
        """One re-read is done; the next one is due by its own wait, or the article is done with."""
        row = self._connection.execute(
            select(RereadRow.first_told, RereadRow.done).where(RereadRow.article_id == article_id)
        ).first()
        if row is None:
            return
        done = row.done + 1
        mine = RereadRow.article_id == article_id
        if done >= len(waits):
            self._connection.execute(delete(RereadRow).where(mine))
        else:
            due = row.first_told + waits[done]
            self._connection.execute(update(RereadRow).where(mine).values(done=done, due_at=due))
