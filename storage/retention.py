"""What is not kept for ever. What marks an entry or an article as seen stays: nothing comes back as new.

Of an old entry the summary and the content go, of an article that reports no step the text, its search words
and the bytes behind it: a row is left that knows its key, its address and its hashes (a tombstone). What
stands behind a step is evidence and stays whole.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, select, update

from storage import marks
from storage.articles import ArticleWrites
from storage.asking import Keep, Pruned
from storage.records import EntryState
from storage.sources import SourceWrites
from storage.tables import ArticleRow, EntryRow, MentionRow, RevisionRow, VisitRow

# Rows looked at in one transaction, so that nobody waits long for the writer.
AT_ONCE = 500


class RetentionWrites(SourceWrites, ArticleWrites):
    """What removes what is too old."""

    def prune(self, keep: Keep, at_once: int = AT_ONCE) -> Pruned:
        """What this round removed: at most `at_once` of each. Each row is looked at once in its life: ids
        follow time, and how far we are is remembered."""
        visits = self._prune_visits(keep.visits, at_once) if keep.visits else 0
        raw, more_raw = self._walk("raw", RevisionRow, keep.raw_pages, at_once, self._drop_raw)
        texts, more_texts = self._walk("texts", RevisionRow, keep.texts, at_once, self._drop_texts)
        entries, more_entries = self._walk("entries", EntryRow, keep.texts, at_once, self._drop_entries)
        more = more_raw or more_texts or more_entries or visits == at_once
        return Pruned(visits=visits, raw_pages=raw, texts=texts, entries=entries, more=more)

    def _prune_visits(self, before: datetime, at_once: int) -> int:
        old = select(VisitRow.id).where(VisitRow.started < before).order_by(VisitRow.started).limit(at_once)
        return self._connection.execute(delete(VisitRow).where(VisitRow.id.in_(old))).rowcount

    def _walk(
        self, what: str, row: Any, before: datetime | None, at_once: int, drop: Callable[[list[int]], int]
    ) -> tuple[int, bool]:
        """(how many went, whether this may go on)."""
        if before is None:
            return 0, False
        key = f"pruned_{what}"
        seen = row.seen if row is RevisionRow else row.first_seen
        passed = int(self.meta(key) or 0)
        ids = list(
            self._connection.execute(
                select(row.id).where(row.id > passed, seen < before).order_by(row.id).limit(at_once)
            ).scalars()
        )
        if not ids:
            return 0, False
        dropped = drop(ids)
        self.set_meta(key, str(ids[-1]))
        return dropped, len(ids) == at_once

    def _drop_raw(self, ids: list[int]) -> int:
        mine = and_(RevisionRow.id.in_(ids), RevisionRow.raw_body.is_not(None), ~_tells_of_a_step())
        return self._connection.execute(update(RevisionRow).where(mine).values(raw_body=None)).rowcount

    def _drop_texts(self, ids: list[int]) -> int:
        query = (
            select(RevisionRow.id, RevisionRow.revision, ArticleRow.id.label("article"), ArticleRow.revision)
            .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
            .where(RevisionRow.id.in_(ids), RevisionRow.text != "", ~_tells_of_a_step())
        )
        rows = self._connection.execute(query).all()
        gone = [number for number, *_ in rows]
        mine = RevisionRow.id.in_(gone)
        newest = [(article, revision) for _, revision, article, last in rows if revision == last]
        before = {article: self._kept(article) for article, _ in newest}
        self._connection.execute(update(RevisionRow).where(mine).values(text="", words=None, raw_body=None))
        for article, revision in newest:
            _, cut = before[article] or (revision, [])
            self._learn(article, revision, cut, [one for one in cut if marks.is_mark(one)])
        return len(gone)

    def _drop_entries(self, ids: list[int]) -> int:
        mine = and_(
            EntryRow.id.in_(ids),
            EntryRow.state != EntryState.WAITING,
            func.length(EntryRow.summary) + func.length(EntryRow.content) > 0,
        )
        return self._connection.execute(update(EntryRow).where(mine).values(summary="", content="")).rowcount


def _tells_of_a_step() -> Any:
    return exists(select(MentionRow.id).where(MentionRow.article_id == RevisionRow.article_id))
