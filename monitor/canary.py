"""The canary: once a day an invented step takes the true path to a test address, so that its absence is
noticed. It is marked in the message, and no list, search or export ever shows it.

    text -> detect -> article, step, mention, alert, delivery in one commit -> the channel
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts.outbox import deliveries_of
from monitor.alerts.routing import Told
from monitor.chain import UNSEEN
from monitor.detect import ALERT_AT, alerts, detect
from monitor.detect.findings import Article
from monitor.mentioning import mention_of
from storage import Storage, Writer
from storage.records import (
    CANARY_PAIR,
    CANARY_SOURCE,
    AgreementRecord,
    AlertRecord,
    ArticleRecord,
    SourceRecord,
    StepRecord,
)

log = logging.getLogger("pactwatch.canary")

META = "canary"
SOURCE = SourceRecord(
    id=CANARY_SOURCE,
    publisher="PactWatch canary",
    country=None,
    tier="press",
    kind="feed",
    url="canary:",
    status="off",
)
TITLE = "Iceland and Fiji sign a bilateral security agreement"
TEXT = (
    "Iceland and Fiji signed a bilateral security agreement today. This is the daily canary of PactWatch: "
    "nothing of the kind has happened."
)


def sing_when_due(
    storage: Storage, addresses: tuple[str, ...], *, every: timedelta, now: datetime
) -> StepRecord | None:
    """Sing when the last song is long enough ago; what was sung, or None."""
    with storage.reading() as r:
        last = r.meta(META)
    if last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < every:
        return None
    with storage.writing() as w:
        w.set_meta(META, now.isoformat())
        sung = sing(w, addresses, now=now)
        if sung is None:
            w.set_meta(UNSEEN, now.isoformat())
        else:
            w.forget_meta(UNSEEN)
        return sung


def sing(w: Writer, addresses: tuple[str, ...], *, now: datetime) -> StepRecord | None:
    """Today's canary step, with its deliveries in the outbox; None (and an error in the log) where
    detection no longer sees it. Once a day: a second song on the same day adds nothing."""
    article = w.put_article(
        ArticleRecord(
            canonical_url=f"canary:{now:%Y-%m-%d}",
            source_id=CANARY_SOURCE,
            title=TITLE,
            text=TEXT,
            language="en",
            published=now,
            first_seen=now,
            publisher=SOURCE.publisher,
        )
    )[0]
    said = detect(Article(id="canary", title=TITLE, text=TEXT, language="en", published=now))
    found = alerts(said, ALERT_AT)
    if not found:
        log.error("detection does not see the canary: %s", "; ".join(said.silence))
        return None
    finding = replace(found[0], parties=CANARY_PAIR)
    agreement = w.add_agreement(AgreementRecord(parties=CANARY_PAIR, instrument=finding.instrument))
    step_id = f"{agreement.name}/{finding.stage}/{now:%Y-%m-%d}"
    step = w.step(step_id) or w.add_step(
        StepRecord(
            id=step_id,
            agreement=agreement,
            stage=finding.stage,
            date=now.date(),
            origin="canary",
            confidence=finding.confidence,
            first_seen=now,
            published=now,
        )
    )
    w.add_mention(mention_of(step, article, finding, "report", now))
    alert = w.add_alert(AlertRecord(step_id=step.id, kind="canary", change="new", created=now))
    told = [Told(route="canary", channel=address, due_at=now) for address in addresses]
    w.add_deliveries(deliveries_of(alert, step, told, now=now))
    return step
