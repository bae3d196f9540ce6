"""What is too old, removed a little at a time."""

from datetime import datetime

from monitor.config.models import RetentionSettings
from storage import Storage
from storage.records import Pruned

# Transactions in one go: between any two of them, others may write.
ROUNDS = 20


def prune(
    storage: Storage, settings: RetentionSettings, *, now: datetime, rounds: int | None = ROUNDS
) -> Pruned:
    """What was removed, in at most `rounds` transactions, or all that is too old."""
    keep, total, done = settings.to_keep(now), Pruned(more=True), 0
    while total.more and (rounds is None or done < rounds):
        with storage.writing() as w:
            total += w.prune(keep)
        done += 1
    return total
