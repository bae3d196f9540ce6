"""Entries: what feeds and listings bring. The entries that are waiting are the watch's work queue."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from storage.records import EntryRecord, EntryState, Filter
from storage.rows import Statements, chunks, columns_for, digest, record_of, table_of, url_digest, values_of
from storage.tables import ArticleRow, EntryRow

ENTRY = columns_for(EntryRecord, EntryRow)

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
        seen = self._seen(entries)
        articles = self._articles_at({url_digest(e.canonical_url) for e in entries})
        rows: dict[tuple[str, bytes], tuple[EntryRecord, dict[str, Any]]] = {}
        for entry in entries:
            key, url, story = key_digest(entry.key), url_digest(entry.canonical_url), story_digest(entry)
            marks = {(entry.source_id, mark) for mark in (key, url, story) if mark is not None}
            if marks & seen:
                continue
            seen |= marks
            if entry.article_id is None:
                entry = replace(entry, article_id=articles.get(url))  # noqa: PLW2901
            made = {"key_digest": key, "url_digest": url, "story_digest": story}
            rows[entry.source_id, key] = entry, {**values_of(entry, EntryRow), **made}
        if not rows:
            return []
        columns = table_of(EntryRow).c
        statement = self._unseen(EntryRow).returning(columns.id, columns.source_id, columns.key_digest)
        added = self._connection.execute(statement, [values for _, values in rows.values()])
        ids = {(source, key): number for number, source, key in added}
        return [replace(entry, id=ids[mark]) for mark, (entry, _) in rows.items() if mark in ids]

    def _seen(self, entries: Sequence[EntryRecord]) -> set[tuple[str, bytes]]:
        """(source, digest) of every mark of these entries that is already there. One set serves keys,
        addresses and stories: their digests never meet."""
        marks = {
            EntryRow.key_digest: {(e.source_id, key_digest(e.key)) for e in entries},
            EntryRow.url_digest: {(e.source_id, url_digest(e.canonical_url)) for e in entries},
            EntryRow.story_digest: {(e.source_id, s) for e in entries if (s := story_digest(e)) is not None},
        }
        seen: set[tuple[str, bytes]] = set()
        for column, pairs in marks.items():
            for source in {source for source, _ in pairs}:
                wanted = [mark for s, mark in pairs if s == source]
                query = select(column).where(EntryRow.source_id == source, column.in_(wanted))
                seen |= {
                    (source, mark) for mark in self._connection.execute(query).scalars() if mark is not None
                }
        return seen

    def _articles_at(self, urls: set[bytes]) -> dict[bytes, int]:
        query = select(ArticleRow.url_digest, ArticleRow.id).where(ArticleRow.url_digest.in_(urls))
        return {row.url_digest: row.id for row in self._connection.execute(query)}

    def reopen_entry(self, entry_id: int, *, title: str, summary: str, content: str) -> None:
        """An entry that was passed over waits again, with the words that its feed now gives it."""
        words = {"title": title, "summary": summary, "content": content}
        self._change(
            EntryRow, entry_id, {**words, "state": EntryState.WAITING, "attempts": 0, "try_at": None}
        )

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
