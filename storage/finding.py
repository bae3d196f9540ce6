"""Articles by filter and by words: newest first, the same on both databases, however rare or common what is
asked for is.

SQLite's full-text table walks its hits from the newest back and stops when there are enough; with marks in it
(storage.marks) few of them are walked in vain. PostgreSQL's index gives all hits at once and in no order. So
the newest articles are looked through first, which finds whatever is common; what is not found so is rare,
and then all its hits are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from storage import marks, words
from storage.articles import ARTICLE
from storage.conditions import about_agreement, about_article, about_step
from storage.marks import AHEAD, WAITED
from storage.records import CANARY_SOURCE, AllOf, ArticleRecord, Filter, Match
from storage.rows import Statements, chunks, record_of
from storage.tables import AgreementRow, ArticleRow, MentionRow, RevisionRow, StepRow, words_table

FTS5 = table(words_table.name, column("rowid"))
# A search that mentions narrow to no more than so many articles starts from these.
FEW = 1000
# What PostgreSQL looks through first: articles by their rows, and of these so many by their words, which is
# twenty times the work.
NEWEST = 20_000
NEWEST_READ = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """A stretch of ids, upper end excluded, and what its articles must be like."""

    wanted: tuple[ColumnElement[bool], ...]  # of their rows
    read: Match | None  # of their words
    match: Match | None  # of their words and marks: what the index is asked
    few: tuple[int, ...] | None = None  # none but these
    at_least: int = 0
    below: int | None = None

    @property
    def ends(self) -> list[ColumnElement[bool]]:
        """That an id is in the stretch."""
        found = [ArticleRow.id >= self.at_least] if self.at_least else []
        return found + ([ArticleRow.id < self.below] if self.below is not None else [])

    @property
    def rows(self) -> list[ColumnElement[bool]]:
        """Everything that an article's row says by itself."""
        few = [] if self.few is None else [ArticleRow.id.in_(self.few)]
        return [*self.ends, *few, *self.wanted]


class ArticleQueries(Statements):
    """Lists of articles: newest first, in id order (ids follow time), paged by before_id."""

    def articles(self, wanted: Filter) -> list[ArticleRecord]:
        """Articles, last found first. since and until are the day of publication (or, where there is
        none, of finding); with a party, pair, stage or instrument, those that mention such a step.
        Articles with all words of `text`, or that `match`, where that is given: see find."""
        match = wanted.match
        if match is None and wanted.text is not None:
            match = words.all_of(wanted.text)
            if match is None:
                return []
        self.finish()
        ids: list[int] = []
        for walk in self._walks(wanted, match):
            ids += self._ids(walk, wanted.limit - len(ids))
            if len(ids) >= wanted.limit:
                break
        return self._in_order(ids)

    def find(self, query: str, wanted: Filter | None = None) -> list[ArticleRecord]:
        """Articles that have all of the words, last found first. `query`: folded and lemmatised just as
        put_article's search_text was; "words in quotes" stand together, a star ends a beginning."""
        return self.articles(replace(wanted or Filter(), text=query))

    def _in_order(self, ids: Sequence[int]) -> list[ArticleRecord]:
        newest = (RevisionRow.article_id == ArticleRow.id) & (RevisionRow.revision == ArticleRow.revision)
        query = select(*ARTICLE).join(RevisionRow, newest).order_by(ArticleRow.id.desc())
        return [
            record_of(ArticleRecord, row)
            for some in chunks(ids)
            for row in self._connection.execute(query.where(ArticleRow.id.in_(some)))
        ]

    def _walks(self, wanted: Filter, match: Match | None) -> list[_Walk]:
        """Where to look, newest first. Articles found long after they were published are looked for by
        their marks; all others have ids of about their time."""
        conditions = about_article(wanted)
        if wanted.source_id != CANARY_SOURCE:
            conditions.append(ArticleRow.source_id != CANARY_SOURCE)
        published = func.coalesce(ArticleRow.published, ArticleRow.first_seen)
        at_least = 0
        if wanted.since is not None:
            start = _midnight(wanted.since)
            conditions.append(published >= start)
            first = self._first_id_since(start - AHEAD)
            if first is None:
                return []
            at_least = first
        mentioned, few = self._mentioned(wanted)
        conditions += mentioned
        narrowing = marks.narrowing(wanted) if match or few is None else []
        whole = _Walk(
            wanted=tuple(conditions),
            read=match,
            match=_all(match, narrowing),
            few=few,
            at_least=at_least,
            below=wanted.before_id,
        )
        if wanted.until is None:
            return [whole]
        end = _midnight(wanted.until) + timedelta(days=1)
        whole = replace(whole, wanted=(*whole.wanted, published < end))
        split = self._first_id_since(end + AHEAD + WAITED)
        if split is None or (wanted.before_id is not None and wanted.before_id <= split):
            return [whole]
        late = _all(match, [*narrowing, marks.late_until(wanted.since, wanted.until)])
        return [
            replace(whole, match=late, at_least=max(at_least, split)),
            replace(whole, below=split),
        ]

    def _first_id_since(self, start: datetime) -> int | None:
        """An id below which nothing was first seen since then: ids follow time, so that a search in a few
        days reads only these."""
        query = (
            select(ArticleRow.id)
            .where(ArticleRow.first_seen >= start)
            .order_by(ArticleRow.first_seen, ArticleRow.id)
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def _mentioned(self, wanted: Filter) -> tuple[list[ColumnElement[bool]], tuple[int, ...] | None]:
        """(that an article mentions such a step, which ones do where they are few)."""
        about = [*about_agreement(wanted), *about_step(wanted, dates=False)]
        if not about:
            return [], None
        # From the few mentions to their articles, not from a million articles to their mentions.
        query = select(MentionRow.article_id).join(StepRow, MentionRow.step_id == StepRow.id)
        query = query.join(AgreementRow, StepRow.agreement_id == AgreementRow.id).where(*about)
        found = set(self._connection.execute(query.limit(FEW + 1)).scalars())
        if len(found) <= FEW:
            return [], tuple(sorted(found))
        return [ArticleRow.id.in_(query)], None

    def _ids(self, walk: _Walk, limit: int) -> list[int]:
        if walk.match is None:
            query = select(ArticleRow.id).where(*walk.rows).order_by(ArticleRow.id.desc()).limit(limit)
            return list(self._connection.execute(query).scalars())
        if self._is_sqlite:
            return self._in_fts5(walk, walk.match, limit)
        found = self._among_the_newest(walk, limit)
        return found if len(found) == limit else self._in_gin(walk, walk.match, limit)

    def _in_fts5(self, walk: _Walk, match: Match, limit: int) -> list[int]:
        """FTS5 walks its rows from the newest back when asked in rowid order, and stops at the limit."""
        ends = [FTS5.c.rowid >= walk.at_least] if walk.at_least else []
        ends += [FTS5.c.rowid < walk.below] if walk.below is not None else []
        few = [] if walk.few is None else [ArticleRow.id.in_(walk.few)]
        query = (
            select(ArticleRow.id)
            .join(FTS5, FTS5.c.rowid == ArticleRow.id)
            .where(text("article_words MATCH :words"), *ends, *few, *walk.wanted)
            .params(words=words.fts5(match))
            .order_by(FTS5.c.rowid.desc())
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())

    def _among_the_newest(self, walk: _Walk, limit: int) -> list[int]:
        """Those that the newest articles have: all that are wanted where these are enough."""
        stretch = select(ArticleRow.id).where(*walk.ends).order_by(ArticleRow.id.desc())
        end = self._connection.execute(stretch.offset(NEWEST).limit(1)).scalar() if walk.few is None else None
        rows = (
            select(ArticleRow.id).where(ArticleRow.id > (end or 0), *walk.rows).order_by(ArticleRow.id.desc())
        )
        if walk.read is None:
            return list(self._connection.execute(rows.limit(limit)).scalars())
        newest = rows.limit(NEWEST_READ).cte("newest").prefix_with("MATERIALIZED")
        # OFFSET 0 keeps the planner from asking the index for all articles with these words.
        own = select(words_table.c.words).where(words_table.c.article_id == newest.c.id).offset(0).lateral()
        query = select(newest.c.id).join(own, text("true")).where(_has(own.c.words, walk.read))
        query = query.order_by(newest.c.id.desc()).limit(limit)
        return list(self._connection.execute(query).scalars())

    def _in_gin(self, walk: _Walk, match: Match, limit: int) -> list[int]:
        """All that are wanted: the index gives every article with these words and marks."""
        self._connection.execute(text("SET LOCAL enable_seqscan = off"))  # reading all words takes a minute
        hits = select(words_table.c.article_id).where(_has(words_table.c.words, match))
        # An array, not a join: the planner takes ten hits for thousands, and would read all articles.
        among = ArticleRow.id == func.any(func.array(hits.scalar_subquery()))
        query = select(ArticleRow.id).where(among, *walk.rows).order_by(ArticleRow.id.desc()).limit(limit)
        ids = list(self._connection.execute(query).scalars())
        self._connection.execute(text("SET LOCAL enable_seqscan = on"))
        return ids


def _has(column: Any, match: Match) -> ColumnElement[bool]:
    has: ColumnElement[bool] = column.bool_op("@@")(cast(words.tsquery(match), TSQUERY))
    return has


def _all(match: Match | None, narrowing: Sequence[Match]) -> Match | None:
    """The match and the marks as one. What is left out is left out last: else the index looks for the next
    article without it among all that have the words, not among those with the marks."""
    given = match if isinstance(match, AllOf) else AllOf((match,) if match else ())
    parts, without = (*narrowing, *given.parts), given.without
    if len(parts) == 1 and not without:
        return parts[0]
    return AllOf(parts, without) if parts else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
