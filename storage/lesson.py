"""A visit, and what storage is to remember of it for its source."""

from dataclasses import dataclass
from datetime import datetime

from storage.records import VisitRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A visit and what its source learns from it.

    `changed` replaces all validators (give none for a partial or doubtful body), `unchanged` only those
    given, a failure none, and it counts towards `failures`. `newest_entry_at` never goes back.
    """

    visit: VisitRecord
    due_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    baseline_done: bool = False
    unconditional: bool = False
    newest_entry_at: datetime | None = None
    status: str | None = None
