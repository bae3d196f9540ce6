"""A sign of life to a watcher outside (healthchecks.io and its like), so that silence of the whole
service is noticed. It is given only when the chain runs: a heart that beats by itself proves nothing."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.alerts.channels.http import HttpLine
from monitor.alerts.channels.secrets import secret, secret_parts
from monitor.alerts.message import Retry
from monitor.alerts.settings import HeartbeatSettings
from monitor.chain import SHORTEST_PATIENCE, links
from storage import Storage

log = logging.getLogger(__name__)

TIMEOUT = timedelta(seconds=10)


class Heartbeat:
    """Pings one address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._refused_at: float | None = None
        self._line = HttpLine(timeout=TIMEOUT, secrets=secret_parts(url))

    async def beat(self) -> bool:
        """Whether the ping was taken; a ping that was not is logged and no more: the watcher will miss it."""
        reply = await self._line.get(self._url, {})
        if not isinstance(reply, Retry) and 200 <= reply.status < 300:
            self._refused_at = None
            return True
        self._refused_at = self._refused_at or time.monotonic()
        reason = reply.reason if isinstance(reply, Retry) else self._line.refusal(reply).reason
        log.warning("the heartbeat was not taken: %s", reason)
        return False

    def refused(self, patience: timedelta | None) -> bool:
        """Whether no ping was taken for longer than that."""
        longest = (patience or SHORTEST_PATIENCE).total_seconds()
        return self._refused_at is not None and time.monotonic() - self._refused_at > longest

    async def close(self) -> None:
        """Give the connection back."""
        await self._line.close()


def make_heartbeat(settings: HeartbeatSettings | None, environ: Mapping[str, str]) -> Heartbeat | None:
    """The heartbeat of the configuration, if there is one. Raises SecretMissing."""
    return Heartbeat(secret(environ, settings.url_env)) if settings else None


def trouble(storage: Storage, settings: HeartbeatSettings, *, now: datetime) -> str | None:
    """Why the heart must not beat; None when the chain runs. StorageError when even that cannot be read.

    Each link of the chain holds (monitor.chain), and not every channel has been keeping alerts waiting.
    """
    with storage.reading() as r:
        found = links(r, patience=settings.patience, now=now)
    if found.fresh:
        return "no source was read yet"
    if found.broken:
        return found.broken[0]
    if found.stuck and found.stuck == found.waiting:
        return "alerts wait and no channel takes them"
    return None
