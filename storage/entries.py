"""Entries: what feeds and listings bring. The entries that are waiting are the watch's work queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.records import EntryRecord, EntryState, Filter
from storage.rows import Statements, chunks, columns_for, digest, record_of, table_of, url_digest, values_of
from storage.tables import ArticleRow, EntryRow

ENTRY = columns_for(EntryRecord, EntryRow)

# Made once: for a few rows, making a statement costs SQLAlchemy more than running it.
_ANY_OF = select(EntryRow.id).where(EntryRow.source_id == bindparam("source")).limit(1)
_ARTICLES_AT = select(ArticleRow.url_digest, ArticleRow.id).where(
    ArticleRow.url_digest.in_(bindparam("urls", expanding=True))
)

# Below this a title alone ("Statement by the President") says too little to tell two stories apart.
TELLING_TITLE = 30


def key_digest(key: str) -> bytes:
    """What stands for an entry's key in the index."""
    return digest("key", key)


def story_digest(entry: EntryRecord) -> bytes | None:
    """What stays the same when a feed gives a story a new id and address: its title, summary and day.
    None where those say too little, so that two statements with one title are never taken for one."""
    title = " ".join(entry.title.casefold().split())
    summary = " ".join(entry.summary.casefold().split())[:300]
    if entry.published is None or len(title) + len(summary) < TELLING_TITLE:
        return None
    return digest("story", title, summary, entry.published.date().isoformat())


@cache
def _unseen_entries(dialect: ModuleType) -> Any:
    columns = table_of(EntryRow).c
    added = dialect.insert(table_of(EntryRow)).on_conflict_do_nothing()
    return added.returning(columns.id, columns.source_id, columns.key_digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What an entry is known again by; of its own source only."""

    source: str
    key: bytes
    url: bytes
    story: bytes | None
    all: frozenset[tuple[str, bytes]]


def _marks(entry: EntryRecord) -> _Marks:
    key, url, story = key_digest(entry.key), url_digest(entry.canonical_url), story_digest(entry)
    every = frozenset((entry.source_id, mark) for mark in (key, url, story) if mark is not None)
    return _Marks(source=entry.source_id, key=key, url=url, story=story, all=every)


class EntryReads(Statements):
    """What there is to ask about entries."""

    def waiting_entries(self, now: datetime, limit: int) -> list[EntryRecord]:
        """Entries to work on now, oldest first."""
        query = (
            select(*ENTRY)
            .where(
                EntryRow.state == EntryState.WAITING, or_(EntryRow.try_at.is_(None), EntryRow.try_at <= now)
            )
            .order_by(EntryRow.id)
            .limit(limit)
        )
        return [record_of(EntryRecord, row) for row in self._connection.execute(query)]

    def waits_since(self) -> datetime | None:
        """Since when the entry that has waited longest could have been worked on; None where none waits."""
        since = func.min(func.coalesce(EntryRow.try_at, EntryRow.first_seen), type_=EntryRow.first_seen.type)
        return self._connection.execute(select(since).where(EntryRow.state == EntryState.WAITING)).scalar()

    def entries(self, wanted: Filter) -> list[EntryRecord]:
        """Newest first; `wanted` narrows by source_id, state and before_id."""
        query = select(*ENTRY).order_by(EntryRow.id.desc()).limit(wanted.limit)
        if wanted.source_id is not None:
            query = query.where(EntryRow.source_id == wanted.source_id)
        if wanted.state is not None:
            query = query.where(EntryRow.state == wanted.state)
        if wanted.before_id is not None:
            query = query.where(EntryRow.id < wanted.before_id)
        return [record_of(EntryRecord, row) for row in self._connection.execute(query)]

    def known_entry(self, source_id: str, key: str) -> EntryRecord | None:
        """The entry that this source has brought under this key; None where it has not."""
        mine = (EntryRow.source_id == source_id, EntryRow.key_digest == key_digest(key))
        row = self._connection.execute(select(*ENTRY).where(*mine)).first()
        return record_of(EntryRecord, row) if row else None

    def entries_of(self, article_id: int) -> list[EntryRecord]:
        """The entries of all sources that led to one article, first seen first."""
        query = select(*ENTRY).where(EntryRow.article_id == article_id).order_by(EntryRow.id)
        return [record_of(EntryRecord, row) for row in self._connection.execute(query)]


class EntryWrites(EntryReads):
    """What changes entries."""

    def add_entries(self, entries: Sequence[EntryRecord]) -> list[EntryRecord]:
        """The entries that were unseen, with their ids, in the order given.

        Seen is what this source has already brought under the same key, the same canonical_url, or the
        same title, summary and day. What another source has brought is still an entry of its own (it
        corroborates), and points to the article that is already there.
        """
        unseen: list[EntryRecord] = []
        for some in chunks(entries):
            unseen += self._add_some(some)
        return unseen

    def _add_some(self, entries: Sequence[EntryRecord]) -> list[EntryRecord]:
        marks = [_marks(entry) for entry in entries]
        seen = self._seen(marks)
        articles = self._articles_at({mark.url for mark in marks})
        rows: dict[tuple[str, bytes], tuple[EntryRecord, dict[str, Any]]] = {}
        for entry, mark in zip(entries, marks, strict=True):
            if mark.all & seen:
                continue
            seen |= mark.all
            made = {"key_digest": mark.key, "url_digest": mark.url, "story_digest": mark.story}
            if entry.article_id is None and mark.url in articles:
                entry = replace(entry, article_id=articles[mark.url])  # noqa: PLW2901
            rows[mark.source, mark.key] = entry, {**values_of(entry, EntryRow), **made}
        if not rows:
            return []
        statement = _unseen_entries(sqlite if self._is_sqlite else postgresql)
        added = self._connection.execute(statement, [values for _, values in rows.values()])
        ids = {(source, key): number for number, source, key in added}
        return [replace(entry, id=ids[mark]) for mark, (entry, _) in rows.items() if mark in ids]

    def _seen(self, marks: Sequence["_Marks"]) -> set[tuple[str, bytes]]:
        """(source, digest) of every mark of these entries that is already there. One set serves keys,
        addresses and stories: their digests never meet."""
        seen: set[tuple[str, bytes]] = set()
        for source in {mark.source for mark in marks}:
            if not self._has_entries(source):
                continue
            mine = [mark for mark in marks if mark.source == source]
            for column, wanted in (
                (EntryRow.key_digest, {mark.key for mark in mine}),
                (EntryRow.url_digest, {mark.url for mark in mine}),
                (EntryRow.story_digest, {mark.story for mark in mine} - {None}),
            ):
                query = select(column).where(EntryRow.source_id == source, column.in_(wanted))
                seen |= {(source, digest) for digest in self._connection.execute(query).scalars() if digest}
        return seen

    def _has_entries(self, source: str) -> bool:
        return self._connection.execute(_ANY_OF, {"source": source}).first() is not None

    def _articles_at(self, urls: set[bytes]) -> dict[bytes, int]:
        return {row.url_digest: row.id for row in self._connection.execute(_ARTICLES_AT, {"urls": [*urls]})}

    def reopen_entry(self, entry_id: int, *, title: str, summary: str, content: str) -> None:
        """An entry that was passed over waits again, with the words that its feed now gives it."""
        words = {"title": title, "summary": summary, "content": content}
        self._change(
            EntryRow, entry_id, {**words, "state": EntryState.WAITING, "attempts": 0, "try_at": None}
        )

    def settle_entries(self, entry_ids: Iterable[int], state: EntryState) -> None:
        """Says where several entries stand now, and that none of them is to be tried again."""
        for some in chunks(entry_ids):
            changed = update(EntryRow).where(EntryRow.id.in_(some))
            self._connection.execute(changed.values(state=state, try_at=None))

    def settle_entry(
        self,
        entry_id: int,
        state: EntryState,
        *,
        article_id: int | None = None,
        attempts: int | None = None,
        try_at: datetime | None = None,
    ) -> None:
        """Says where an entry stands now; what is not given stays, but try_at is cleared."""
        changes: dict[str, Any] = {"state": state, "try_at": try_at}
        if article_id is not None:
            changes["article_id"] = article_id
        if attempts is not None:
            changes["attempts"] = attempts
        self._change(EntryRow, entry_id, changes)
