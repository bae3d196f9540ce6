"""What analysts ask: steps, agreements and articles by filter, words in articles, and how much there is."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, column, exists, func, or_, select, table, text

from storage import words
from storage.articles import articles_with_text
from storage.records import (
    CANARY_PAIR,
    CANARY_SOURCE,
    AgreementRecord,
    ArticleRecord,
    Counts,
    DeliveryState,
    EntryState,
    Filter,
    Match,
    MentionView,
    StepRecord,
    StepState,
)
from storage.rows import record_of
from storage.steps import (
    AGREEMENT,
    MENTION,
    PAIR,
    StepReads,
    agreement_of,
    mention_of,
    step_of,
    steps_with_agreements,
)
from storage.tables import (
    AgreementRow,
    AlertRow,
    ArticleRow,
    DeliveryRow,
    EntryRow,
    MentionRow,
    SourceRow,
    StepRow,
    VisitRow,
    words_table,
)

# A page may claim to be from tomorrow (zones, slips); more than this ahead is not counted on.
AHEAD = timedelta(days=2)
FTS5 = table(words_table.name, column("rowid"))


class Queries(StepReads):
    """Lists for people: newest first, in id order (ids follow time), paged by before_id."""

    def steps(self, wanted: Filter) -> list[StepRecord]:
        """Steps, last recorded first. since and until are the step's own date; `language`, `tier` and
        `source_id` are those of an article that mentions it; before_id is a `seq`."""
        query = steps_with_agreements().where(*_real(wanted), *_about_agreement(wanted), *_about_step(wanted))
        if wanted.before_id is not None:
            query = query.where(StepRow.seq < wanted.before_id)
        if about := _about_article(wanted):
            query = query.where(
                exists().where(
                    MentionRow.step_id == StepRow.id, MentionRow.article_id == ArticleRow.id, *about
                )
            )
        query = query.order_by(StepRow.seq.desc()).limit(wanted.limit)
        return [step_of(row) for row in self._connection.execute(query)]

    def mentions(self, wanted: Filter) -> list[MentionView]:
        """Mentions with their articles, last recorded first; narrowed as steps are; before_id is an id."""
        query = select(*MENTION).join(StepRow, MentionRow.step_id == StepRow.id)
        query = query.join(AgreementRow, StepRow.agreement_id == AgreementRow.id)
        query = query.where(*_real(wanted), *_about_agreement(wanted), *_about_step(wanted))
        if about := _about_article(wanted):
            query = query.join(ArticleRow, MentionRow.article_id == ArticleRow.id).where(*about)
        if wanted.before_id is not None:
            query = query.where(MentionRow.id < wanted.before_id)
        query = query.order_by(MentionRow.id.desc()).limit(wanted.limit)
        found = [mention_of(row) for row in self._connection.execute(query)]
        articles = self._articles({one.article_id for one in found})
        return [MentionView(mention=one, article=articles[one.article_id]) for one in found]

    def agreements(self, wanted: Filter) -> list[AgreementRecord]:
        """Agreements, last recorded first; with a stage, state, since or until, those with such a step."""
        query = select(*AGREEMENT, *PAIR).where(*_real(wanted), *_about_agreement(wanted))
        if about := _about_step(wanted):
            query = query.where(exists().where(StepRow.agreement_id == AgreementRow.id, *about))
        if wanted.before_id is not None:
            query = query.where(AgreementRow.id < wanted.before_id)
        query = query.order_by(AgreementRow.id.desc()).limit(wanted.limit)
        return [agreement_of(row) for row in self._connection.execute(query)]

    def articles(self, wanted: Filter) -> list[ArticleRecord]:
        """Articles, last found first. since and until are the day of publication (or, where there is
        none, of finding); with a party, pair, stage or instrument, those that mention such a step.
        Articles with all words of `text`, or that `match`, where that is given: see find."""
        query = self._articles_wanted(wanted)
        match = wanted.match
        if match is None and wanted.text is not None:
            match = words.all_of(wanted.text)
            if match is None:
                return []
        if match is not None:
            self.finish()
            query = self._with_words(query, match)
        else:
            query = query.order_by(ArticleRow.id.desc())
        return [record_of(ArticleRecord, row) for row in self._connection.execute(query.limit(wanted.limit))]

    def find(self, query: str, wanted: Filter | None = None) -> list[ArticleRecord]:
        """Articles that have all of the words, last found first. `query`: folded and lemmatised just as
        put_article's search_text was; "words in quotes" stand together, a star ends a beginning."""
        return self.articles(replace(wanted or Filter(), text=query))

    def _articles_wanted(self, wanted: Filter) -> Select[Any]:
        query = articles_with_text().where(*_about_article(wanted))
        if wanted.source_id != CANARY_SOURCE:
            query = query.where(ArticleRow.source_id != CANARY_SOURCE)
        published = func.coalesce(ArticleRow.published, ArticleRow.first_seen)
        if wanted.since is not None:
            start = _midnight(wanted.since)
            query = query.where(published >= start, ArticleRow.id >= self._first_id_since(start))
        if wanted.until is not None:
            query = query.where(published < _midnight(wanted.until) + timedelta(days=1))
        if wanted.before_id is not None:
            query = query.where(ArticleRow.id < wanted.before_id)
        about = [*_about_agreement(wanted), *_about_step(wanted, dates=False)]
        if about:
            # From the few mentions to their articles, not from a million articles to their mentions.
            mentions = select(MentionRow.article_id).join(StepRow, MentionRow.step_id == StepRow.id)
            agreed = mentions.join(AgreementRow, StepRow.agreement_id == AgreementRow.id)
            query = query.where(ArticleRow.id.in_(agreed.where(*about)))
        return query

    def _first_id_since(self, start: datetime) -> int:
        """An id below which nothing was published since then: ids follow time, so that a search in a few
        days reads only these (a page is published before it is found, or a little "after")."""
        query = (
            select(ArticleRow.id)
            .where(ArticleRow.first_seen >= start - AHEAD)
            .order_by(ArticleRow.first_seen, ArticleRow.id)
            .limit(1)
        )
        return self._connection.execute(query).scalar() or 0

    def _with_words(self, query: Select[Any], asked: Match) -> Select[Any]:
        if not self._is_sqlite:
            has = words_table.c.words.bool_op("@@")(text("CAST(:words AS tsquery)"))
            query = query.join(words_table, words_table.c.article_id == ArticleRow.id).where(has)
            return query.params(words=words.tsquery(asked)).order_by(ArticleRow.id.desc())
        # FTS5 walks its rows from the newest back when asked in rowid order, and stops at the limit.
        query = query.join(FTS5, FTS5.c.rowid == ArticleRow.id)
        query = query.where(text("article_words MATCH :words")).params(words=words.fts5(asked))
        return query.order_by(FTS5.c.rowid.desc())

    def counts(self) -> Counts:
        """How much there is of everything."""

        def number(model: Any, *conditions: ColumnElement[bool]) -> int:
            return self._connection.execute(
                select(func.count()).select_from(model).where(*conditions)
            ).scalar_one()

        def deliveries(*states: DeliveryState) -> int:
            return number(DeliveryRow, DeliveryRow.state.in_(states))

        return Counts(
            sources=number(SourceRow, SourceRow.status != "off"),
            failing_sources=number(SourceRow, SourceRow.status != "off", SourceRow.failures > 0),
            visits=number(VisitRow),
            entries=number(EntryRow),
            waiting_entries=number(EntryRow, EntryRow.state == EntryState.WAITING),
            articles=number(ArticleRow),
            agreements=number(AgreementRow),
            steps=number(StepRow),
            review_steps=number(StepRow, StepRow.state == StepState.REVIEW),
            mentions=number(MentionRow),
            alerts=number(AlertRow),
            pending_deliveries=deliveries(DeliveryState.PENDING, DeliveryState.ATTEMPTING),
            held_deliveries=deliveries(DeliveryState.HELD),
            sent_deliveries=deliveries(DeliveryState.SENT),
            dead_deliveries=deliveries(DeliveryState.DEAD),
        )

    def damage(self) -> list[str]:
        """What is wrong with the database itself, one line each. Storage.check() asks it safely."""
        if not self._is_sqlite:
            return []
        pragma = self._connection.exec_driver_sql
        found = [str(row[0]) for row in pragma("PRAGMA integrity_check(20)") if row[0] != "ok"]
        if found:
            return found  # rows cannot be trusted any further
        return [f"{row[0]}: row {row[1]} points to no {row[2]}" for row in pragma("PRAGMA foreign_key_check")]


def _about_agreement(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.party is not None:
        found.append(or_(AgreementRow.party_a == wanted.party, AgreementRow.party_b == wanted.party))
    if wanted.pair is not None:
        a, b = sorted(wanted.pair)
        found += [AgreementRow.party_a == a, AgreementRow.party_b == b]
    if wanted.instrument is not None:
        found.append(AgreementRow.instrument == wanted.instrument)
    return found


def _real(wanted: Filter) -> list[ColumnElement[bool]]:
    """Leaves out the daily canary, unless it is asked for by name."""
    asked = wanted.pair == CANARY_PAIR or wanted.party in CANARY_PAIR
    return [] if asked else [AgreementRow.party_a != CANARY_PAIR[0]]


def _about_step(wanted: Filter, *, dates: bool = True) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.stage is not None:
        found.append(StepRow.stage == wanted.stage)
    if wanted.state is not None:
        found.append(StepRow.state == wanted.state)
    if dates and wanted.since is not None:
        found.append(StepRow.date >= wanted.since)
    if dates and wanted.until is not None:
        found.append(StepRow.date <= wanted.until)
    return found


def _about_article(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.language is not None:
        found.append(ArticleRow.language == wanted.language)
    if wanted.tier is not None:
        found.append(ArticleRow.tier == wanted.tier)
    if wanted.source_id is not None:
        found.append(ArticleRow.source_id == wanted.source_id)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
