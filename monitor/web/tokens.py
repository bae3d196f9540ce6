"""Tokens for the API: made from 256 random bits, shown once, kept as a hash, compared in constant time.

A token reads `pw_NUMBER_SECRET`. The secret is no password that could be guessed, so a plain SHA-256 of it
keeps it safe (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html speaks of
passwords, which are short).
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from storage import Reader, Writer
from storage.records import TokenRecord

_TOKEN = re.compile(r"pw_([0-9]{1,9})_([A-Za-z0-9_-]{20,100})")


class Scope(StrEnum):
    """What a token may do. Each is given by itself; none includes another."""

    READ = "read"
    REVIEW = "review"  # accept, reject, merge steps
    OPERATE = "operate"  # retry deliveries, silence


def add_token(
    w: Writer, name: str, scopes: Collection[Scope], *, now: datetime, expires: datetime | None = None
) -> tuple[TokenRecord, str]:
    """(the kept token, what its holder must be told: it can never be read again)."""
    secret = secrets.token_urlsafe(32)
    kept = w.add_token(
        TokenRecord(
            name=name,
            scopes=tuple(sorted(scope.value for scope in scopes)),
            sha256=_digest(secret),
            created=now,
            expires=expires,
        )
    )
    return kept, f"pw_{kept.id}_{secret}"


def holder_of(r: Reader, token: str, now: datetime) -> TokenRecord | None:
    """Whose token it is; None where it is made up, revoked or expired."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    kept = r.token(int(match[1]))
    # Compare even with nothing, so that the time says not whether the number is in use.
    same = hmac.compare_digest(kept.sha256 if kept else "0" * 64, _digest(match[2]))
    if kept is None or not same or kept.revoked is not None:
        return None
    return None if kept.expires is not None and kept.expires <= now else kept


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
