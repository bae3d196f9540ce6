"""What lists show of many steps at once: the first few mentions of each, without the articles' texts."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select, union_all

from storage.records import CANARY_PAIR, ArticleRecord, Glimpse, MentionRecord, MentionView, StepRecord
from storage.rows import Statements, chunks, columns_for
from storage.steps import mention_from, step_of, steps_with_agreements
from storage.tables import AgreementRow, ArticleRow, MentionRow, SourceRow, StepRow

MENTION = columns_for(MentionRecord, MentionRow)
ARTICLE = columns_for(ArticleRecord, ArticleRow)


class Glimpses(Statements):
    """Lists of steps ask once, not once a step."""

    def glimpses(self, step_ids: Collection[str], *, most: int = 6, after: int = 0) -> dict[str, Glimpse]:
        """By step, its first `most` mentions with an id above `after`; steps without any are not in it."""
        found: dict[str, Glimpse] = {}
        for some in chunks(sorted(set(step_ids))):
            found |= self._glimpses(some, most, after)
        return found

    def _glimpses(self, step_ids: Collection[str], most: int, after: int) -> dict[str, Glimpse]:
        step = MentionRow.step_id
        ranked = (
            select(
                MentionRow.id.label("id"),
                func.row_number().over(partition_by=step, order_by=MentionRow.id).label("place"),
                func.count().over(partition_by=step).label("total"),
            )
            .where(MentionRow.step_id.in_(step_ids), MentionRow.id > after)
            .subquery()
        )
        query = (
            select(*_labelled(MENTION, "m_"), *_labelled(ARTICLE, "a_"), ranked.c.total)
            .join(ranked, ranked.c.id == MentionRow.id)
            .join(ArticleRow, ArticleRow.id == MentionRow.article_id)
            .where(ranked.c.place <= most)
            .order_by(MentionRow.id)
        )
        views: dict[str, list[MentionView]] = {}
        totals: dict[str, int] = {}
        for row in self._connection.execute(query):
            view = _view_of(row._mapping)
            views.setdefault(view.mention.step_id, []).append(view)
            totals[view.mention.step_id] = row.total
        return {name: Glimpse(mentions=tuple(of), total=totals[name]) for name, of in views.items()}

    def steps_by_id(self, step_ids: Collection[str]) -> list[StepRecord]:
        """The steps with these ids, in no order; unknown ids give none."""
        found: list[StepRecord] = []
        for some in chunks(sorted(set(step_ids))):
            query = steps_with_agreements().where(StepRow.id.in_(some))
            found += [step_of(row) for row in self._connection.execute(query)]
        return found

    def parties(self) -> dict[str, int]:
        """How many agreements each party has, by its code."""
        sides = union_all(
            select(AgreementRow.party_a.label("party")), select(AgreementRow.party_b.label("party"))
        ).subquery()
        query = (
            select(sides.c.party, func.count().label("number"))
            .group_by(sides.c.party)
            .order_by(sides.c.party)
        )
        return {row.party: row.number for row in self._connection.execute(query)}

    def newest_seq(self) -> int:
        """The `seq` of the step that was recorded last; 0 where there is none."""
        return self._connection.execute(select(func.max(StepRow.seq))).scalar() or 0

    def steps_after(self, seq: int, state: str) -> int:
        """How many steps in this state were recorded after the one with this `seq`; the canary's are none."""
        canary = select(AgreementRow.id).where(AgreementRow.party_a == CANARY_PAIR[0])
        query = (
            select(func.count())
            .select_from(StepRow)
            .where(StepRow.seq > seq, StepRow.state == state, StepRow.agreement_id.not_in(canary))
        )
        return self._connection.execute(query).scalar_one()

    def failing(self) -> int:
        """How many sources that are polled could not be read at their last visit."""
        query = select(func.count()).select_from(SourceRow)
        return self._connection.execute(
            query.where(SourceRow.status != "off", SourceRow.failures > 0)
        ).scalar_one()


def _labelled(columns: Collection[Any], prefix: str) -> list[Any]:
    return [column.label(f"{prefix}{column.key}") for column in columns]


def _view_of(got: Any) -> MentionView:
    mention = mention_from({c.key: got[f"m_{c.key}"] for c in MENTION})
    article = {c.key: got[f"a_{c.key}"] for c in ARTICLE}
    return MentionView(mention=mention, article=ArticleRecord(**article, text=""))
