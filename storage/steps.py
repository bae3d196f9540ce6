"""The register's memory: agreements, steps, mentions, and what humans decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Unpack

from sqlalchemy import Select, and_, or_, select, tuple_, update

from storage.articles import articles_with_text
from storage.indexing import IndexWrites
from storage.records import (
    AgreementRecord,
    ArticleRecord,
    MentionRecord,
    MentionView,
    Pair,
    ReviewRecord,
    StepChanges,
    StepRecord,
    StepState,
    StepView,
)
from storage.rows import Statements, chunks, columns_for, record_of, values_of
from storage.stated import kept_details, read_details
from storage.tables import AgreementRow, ArticleRow, MentionRow, ReviewRow, StepRow

AGREEMENT = columns_for(AgreementRecord, AgreementRow)
MENTION = columns_for(MentionRecord, MentionRow)
REVIEW = columns_for(ReviewRecord, ReviewRow)
STEP = columns_for(StepRecord, StepRow)
STEP_KEYS = tuple(c.key for c in STEP if c.key != "sources")
PAIR = (AgreementRow.party_a, AgreementRow.party_b)
NOT_ON_TIMELINE = (StepState.REVIEW, StepState.REJECTED, StepState.MERGED)


def steps_with_agreements() -> Select[Any]:
    """A SELECT of all that a StepRecord and its agreement need."""
    agreement = [c.label(f"of_{c.key}") for c in (*AGREEMENT, *PAIR)]
    return select(*STEP, *agreement).join(AgreementRow, StepRow.agreement_id == AgreementRow.id)


def agreement_of(row: Any) -> AgreementRecord:
    """The agreement in a row of AGREEMENT and PAIR columns."""
    got = dict(zip(row._fields, row, strict=True))
    return _agreement(got, "")


def _agreement(got: Mapping[str, Any], prefix: str) -> AgreementRecord:
    return AgreementRecord(
        parties=(got[f"{prefix}party_a"], got[f"{prefix}party_b"]),
        id=got[f"{prefix}id"],
        instrument=got[f"{prefix}instrument"],
        number=got[f"{prefix}number"],
        title=got[f"{prefix}title"],
    )


def step_of(row: Any) -> StepRecord:
    """The step in a row of steps_with_agreements()."""
    got = dict(zip(row._fields, row, strict=True))
    plain = {key: got[key] for key in STEP_KEYS}
    return StepRecord(**plain, agreement=_agreement(got, "of_"), sources=tuple(got["sources"]))


def mention_of(row: Any) -> MentionRecord:
    """The mention in a row of MENTION columns."""
    return mention_from({c.key: row._mapping[c.key] for c in MENTION})


def mention_from(kept: Mapping[str, Any]) -> MentionRecord:
    """The mention of its columns by name."""
    made = {
        "evidence": tuple(kept["evidence"]),
        "reasons": tuple(kept["reasons"]),
        "details": read_details(kept["details"]),
    }
    return MentionRecord(**{**kept, **made})


class StepReads(Statements):
    """What there is to ask about steps."""

    def agreements_of(self, pairs: Iterable[Pair]) -> list[AgreementRecord]:
        """The agreements of these pairs, in the order in which they were recorded."""
        found: list[AgreementRecord] = []
        for some in chunks(set(pairs)):
            query = select(*AGREEMENT, *PAIR).where(tuple_(*PAIR).in_(some))
            found += [agreement_of(row) for row in self._connection.execute(query)]
        return sorted(found, key=lambda agreement: agreement.id or 0)

    def steps_of(self, pairs: Iterable[Pair]) -> list[StepRecord]:
        """All steps of these pairs, in every state, in the order in which they were recorded."""
        found: list[StepRecord] = []
        for some in chunks(set(pairs)):
            query = steps_with_agreements().where(tuple_(*PAIR).in_(some))
            found += [step_of(row) for row in self._connection.execute(query)]
        return sorted(found, key=lambda step: step.seq or 0)

    def step(self, step_id: str) -> StepRecord | None:
        """One step, or None."""
        row = self._connection.execute(steps_with_agreements().where(StepRow.id == step_id)).first()
        return step_of(row) if row else None

    def mentions_of(self, step_id: str) -> list[MentionRecord]:
        """Who mentions a step, first recorded first."""
        query = select(*MENTION).where(MentionRow.step_id == step_id).order_by(MentionRow.id)
        return [mention_of(row) for row in self._connection.execute(query)]

    def mentions_in(self, article_id: int) -> list[MentionRecord]:
        """Which steps an article mentions, first recorded first."""
        query = select(*MENTION).where(MentionRow.article_id == article_id).order_by(MentionRow.id)
        return [mention_of(row) for row in self._connection.execute(query)]

    def step_view(self, step_id: str) -> StepView | None:
        """A step with its mentions, their articles and the pair's timeline; None where there is no step."""
        step = self.step(step_id)
        if step is None:
            return None
        mentions = self.mentions_of(step_id)
        articles = self._articles({m.article_id for m in mentions})
        same = and_(
            AgreementRow.party_a == step.agreement.parties[0],
            AgreementRow.party_b == step.agreement.parties[1],
        )
        told = or_(StepRow.state.not_in(NOT_ON_TIMELINE), StepRow.id == step_id)
        rows = self._connection.execute(steps_with_agreements().where(same, told))
        timeline = sorted((step_of(row) for row in rows), key=_by_date)
        return StepView(
            step=step,
            mentions=tuple(MentionView(mention=m, article=articles[m.article_id]) for m in mentions),
            timeline=tuple(timeline),
        )

    def _articles(self, ids: set[int]) -> dict[int, ArticleRecord]:
        found: dict[int, ArticleRecord] = {}
        for some in chunks(sorted(ids)):
            for row in self._connection.execute(articles_with_text().where(ArticleRow.id.in_(some))):
                found[row.id] = record_of(ArticleRecord, row)
        return found

    def reviews(self, step_id: str | None = None, limit: int = 100) -> list[ReviewRecord]:
        """What humans decided, of one step or of all, newest first."""
        query = select(*REVIEW).order_by(ReviewRow.id.desc()).limit(limit)
        if step_id is not None:
            query = query.where(ReviewRow.step_id == step_id)
        return [record_of(ReviewRecord, row) for row in self._connection.execute(query)]


class StepWrites(IndexWrites, StepReads):
    """What changes the register."""

    def add_agreement(self, record: AgreementRecord) -> AgreementRecord:
        """The agreement, with its id: the one already there where these parties have one of this
        instrument and number."""
        a, b = record.parties
        if a >= b:
            raise ValueError(f"a pair is sorted: {record.parties}")
        values = values_of(record, AgreementRow) | {"party_a": a, "party_b": b}
        number = self._add_unseen(AgreementRow, values)
        if number is not None:
            return replace(record, id=number)
        mine = {"party_a": a, "party_b": b, "instrument": record.instrument, "number": record.number}
        return agreement_of(self._connection.execute(select(*AGREEMENT, *PAIR).filter_by(**mine)).one())

    def add_step(self, record: StepRecord) -> StepRecord:
        """The step as kept, its agreement too. Where the id is taken, "-2", "-3" and so on is appended."""
        agreement = record.agreement if record.agreement.id else self.add_agreement(record.agreement)
        values = values_of(record, StepRow, "seq") | {
            "agreement_id": agreement.id,
            "sources": list(record.sources),
        }
        wished, number = record.id, 1
        while True:
            step_id = wished if number == 1 else f"{wished}-{number}"
            seq = self._add_unseen(StepRow, {**values, "id": step_id})
            if seq is not None:
                return replace(record, id=step_id, agreement=agreement, seq=seq)
            number += 1

    def update_step(self, step_id: str, **changes: Unpack[StepChanges]) -> StepRecord:
        """The step after the changes; its id never changes. KeyError where there is no such step."""
        values: dict[str, Any] = dict(changes)
        if "agreement" in changes:
            values["agreement_id"] = self.add_agreement(values.pop("agreement")).id
        if "sources" in changes:
            values["sources"] = list(changes["sources"])
        if values:
            self._change(StepRow, step_id, values)
        step = self.step(step_id)
        if step is None:
            raise KeyError(step_id)
        return step

    def add_mention(self, record: MentionRecord) -> MentionRecord | None:
        """The mention with its id; None where this article already mentions this step in this role."""
        made = {
            "evidence": [dict(e) for e in record.evidence],
            "reasons": list(record.reasons),
            "details": kept_details(record.details),
        }
        number = self._add_unseen(MentionRow, values_of(record, MentionRow) | made)
        if number is None:
            return None
        self.mark_told(record.article_id)
        return replace(record, id=number)

    def move_mentions(self, from_step: str, to_step: str, only: Collection[int] | None = None) -> int:
        """How many mentions of one step are now mentions of the other (a human merged or split them): all,
        or those with the ids in `only`. Those that the other has already stay where they are."""
        there = select(MentionRow.article_id, MentionRow.role).where(MentionRow.step_id == to_step)
        known = {tuple(row) for row in self._connection.execute(there)}
        moved = [
            m
            for m in self.mentions_of(from_step)
            if (m.article_id, m.role) not in known and (only is None or m.id in only)
        ]
        for some in chunks(m.id for m in moved):
            self._connection.execute(
                update(MentionRow).where(MentionRow.id.in_(some)).values(step_id=to_step)
            )
        return len(moved)

    def add_review(self, record: ReviewRecord) -> ReviewRecord:
        """The decision, with its id."""
        return replace(record, id=self._add(ReviewRow, values_of(record, ReviewRow)))


def _by_date(step: StepRecord) -> tuple[str, int]:
    """Oldest first; a step without a date stands where it was published."""
    when = step.date or (step.published.date() if step.published else None)
    return (when.isoformat() if when else "9999", step.seq or 0)
