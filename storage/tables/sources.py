"""Sources, their visits and the entries these found; and the service's own small state."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import BigId, Word
from storage.records import EntryState
from storage.tables.kept import IN_TIME_ORDER, Id, Kept


class SourceRow(Kept):
    """A place we poll: its configuration and what visits have taught. `due_at` is the schedule."""

    __tablename__ = "sources"
    __table_args__ = (Index(None, "due_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    publisher: Mapped[str]
    country: Mapped[str | None]
    tier: Mapped[str]
    kind: Mapped[str]
    url: Mapped[str]
    language: Mapped[str | None]
    zone: Mapped[str]
    status: Mapped[str]
    interval_seconds: Mapped[int]
    due_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    body_sha256: Mapped[str | None]
    baseline_at: Mapped[datetime | None]
    failures: Mapped[int]
    failure: Mapped[str | None]
    error: Mapped[str | None]
    last_visit_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_new_at: Mapped[datetime | None]
    last_unconditional_at: Mapped[datetime | None]
    newest_entry_at: Mapped[datetime | None]
    visits: Mapped[int]
    entries: Mapped[int]


class VisitRow(Kept):
    """One poll's outcome."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "source_id", "id"), Index(None, "started"), IN_TIME_ORDER)

    id: Mapped[Id]
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    started: Mapped[datetime]
    finished: Mapped[datetime]
    outcome: Mapped[str]
    failure: Mapped[str | None]
    error: Mapped[str | None]
    http_status: Mapped[int | None]
    final_url: Mapped[str | None]
    entries: Mapped[int]
    new_entries: Mapped[int]
    body_bytes: Mapped[int]
    partial: Mapped[bool]


class EntryRow(Kept):
    """One line of a feed or listing. Keys and addresses are looked up by their digests, since feeds
    carry some that are longer than an index can hold."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("source_id", "key_digest"),
        Index(None, "source_id", "url_digest"),
        Index(None, "source_id", "story_digest"),
        Index(None, "url_digest"),
        Index(None, "article_id"),
        Index("ix_entries_waiting", "state", "id"),
        IN_TIME_ORDER,
    )

    id: Mapped[Id]
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    key: Mapped[str]
    key_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    canonical_url: Mapped[str]
    url_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    story_digest: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    link: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    content: Mapped[str]
    published: Mapped[datetime | None]
    first_seen: Mapped[datetime | None]
    state: Mapped[EntryState] = mapped_column(Word(EntryState))
    attempts: Mapped[int]
    try_at: Mapped[datetime | None]
    article_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("articles.id"))


class MetaRow(Kept):
    """One small fact about the service itself, by name."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
