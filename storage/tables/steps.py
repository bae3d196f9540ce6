"""The register: agreements, the steps they reached, who reported them, what a human decided."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import BigId, Word
from storage.records import StepState
from storage.tables.kept import IN_TIME_ORDER, Id, Kept


class AgreementRow(Kept):
    """One instrument between two parties."""

    __tablename__ = "agreements"
    __table_args__ = (
        UniqueConstraint("party_a", "party_b", "instrument", "number"),
        Index(None, "party_b"),
        IN_TIME_ORDER,
    )

    id: Mapped[Id]
    party_a: Mapped[str]
    party_b: Mapped[str]
    instrument: Mapped[str]
    number: Mapped[int]
    title: Mapped[str | None]


class StepRow(Kept):
    """A stage reached. `seq` is its place in the order of recording; `id` is what people cite."""

    __tablename__ = "steps"
    __table_args__ = (Index(None, "agreement_id"), Index(None, "state"), IN_TIME_ORDER)

    seq: Mapped[Id]
    id: Mapped[str] = mapped_column(unique=True)
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreements.id"))
    stage: Mapped[str]
    date: Mapped[dt.date | None]
    date_exact: Mapped[bool]
    place: Mapped[str | None]
    ordinal: Mapped[int | None]
    expected: Mapped[dt.date | None]
    state: Mapped[StepState] = mapped_column(Word(StepState))
    corroboration: Mapped[str]
    origin: Mapped[str]
    confidence: Mapped[float]
    first_seen: Mapped[dt.datetime | None]
    published: Mapped[dt.datetime | None]
    late_seconds: Mapped[int | None]
    reason: Mapped[str | None]
    merged_into: Mapped[str | None]
    sources: Mapped[list[str]] = mapped_column(JSON)


class MentionRow(Kept):
    """An article on a step, with its evidence."""

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("step_id", "article_id", "role"),
        Index(None, "article_id"),
        IN_TIME_ORDER,
    )

    id: Mapped[Id]
    step_id: Mapped[str] = mapped_column(ForeignKey("steps.id"))
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"))
    role: Mapped[str]
    confidence: Mapped[float]
    quote: Mapped[str]
    field: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    evidence: Mapped[list[Mapping[str, Any]]] = mapped_column(JSON)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    details: Mapped[list[Mapping[str, Any]]] = mapped_column(JSON, server_default="[]")
    language: Mapped[str | None]
    created: Mapped[dt.datetime | None]


class ReviewRow(Kept):
    """A human's decision on a step."""

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "step_id"), IN_TIME_ORDER)

    id: Mapped[Id]
    step_id: Mapped[str] = mapped_column(ForeignKey("steps.id"))
    decision: Mapped[str]
    reason: Mapped[str]
    who: Mapped[str]
    decided: Mapped[dt.datetime]
    other_step_id: Mapped[str | None]
