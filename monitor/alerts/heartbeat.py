"""A sign of life to a watcher outside (healthchecks.io and its like), so that silence of the whole
service is noticed. It is given only when the chain runs: a heart that beats by itself proves nothing."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.alerts.channels.http import HttpLine
from monitor.alerts.channels.secrets import secret, secret_parts
from monitor.alerts.message import Retry
from monitor.alerts.settings import HeartbeatSettings
from storage import Storage

log = logging.getLogger(__name__)

TIMEOUT = timedelta(seconds=10)


class Heartbeat:
    """Pings one address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._line = HttpLine(timeout=TIMEOUT, secrets=secret_parts(url))

    async def beat(self) -> bool:
        """Whether the ping was taken; a ping that was not is logged and no more: the watcher will miss it."""
        reply = await self._line.get(self._url, {})
        if not isinstance(reply, Retry) and 200 <= reply.status < 300:
            return True
        reason = reply.reason if isinstance(reply, Retry) else self._line.refusal(reply).reason
        log.warning("the heartbeat was not taken: %s", reason)
        return False

    async def close(self) -> None:
        """Give the connection back."""
        await self._line.close()


def make_heartbeat(settings: HeartbeatSettings | None, environ: Mapping[str, str]) -> Heartbeat | None:
    """The heartbeat of the configuration, if there is one. Raises SecretMissing."""
    return Heartbeat(secret(environ, settings.url_env)) if settings else None


def trouble(storage: Storage, settings: HeartbeatSettings, *, now: datetime) -> str | None:
    """Why the heart must not beat; None when the chain runs. StorageError when even that cannot be read.

    The chain: a source was read well not long ago, and not every channel has been keeping alerts waiting.
    """
    with storage.reading() as r:
        read_well = [s.last_success_at for s in r.sources() if s.last_success_at is not None]
        schedule = r.outbox_schedule()
    oldest = now - settings.patience
    if not read_well or max(read_well) < oldest:
        return "no source was read well for too long"
    if schedule and all(due < oldest for due in schedule.values()):
        return "alerts wait and no channel takes them"
    return None
