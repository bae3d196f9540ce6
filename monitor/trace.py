"""A log line for each visit and each judged article, with the facts that lead from one to the next."""

import logging

from monitor.intake import Polled
from monitor.logs import facts
from monitor.watch import Event

log = logging.getLogger("pactwatch.watch")


def note(event: Event) -> None:
    """Log what happened. A message names its subject; in JSON the facts stand beside it."""
    if isinstance(event, Polled):
        visit = event.visit
        what = facts(
            source=event.source.id,
            outcome=visit.outcome.value,
            failure=visit.failure.value if visit.failure else None,
            entries=len(visit.entries),
            new=event.new,
            next_at=event.next_at.isoformat(),
        )
        log.info("visit %s: %s, %d new", event.source.id, visit.outcome.value, event.new, extra=what)
        return
    article = event.article
    told, updated = [step.id for step in event.told], [step.id for step in event.updated]
    what = facts(
        source=article.source_id,
        article=article.id,
        url=article.canonical_url,
        told=told,
        updated=updated,
        first_seen=article.first_seen.isoformat() if article.first_seen else None,
    )
    log.info("article %s of %s: %s", article.id, article.source_id, told or updated or "silent", extra=what)
