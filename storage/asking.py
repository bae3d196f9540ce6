"""What queries and retention are asked with, and how much there is. Entered by storage.records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from storage.matching import Match

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is of everything."""

    sources: int
    failing_sources: int
    visits: int
    entries: int
    waiting_entries: int
    articles: int
    agreements: int
    steps: int
    review_steps: int
    mentions: int
    alerts: int
    pending_deliveries: int  # attempting ones too
    held_deliveries: int
    sent_deliveries: int
    dead_deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a query asks for. None means "any"."""

    party: str | None = None
    pair: Pair | None = None
    stage: str | None = None
    instrument: str | None = None
    since: date | None = None
    until: date | None = None
    language: str | None = None
    tier: str | None = None
    source_id: str | None = None
    state: str | None = None
    text: str | None = None
    match: Match | None = None  # what a query comes to: see monitor.searching
    limit: int = 100
    before_id: int | None = None  # keyset paging: only ids smaller than this
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is older than these may go; None: is kept for ever."""

    visits: datetime | None = None
    raw_pages: datetime | None = None
    texts: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much went, and whether there is more that may."""

    visits: int = 0
    raw_pages: int = 0
    texts: int = 0
    entries: int = 0
    more: bool = False

    def __add__(self, other: "Pruned") -> "Pruned":
        return Pruned(
            visits=self.visits + other.visits,
            raw_pages=self.raw_pages + other.raw_pages,
            texts=self.texts + other.texts,
            entries=self.entries + other.entries,
            more=other.more,
        )
