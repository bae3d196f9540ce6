"""A source's subscription at a hub, as it is kept; and what visits found of hubs. Facts under "websub/"."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from spiders.items import Outcome, Visit
from storage import Reader, Writer

SUBSCRIPTIONS = "websub/subscription/"
OFFERS = "websub/hub/"
# So many polls that found something new of which the hub said nothing: it is relied on no more.
MISSED = 2
_TIMES = ("lease_until", "due_at", "pushed_at")


class State(StrEnum):
    """Where a subscription stands."""

    ASKED = "asked"  # not verified yet
    ACTIVE = "active"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The hub that a feed names, and the feed's own address, by which the hub knows it."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What we asked of a hub for one source, and what came of it. `token` and `secret` are known to the hub
    and to us alone: never shown."""

    source_id: str
    hub: str
    topic: str
    token: str  # the last part of our callback's address
    secret: str  # pushes are signed with it
    state: State = State.ASKED
    lease_until: datetime | None = None
    due_at: datetime | None = None  # when it is asked for next
    attempts: int = 0  # without an answer to our liking
    pushed_at: datetime | None = None
    missed: int = 0  # polls in a row that found what no push had told of
    error: str | None = None

    def serves(self, now: datetime) -> bool:
        """Whether pushes can be relied on for now, so that polling may be slower."""
        leased = self.lease_until is not None and now < self.lease_until
        return self.state is State.ACTIVE and leased and self.missed < MISSED

    def shown(self, now: datetime) -> str:
        """How it stands, in words, without its secrets."""
        if self.state is State.ACTIVE and self.lease_until is not None:
            last = f"last push {self.pushed_at:%Y-%m-%d %H:%M} UTC" if self.pushed_at else "no push yet"
            trust = "" if self.serves(now) else "; not relied on"
            return f"{self.hub} until {self.lease_until:%Y-%m-%d %H:%M} UTC, {last}{trust}"
        return f"{self.hub}: {self.state}{f': {self.error}' if self.error else ''}"


def subscription_of(reader: Reader, source_id: str) -> Subscription | None:
    """The subscription of a source; None where there is none."""
    value = reader.meta(SUBSCRIPTIONS + source_id)
    return _read(value) if value else None


def subscriptions(reader: Reader) -> dict[str, Subscription]:
    """All of them, by source."""
    kept = reader.metas(SUBSCRIPTIONS)
    return {key.removeprefix(SUBSCRIPTIONS): _read(value) for key, value in kept.items()}


def keep(w: Writer, subscription: Subscription) -> None:
    """The subscription is there after the commit, as it is now."""
    value = asdict(subscription)
    times = {name: at.isoformat() if (at := value[name]) else None for name in _TIMES}
    w.set_meta(SUBSCRIPTIONS + subscription.source_id, json.dumps(value | times))


def keep_offer(w: Writer, visit: Visit) -> None:
    """Remember the hub that a changed feed names, or that it names none any more."""
    if visit.outcome is not Outcome.CHANGED:
        return
    key = OFFERS + visit.source_id
    known = w.meta(key)
    if visit.hub is None:
        if known is not None:
            w.forget_meta(key)
        return
    offer = json.dumps([visit.hub, visit.topic or visit.final_url])
    if offer != known:
        w.set_meta(key, offer)


def offers(reader: Reader) -> dict[str, Offer]:
    """The hubs that feeds name, by source."""
    kept = {key.removeprefix(OFFERS): json.loads(value) for key, value in reader.metas(OFFERS).items()}
    return {source: Offer(hub=hub, topic=topic) for source, (hub, topic) in kept.items()}


def _read(value: str) -> Subscription:
    kept = json.loads(value)
    times = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in _TIMES}
    return Subscription(**{**kept, **times, "state": State(kept["state"])})
