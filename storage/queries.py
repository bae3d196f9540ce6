"""What analysts ask: steps, mentions and agreements by filter, and how much there is of everything."""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, exists, func, select

from storage.conditions import about_agreement, about_article, about_step, real
from storage.finding import ArticleQueries
from storage.records import (
    AgreementRecord,
    Counts,
    DeliveryState,
    EntryState,
    Filter,
    MentionView,
    StepRecord,
    StepState,
)
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
)


class Queries(StepReads, ArticleQueries):
    """Lists for people: newest first, in id order (ids follow time), paged by before_id."""

    def steps(self, wanted: Filter) -> list[StepRecord]:
        """Steps, last recorded first. since and until are the step's own date; `language`, `tier` and
        `source_id` are those of an article that mentions it; before_id is a `seq`."""
        query = steps_with_agreements().where(*real(wanted), *about_agreement(wanted), *about_step(wanted))
        if wanted.before_id is not None:
            query = query.where(StepRow.seq < wanted.before_id)
        if about := about_article(wanted):
            query = query.where(
                exists().where(
                    MentionRow.step_id == StepRow.id, MentionRow.article_id == ArticleRow.id, *about
                )
            )
        query = query.order_by(StepRow.seq.desc()).limit(wanted.limit)
        return [step_of(row) for row in self._connection.execute(query)]

    def mentions(self, wanted: Filter, *, with_details: bool = False) -> list[MentionView]:
        """Mentions with their articles, last recorded first; narrowed as steps are; before_id is an id.
        `with_details`: only those that state something besides the step."""
        query = select(*MENTION).join(StepRow, MentionRow.step_id == StepRow.id)
        query = query.join(AgreementRow, StepRow.agreement_id == AgreementRow.id)
        query = query.where(*real(wanted), *about_agreement(wanted), *about_step(wanted))
        if about := about_article(wanted):
            query = query.join(ArticleRow, MentionRow.article_id == ArticleRow.id).where(*about)
        if wanted.before_id is not None:
            query = query.where(MentionRow.id < wanted.before_id)
        if with_details:
            query = query.where(cast(MentionRow.details, Text) != "[]")
        query = query.order_by(MentionRow.id.desc()).limit(wanted.limit)
        found = [mention_of(row) for row in self._connection.execute(query)]
        articles = self._articles({one.article_id for one in found})
        return [MentionView(mention=one, article=articles[one.article_id]) for one in found]

    def agreements(self, wanted: Filter) -> list[AgreementRecord]:
        """Agreements, last recorded first; with a stage, state, since or until, those with such a step."""
        query = select(*AGREEMENT, *PAIR).where(*real(wanted), *about_agreement(wanted))
        if about := about_step(wanted):
            query = query.where(exists().where(StepRow.agreement_id == AgreementRow.id, *about))
        if wanted.before_id is not None:
            query = query.where(AgreementRow.id < wanted.before_id)
        query = query.order_by(AgreementRow.id.desc()).limit(wanted.limit)
        return [agreement_of(row) for row in self._connection.execute(query)]

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
