"""The records that go into and come out of storage: frozen values, times aware UTC, parties as pairs.
Words such as stages and tiers are plain strings here; monitor.terms has their meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict

from storage.asking import Counts as Counts  # noqa: PLC0414  (given on from here)
from storage.asking import Filter as Filter  # noqa: PLC0414  (given on from here)
from storage.asking import Keep as Keep  # noqa: PLC0414  (given on from here)
from storage.asking import Pair as Pair  # noqa: PLC0414  (given on from here)
from storage.asking import Pruned as Pruned  # noqa: PLC0414  (given on from here)
from storage.decisions import ReviewRecord as ReviewRecord  # noqa: PLC0414  (given on from here)
from storage.decisions import SilenceRecord as SilenceRecord  # noqa: PLC0414  (given on from here)
from storage.decisions import TokenRecord as TokenRecord  # noqa: PLC0414  (given on from here)
from storage.matching import AllOf as AllOf  # noqa: PLC0414  (given on from here)
from storage.matching import AnyOf as AnyOf  # noqa: PLC0414  (given on from here)
from storage.matching import Match as Match  # noqa: PLC0414  (given on from here)
from storage.matching import SearchText as SearchText  # noqa: PLC0414  (given on from here)
from storage.matching import Term as Term  # noqa: PLC0414  (given on from here)
from storage.stated import DetailRecord as DetailRecord  # noqa: PLC0414  (given on from here)

# The daily canary: a pair of codes that ISO 3166-1 leaves to users, and a source that nobody polls. Lists,
# searches and exports leave both out unless they are asked for by name.
CANARY_PAIR: Pair = ("XX", "ZZ")
CANARY_SOURCE = "canary"


class EntryState(StrEnum):
    """Where an entry stands on its way through the watch. The entries table is the work queue:
    what is `waiting` after a crash is simply taken up again."""

    BASELINE = "baseline"  # seen on the source's first visit: recorded, never alerted
    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"  # the prefilter saw nothing of the field in it
    FAILED = "failed"  # its page could not be had after all tries; judged on its own text


class StepState(StrEnum):
    """Whether people are told of a step."""

    OPEN = "open"  # told, or about to be
    KNOWN = "known"  # from the shipped list, a baseline or before the watch began: never alerted
    REVIEW = "review"  # a human must decide
    REJECTED = "rejected"
    MERGED = "merged"  # into another step, by a human


class DeliveryState(StrEnum):
    """The life of one delivery: pending -> attempting -> sent, pending again, or dead."""

    PENDING = "pending"
    ATTEMPTING = "attempting"
    SENT = "sent"
    DEAD = "dead"
    HELD = "held"  # silenced or over a rate limit; summarised later


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A source as configured, with what its visits have taught."""

    id: str
    publisher: str
    country: str | None
    tier: str
    kind: str
    url: str
    language: str | None = None
    zone: str = "UTC"
    status: str = "active"  # active, off, blocked, dead
    interval_seconds: int = 900
    due_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    baseline_at: datetime | None = None  # None until the first good visit
    failures: int = 0  # in a row
    failure: str | None = None
    error: str | None = None
    last_visit_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    last_unconditional_at: datetime | None = None
    newest_entry_at: datetime | None = None
    visits: int = 0
    entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """One poll's outcome, kept."""

    source_id: str
    started: datetime
    finished: datetime
    outcome: str
    failure: str | None = None
    error: str | None = None
    http_status: int | None = None
    final_url: str | None = None
    entries: int = 0
    new_entries: int = 0
    body_bytes: int = 0
    partial: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """One line of a feed, and where it stands. `key` is the feed's own id, or what stands in for it."""

    source_id: str
    key: str
    canonical_url: str
    link: str
    title: str
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    first_seen: datetime | None = None
    state: EntryState = EntryState.WAITING
    attempts: int = 0
    try_at: datetime | None = None
    article_id: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """A page read in full. A later text of the same canonical_url is a further revision."""

    canonical_url: str
    source_id: str
    title: str
    text: str
    url: str = ""
    language: str | None = None
    published: datetime | None = None
    first_seen: datetime | None = None
    fetched: datetime | None = None
    sha256: str | None = None  # of title and text
    fingerprint: int | None = None  # 64-bit near-duplicate signature, as a signed integer
    publisher: str = ""
    country: str | None = None
    tier: str = "press"
    verified: bool = True  # False: judged on the entry's text alone, the page could not be had
    revision: int = 1
    gone_at: datetime | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """The bytes behind a revision, as they came."""

    body: bytes
    headers: Mapping[str, str]
    sha256: str
    http_status: int
    fetched: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRecord:
    """One text of an article."""

    article_id: int
    revision: int
    title: str
    text: str
    sha256: str
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRecord:
    """One instrument between two parties. `number` tells the second of its kind from the first."""

    parties: Pair
    instrument: str
    number: int = 1
    title: str | None = None
    id: int | None = None

    @property
    def name(self) -> str:
        """ "DK-UA/security_agreement", with "-2" behind it for the second of its kind."""
        tail = f"-{self.number}" if self.number > 1 else ""
        return f"{self.parties[0]}-{self.parties[1]}/{self.instrument}{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """A stage reached by an agreement. `id` is citable and never changes, even when the date does."""

    id: str  # "DK-UA/security_agreement/signed/2024-02-23"
    agreement: AgreementRecord
    stage: str
    date: Day | None
    date_exact: bool = False
    place: str | None = None
    ordinal: int | None = None
    expected: Day | None = None
    state: StepState = StepState.OPEN
    corroboration: str = "single"
    origin: str = "seen"  # seen, shipped, human
    confidence: float = 1.0
    first_seen: datetime | None = None
    published: datetime | None = None  # the earliest publication among its mentions
    late_seconds: int | None = None
    reason: str | None = None  # why it is in review, late or rejected
    merged_into: str | None = None
    sources: tuple[str, ...] = ()  # addresses, for shipped steps
    seq: int | None = None  # its place in the order of recording, for paging


class StepChanges(TypedDict, total=False):
    """What update_step may be given: every field of a step but its id."""

    agreement: AgreementRecord
    stage: str
    date: Day | None
    date_exact: bool
    place: str | None
    ordinal: int | None
    expected: Day | None
    state: StepState
    corroboration: str
    origin: str
    confidence: float
    first_seen: datetime | None
    published: datetime | None
    late_seconds: int | None
    reason: str | None
    merged_into: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRecord:
    """An article that reports, corroborates, recalls or denies a step, with its evidence."""

    step_id: str
    article_id: int
    role: str  # report, corroboration, recap, denial
    confidence: float
    quote: str
    field: str = "text"
    start: int = 0
    end: int = 0
    evidence: tuple[Mapping[str, Any], ...] = ()
    reasons: tuple[str, ...] = ()
    details: tuple[DetailRecord, ...] = ()
    language: str | None = None
    created: datetime | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """The act of telling: a new step, or an update of one already told."""

    step_id: str
    kind: str  # new, update
    change: str = "new"  # new, corroboration, correction, denial, gone, edited
    number: int = 0  # 0 for the first alert of a step; updates count up
    created: datetime | None = None
    note: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One alert to one channel. `key` is made from (step, channel, kind) and is unique."""

    alert_id: int
    channel: str
    route: str
    key: str
    step_id: str = ""
    kind: str = "new"
    conversation: str = ""
    state: DeliveryState = DeliveryState.PENDING
    due_at: datetime | None = None
    batch: str | None = None  # deliveries of one batch go out as one message (digest, grouping)
    attempts: int = 0
    lease_until: datetime | None = None
    first_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    created: datetime | None = None
    error: str | None = None
    remote_id: str | None = None
    interrupted: bool = False  # found attempting after a crash: it may have arrived
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionView:
    """A mention with the article and the publisher behind it, for rendering."""

    mention: MentionRecord
    article: ArticleRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """The first mentions of a step, first recorded first, and how many there are in all. The articles
    come without their text."""

    mentions: tuple[MentionView, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """All that there is to tell about a step: its mentions and what came before it on the timeline."""

    step: StepRecord
    mentions: tuple[MentionView, ...] = ()
    timeline: tuple[StepRecord, ...] = ()  # steps of the same pair, oldest first, this one included


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadRecord:
    """A page behind an alert that is read again: `done` times so far, next at `due_at`."""

    article_id: int
    first_told: datetime
    done: int
    due_at: datetime
