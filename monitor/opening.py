"""The storage as a service takes it over: held, migrated, filled with what the configuration says."""

from dataclasses import replace
from datetime import datetime
from itertools import chain

from monitor import canary
from monitor.alerts.routing import is_appointment
from monitor.config import Config
from monitor.known import remember
from monitor.schedule import LONGEST, spread
from monitor.watch import CLAIM
from storage import Storage, StorageError, open_storage


def open_filled(config: Config, now: datetime) -> Storage:
    """The storage, held by this process and migrated, with the configured sources and the shipped list of
    known steps. StorageError where that cannot be."""
    storage = open_storage(config.storage_url)
    try:
        storage.hold(now)
        _fill(storage, config, now)
    except StorageError:
        storage.close()
        raise
    return storage


def _fill(storage: Storage, config: Config, now: datetime) -> None:
    with storage.writing() as w:
        w.take_back_claims(now, CLAIM)
        w.bring_near(now, 2 * LONGEST, stays=is_appointment)
        count = len(config.sources) + 1
        records = chain((config.source_record(s) for s in config.sources), (canary.SOURCE,))
        w.sync_sources((replace(r, due_at=spread(i, count, now)) for i, r in enumerate(records)), now)
        remember(w)
