"""Hubs are asked to push, and asked again before a lease ends; what was asked is kept before it is asked."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.websub.subscription import (
    Offer,
    State,
    Subscription,
    keep,
    keep_offer,
    offers,
    subscription_of,
    subscriptions,
)
from spiders import Crawler
from spiders.items import Outcome, Source, Visit
from storage import Storage, Writer
from storage.records import SourceRecord

log = logging.getLogger("pactwatch.websub")

# A hub that does not answer, or does not verify, is asked again after these waits, then daily.
WAITS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
DAILY = timedelta(days=1)
# So many hubs a round; the rest comes in the next.
ROUND = 10
# A push may be quicker than the caches before a feed: one that shows nothing new yet is looked at again.
AGAIN = timedelta(seconds=60)
LOOKED_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What pushes mean for a source's next visit: whether polling may be slower, and when to look again."""

    serves: bool = False
    again_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Subscribing:
    """Subscriptions over one storage and one crawler. `callback`: our public address, without a slash at
    its end; `lease`: for how long we ask to be told."""

    storage: Storage
    crawler: Crawler
    sources: Mapping[str, Source]
    clock: Clock
    callback: str
    lease: timedelta
    _known: dict[str, Subscription] = field(default_factory=dict)

    async def subscribe(self) -> int:
        """Ask the hubs that are due to be asked; how many took it."""
        due = await asyncio.to_thread(self._due)
        return sum([await self._ask(one) for one in due])

    def _due(self) -> list[Subscription]:
        now = self.clock.now()
        with self.storage.reading() as r:
            named, known = offers(r), subscriptions(r)
        self._known = known
        wanted = [
            _subscription(known.get(source_id), source_id, offer)
            for source_id, offer in named.items()
            if source_id in self.sources
        ]
        return [one for one in wanted if one.due_at is None or one.due_at <= now][:ROUND]

    async def _ask(self, wanted: Subscription) -> bool:
        """Ask one hub. It may verify before it answers, and so the wish is kept first."""
        waited = WAITS[wanted.attempts] if wanted.attempts < len(WAITS) else DAILY
        asked = replace(wanted, attempts=wanted.attempts + 1, due_at=self.clock.now() + waited)
        await asyncio.to_thread(self._keep, asked)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": asked.topic,
            "hub.callback": f"{self.callback}/websub/{asked.source_id}/{asked.token}",
            "hub.secret": asked.secret,
            "hub.lease_seconds": str(int(self.lease.total_seconds())),
        }
        error = await self.crawler.post(asked.hub, form, self.sources[asked.source_id])
        if error is not None:
            log.info("%s: %s does not subscribe us: %s", asked.source_id, asked.hub, error)
            await asyncio.to_thread(self._note, asked, error)
        return error is None

    def after_visit(self, w: Writer, source: SourceRecord, visit: Visit, *, new: int) -> Pushed:
        """What pushes mean for the source's next visit; `source` as it was before this one.

        Keeps the hub that the feed names, and how far the hub can be relied on.
        """
        keep_offer(w, visit)
        if source.id not in self._known or visit.outcome is Outcome.FAILED:
            return Pushed()
        known = subscription_of(w, source.id)
        if known is None:
            return Pushed()
        judged = _judged(known, last=source.last_visit_at, new=new)
        if judged != known:
            keep(w, judged)
        self._known[source.id] = judged
        since = visit.finished - known.pushed_at if known.pushed_at else LOOKED_FOR
        again = visit.finished + AGAIN if not new and since < LOOKED_FOR else None
        return Pushed(serves=judged.serves(visit.finished), again_at=again)

    def _keep(self, asked: Subscription) -> None:
        """Keep the wish; what a hub has said meanwhile stays."""
        with self.storage.writing() as w:
            known = subscription_of(w, asked.source_id)
            if known is not None and known.token == asked.token:
                state = State.ASKED if known.state is State.REFUSED else known.state
                asked = replace(known, state=state, attempts=asked.attempts, due_at=asked.due_at)
            keep(w, asked)

    def _note(self, asked: Subscription, error: str) -> None:
        with self.storage.writing() as w:
            known = subscription_of(w, asked.source_id)
            if known is not None and known.token == asked.token:
                keep(w, replace(known, error=error))


def _subscription(known: Subscription | None, source_id: str, offer: Offer) -> Subscription:
    """The one that is kept, while the feed names the same hub; else a new one, due now."""
    if known is not None and (known.hub, known.topic) == (offer.hub, offer.topic):
        return known
    token, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
    return Subscription(source_id=source_id, hub=offer.hub, topic=offer.topic, token=token, secret=secret)


def _judged(known: Subscription, *, last: datetime | None, new: int) -> Subscription:
    """The subscription after a visit (the one before was at `last`) that brought `new` entries: what a poll
    finds and no push told of speaks against the hub."""
    if not new:
        return known
    told = known.pushed_at is not None and (last is None or known.pushed_at >= last)
    return replace(known, missed=0 if told else known.missed + 1)
