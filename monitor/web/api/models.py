"""What the API answers with, as types: the OpenAPI document's schemas. monitor.shapes makes the values."""

from datetime import date as Day
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from monitor.health import HEALTH
from monitor.terms import Corroboration, Instrument, Particular, Stage, Tier
from storage.records import DeliveryState, StepState

T = TypeVar("T")


class Answer(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(extra="forbid")


class Page(Answer, Generic[T]):
    """Some of a list, newest first."""

    items: list[T]
    next: str | None = Field(description="The address of the next page; null on the last.")


class Step(Answer):
    """A stage reached by an agreement."""

    id: str = Field(examples=["DK-UA/security_agreement/signed/2024-02-23"])
    parties: list[str] = Field(min_length=2, max_length=2, description="Sorted alphabetically.")
    instrument: Instrument
    stage: Stage
    date: Day | None
    date_exact: bool
    place: str | None
    ordinal: int | None = Field(description="Which round of negotiations.")
    expected: Day | None = Field(description="When it is to happen, where that was said.")
    state: StepState
    corroboration: Corroboration
    confidence: float
    origin: str
    first_seen: datetime | None
    published: datetime | None
    reason: str | None
    merged_into: str | None
    sources: list[str]


class Agreement(Answer):
    """One instrument between two parties, with its steps, oldest first."""

    agreement: str = Field(examples=["DK-UA/security_agreement"])
    parties: list[str] = Field(min_length=2, max_length=2)
    instrument: Instrument
    title: str | None
    steps: list[Step]


class Article(Answer):
    """A page read in full."""

    id: int
    url: str
    title: str
    source: str
    publisher: str
    country: str | None
    tier: Tier
    language: str | None
    published: datetime | None
    first_seen: datetime | None
    revision: int
    verified: bool
    gone_at: datetime | None


class Detail(Answer):
    """What an article states besides the step. docs/data.md says what `value` is for each kind."""

    kind: Particular
    value: str
    currency: str | None
    year: int | None
    per: str | None
    party: str | None
    office: str | None
    said: str = Field(description="The words that give the value.")
    quote: str = Field(description="The sentence that states it.")
    field: str
    start: int
    end: int


class Statement(Answer):
    """Who states a detail."""

    article: int
    publisher: str
    said: str
    quote: str
    field: str
    start: int
    end: int


class Stated(Answer):
    """A detail of a step, with everybody who states it."""

    kind: Particular
    value: str
    currency: str | None
    year: int | None
    per: str | None
    party: str | None
    office: str | None
    disputed: bool = Field(description="Others state another value.")
    sources: list[Statement]


class MentionOnly(Answer):
    """What an article says of a step."""

    step: str
    article: int
    role: str = Field(examples=["report", "corroboration", "recap", "denial"])
    confidence: float
    quote: str
    field: str
    start: int
    end: int
    language: str | None
    evidence: list[dict[str, Any]]
    reasons: list[str]
    details: list[Detail]


class WholeArticle(Article):
    """An article with its text and what it says."""

    text: str
    mentions: list[MentionOnly]


class Mention(Answer):
    """What an article says of a step, with the article."""

    step: str
    article: Article
    role: str
    confidence: float
    quote: str
    field: str
    start: int
    end: int
    language: str | None
    evidence: list[dict[str, Any]]
    reasons: list[str]
    details: list[Detail]


class StepView(Step):
    """A step with all that is behind it."""

    details: list[Stated]
    mentions: list[Mention]
    timeline: list[Step] = Field(description="The steps of the same pair, oldest first.")


class Found(Article):
    """An article that a search found."""

    snippet: str = Field(description="Part of the text; what was found stands between « and ».")


class FoundPage(Page[Found]):
    """What a search found."""

    note: str | None = Field(description="What was wrong with the search; then its plain words were sought.")


class SavedSearch(Answer):
    """A search that the configuration gives a name."""

    name: str
    query: str = Field(description="In the language of searches (docs/search.md).")


class Source(Answer):
    """A place we poll, and how it is doing."""

    id: str
    publisher: str
    country: str | None
    tier: Tier
    kind: str
    health: Literal[HEALTH]  # type: ignore[valid-type]
    visited: datetime | None
    newest: datetime | None
    entries: int | None
    problem: str | None
    url: str
    language: str | None
    tags: list[str]
    interval: float | None = Field(description="Seconds.")
    polled: bool
    due_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    visits: int | None
    failures: int | None
    failure: str | None
    note: str | None


class Delivery(Answer):
    """One alert to one channel."""

    id: int
    channel: str
    route: str
    state: DeliveryState
    attempts: int
    created: datetime | None
    sent_at: datetime | None
    error: str | None


class Alert(Answer):
    """The act of telling."""

    id: int
    step: str
    kind: str
    change: str
    number: int
    created: datetime | None
    note: str
    deliveries: list[Delivery]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = Field(
        default=None, description="What is wrong with which parameter."
    )
