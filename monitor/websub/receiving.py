"""What a hub sends to our callback: the verification of a request of ours, and pushes. Checked, then kept."""

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.websub.subscription import State, Subscription, keep, subscription_of
from storage import Reader, Writer

# A hub's word on how long it will push; what it says is held between these.
SHORTEST_LEASE = timedelta(minutes=10)
LONGEST_LEASE = timedelta(days=30)
# Asked for anew when so much of the lease is over.
RENEWED_AT = 0.75
# A refusal is asked about again after this.
REFUSED_FOR = timedelta(days=7)
# However often a hub pushes, the source is asked no sooner after its last visit.
BREATH = timedelta(seconds=10)
# W3C Recommendation, section 7: the methods a hub may sign with.
_METHODS = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}
_SELF = re.compile(r"<([^<>]{1,2000})>\s*;[^,]*rel\s*=\s*\"?[^\",;]*\bself\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A hub asks whether it was we who asked (section 5.3), or says that it will not (5.2)."""

    source_id: str
    token: str
    mode: str
    topic: str
    challenge: str = ""
    lease_seconds: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A hub says that a feed has changed (section 7)."""

    source_id: str
    token: str
    body: bytes
    signature: str | None  # the header X-Hub-Signature
    links: str = ""  # the header Link


def verify(w: Writer, asked: Verification, *, now: datetime) -> str | None:
    """What is answered with status 200; None for 404: nobody here asked for that."""
    known = _known(w, asked.source_id, asked.token)
    if known is None or asked.topic != known.topic:
        return None
    if asked.mode == "denied":
        why = " ".join(asked.reason.split())[:200] or "the hub gives no reason"
        keep(w, replace(known, state=State.REFUSED, error=why, due_at=now + REFUSED_FOR))
        return ""
    if asked.mode != "subscribe" or known.state is State.REFUSED or not asked.challenge:
        return None
    lease = _lease(asked.lease_seconds)
    active = replace(
        known, state=State.ACTIVE, lease_until=now + lease, due_at=now + lease * RENEWED_AT, attempts=0,
        missed=0, error=None,
    )  # fmt: skip
    keep(w, active)
    return asked.challenge


def receive(w: Writer, push: Push, *, now: datetime) -> bool:
    """Whether the push is one of ours; 404 where not. The source is due at once where its signature holds.

    One with a wrong signature or of another feed is taken and changes nothing (section 7.1): whoever sent
    it learns nothing.
    """
    known = _known(w, push.source_id, push.token)
    if known is None or known.state is not State.ACTIVE:
        return False
    named = _SELF.search(push.links)
    if is_signed(push.body, push.signature, known.secret) and (named is None or named[1] == known.topic):
        keep(w, replace(known, pushed_at=now, missed=0))
        source = w.source(push.source_id)
        last = source.last_visit_at if source else None
        w.hasten(push.source_id, max(now, last + BREATH) if last else now)
    return True


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether "method=hex digits" is the HMAC of the body with our secret."""
    method, _, digits = (signature or "").strip().partition("=")
    make = _METHODS.get(method.lower())
    if make is None:
        return False
    ours = hmac.new(secret.encode(), body, make).hexdigest()
    return hmac.compare_digest(ours.encode(), digits.lower().encode("utf-8", "replace"))


def is_awaited(reader: Reader, source_id: str, token: str) -> bool:
    """Whether a hub was given this address: asked before anything is written, for anybody may call."""
    return _known(reader, source_id, token) is not None


def _known(w: Reader, source_id: str, token: str) -> Subscription | None:
    known = subscription_of(w, source_id)
    if known is None or not hmac.compare_digest(known.token.encode(), token.encode("utf-8", "replace")):
        return None
    return known


def _lease(seconds: str) -> timedelta:
    given = int(seconds) if seconds.isdecimal() and len(seconds) < 10 else 864_000
    return min(max(timedelta(seconds=given), SHORTEST_LEASE), LONGEST_LEASE)
