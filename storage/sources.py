"""Sources and visits: the schedule, what visits taught, and the service's small state."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.records import Filter, SourceRecord, VisitRecord
from storage.rows import Statements, chunks, columns_for, record_of, table_of, values_of
from storage.tables import MetaRow, SourceRow, VisitRow

SOURCE = columns_for(SourceRecord, SourceRow)
VISIT = columns_for(VisitRecord, VisitRow)

# What the configuration says; everything else in a source's row was learnt on visits.
CONFIGURED = ("publisher", "country", "tier", "kind", "url", "language", "zone", "interval_seconds")


class SourceReads(Statements):
    """What there is to ask about sources."""

    def sources(self, wanted: Filter | None = None) -> list[SourceRecord]:
        """Sources by id; `wanted` narrows by source_id, tier, language, state (their status) and party
        (their country)."""
        f = wanted or Filter(limit=100_000)
        query = select(*SOURCE).order_by(SourceRow.id).limit(f.limit)
        for column, value in (
            (SourceRow.id, f.source_id),
            (SourceRow.tier, f.tier),
            (SourceRow.language, f.language),
            (SourceRow.status, f.state),
            (SourceRow.country, f.party),
        ):
            if value is not None:
                query = query.where(column == value)
        return [record_of(SourceRecord, row) for row in self._connection.execute(query)]

    def source(self, source_id: str) -> SourceRecord | None:
        """One source, or None."""
        row = self._connection.execute(select(*SOURCE).where(SourceRow.id == source_id)).first()
        return record_of(SourceRecord, row) if row else None

    def next_due(self) -> datetime | None:
        """When the next source is due; None where none ever is."""
        first = select(SourceRow.due_at).where(polled(), SourceRow.due_at.is_not(None))
        return self._connection.execute(first.order_by(SourceRow.due_at).limit(1)).scalar()

    def visits(self, source_id: str | None = None, limit: int = 100) -> list[VisitRecord]:
        """The latest visits first."""
        query = select(*VISIT).order_by(VisitRow.id.desc()).limit(limit)
        if source_id is not None:
            query = query.where(VisitRow.source_id == source_id)
        return [record_of(VisitRecord, row) for row in self._connection.execute(query)]

    def news(self, source_id: str, since: datetime, limit: int) -> list[VisitRecord]:
        """The latest visits from then on that brought something new, latest first."""
        mine = (VisitRow.source_id == source_id, VisitRow.started >= since, VisitRow.new_entries > 0)
        query = select(*VISIT).where(*mine).order_by(VisitRow.id.desc()).limit(limit)
        return [record_of(VisitRecord, row) for row in self._connection.execute(query)]

    def meta(self, key: str) -> str | None:
        """A small fact about the service, kept under `key`; None where there is none."""
        return self._connection.execute(select(MetaRow.value).where(MetaRow.key == key)).scalar()

    def metas(self, prefix: str) -> dict[str, str]:
        """The small facts whose keys begin so, in the order of their keys."""
        under = MetaRow.key.startswith(prefix, autoescape=True)
        query = select(MetaRow.key, MetaRow.value).where(under).order_by(MetaRow.key)
        return {row.key: row.value for row in self._connection.execute(query)}


class SourceWrites(SourceReads):
    """What changes sources."""

    def sync_sources(self, records: Iterable[SourceRecord], now: datetime) -> None:
        """Makes the kept sources those of the configuration.

        New ones are added with the due_at they bring; known ones take what the configuration says and
        keep what visits taught; those missing are switched off, not deleted. A changed URL keeps the
        source's identity and its baseline, but not the validators: those were the old address's.
        """
        wanted: set[str] = set()
        for some in chunks(records):  # ten thousand at once, old and new, would be 20 MB
            wanted.update(r.id for r in some)
            self._sync_some(some, now)
        kept = self._connection.execute(select(SourceRow.id)).scalars()
        for gone in chunks([source_id for source_id in kept if source_id not in wanted]):
            self._connection.execute(update(SourceRow).where(SourceRow.id.in_(gone)).values(status="off"))

    def _sync_some(self, records: Sequence[SourceRecord], now: datetime) -> None:
        named = select(*SOURCE).where(SourceRow.id.in_([r.id for r in records]))
        known = {row.id: record_of(SourceRecord, row) for row in self._connection.execute(named)}
        if added := [r for r in records if r.id not in known]:
            self._connection.execute(
                insert(table_of(SourceRow)),
                [{"id": r.id, **values_of(replace(r, due_at=r.due_at or now), SourceRow)} for r in added],
            )
        for record in records:
            if (old := known.get(record.id)) is not None:
                self._configure(old, record, now)

    def _configure(self, old: SourceRecord, new: SourceRecord, now: datetime) -> None:
        changes: dict[str, Any] = {
            name: getattr(new, name) for name in CONFIGURED if getattr(new, name) != getattr(old, name)
        }
        if "url" in changes or "kind" in changes:
            changes |= {"etag": None, "last_modified": None, "body_sha256": None}
            changes |= {
                "failures": 0,
                "failure": None,
                "error": None,
                "status": new.status,
                "due_at": new.due_at or now,
            }
        if new.status == "off" or old.status == "off":
            changes["status"] = new.status
        if changes:
            self._change(SourceRow, old.id, changes)

    def claim_due(self, now: datetime, limit: int, lease: timedelta) -> list[SourceRecord]:
        """The sources that are due, longest due first, each now due again only after `lease`: a service
        that dies before its visits are recorded gets them back then."""
        due = self._connection.execute(
            select(*SOURCE)
            .where(polled(), SourceRow.due_at <= now)
            .order_by(SourceRow.due_at, SourceRow.id)
            .limit(limit)
        ).all()
        claimed = [record_of(SourceRecord, row) for row in due]
        for some in chunks(s.id for s in claimed):
            self._connection.execute(
                update(SourceRow).where(SourceRow.id.in_(some)).values(due_at=now + lease)
            )
        return [replace(s, due_at=now + lease) for s in claimed]

    def take_back_claims(self, now: datetime, lease: timedelta) -> None:
        """Makes due now what a service that died had claimed; for a service that has just started.

        A claim cannot be told from a plan that lies as near, so those are asked a little early, too. A
        source that last failed keeps its time: it may have asked us to wait.
        """
        claimed = (
            polled(),
            SourceRow.failures == 0,
            SourceRow.due_at > now,
            SourceRow.due_at <= now + lease,
        )
        self._connection.execute(update(SourceRow).where(*claimed).values(due_at=now))

    def set_source_status(self, source_id: str, status: str, due_at: datetime) -> None:
        """A source is switched on or off by the watch itself (a fallback stands in, or rests again). The
        next sync_sources makes it what the configuration says."""
        self._connection.execute(
            update(SourceRow).where(SourceRow.id == source_id).values(status=status, due_at=due_at)
        )

    def hasten(self, source_id: str, due_at: datetime) -> bool:
        """Makes a source due by then, where it is polled, well, and due only later; whether that was so."""
        mine = (SourceRow.id == source_id, polled(), SourceRow.failures == 0, SourceRow.due_at > due_at)
        return self._connection.execute(update(SourceRow).where(*mine).values(due_at=due_at)).rowcount == 1

    def forget_visits(self, before: datetime) -> int:
        """How many visits started before then were deleted; sources keep what they learnt from them."""
        return self._connection.execute(delete(VisitRow).where(VisitRow.started < before)).rowcount

    def set_meta(self, key: str, value: str) -> None:
        """Keeps a small fact about the service under `key`."""
        if self._connection.execute(self._unseen(MetaRow), {"key": key, "value": value}).rowcount != 1:
            self._connection.execute(update(MetaRow).where(MetaRow.key == key).values(value=value))

    def forget_meta(self, key: str) -> None:
        """The small fact under `key` is no longer kept."""
        self._connection.execute(delete(MetaRow).where(MetaRow.key == key))


def polled() -> Any:
    """The condition that a source is one that we poll."""
    return SourceRow.status.in_(("active", "blocked"))
