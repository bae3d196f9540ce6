"""What humans decide: reviews, silences, tokens. Entered by storage.records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """A human's decision on a step, kept with who and when."""

    step_id: str
    decision: str  # accept, reject, merge, split
    reason: str
    who: str
    decided: datetime
    other_step_id: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRecord:
    """People are not told of what matches, until it expires."""

    match: Mapping[str, Any]
    reason: str
    who: str
    created: datetime
    expires: datetime
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """Who may ask the API for what. The token itself is kept nowhere."""

    name: str
    scopes: tuple[str, ...]
    sha256: str  # of the secret part, in hex
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    id: int | None = None
