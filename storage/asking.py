"""What queries are asked with, and how much there is. Entered by storage.records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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
