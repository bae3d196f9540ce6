"""Every other service (Telegram, Teams, Discord, Matrix, ntfy, …) through Apprise.

Apprise says only yes or no, ignores Retry-After and keeps no queue (FAULTS 10): the outbox decides.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from monitor.alerts.channels.secrets import SecretMissing, secret
from monitor.alerts.message import Answer, Channel, Message, Retry, Sent
from monitor.alerts.rendering.limits import cut
from monitor.alerts.settings import ReaderSettings
from monitor.durations import Duration


class AppriseSettings(ReaderSettings):
    """`kind: apprise`. The Apprise URL holds the secrets, so it comes from the environment."""

    kind: Literal["apprise"]
    url_env: str
    timeout: Duration = timedelta(seconds=30)


class Apprise:
    """Sends plain text to one Apprise URL, cut to what the service takes."""

    kind = "apprise"
    can_be_asked = False

    def __init__(self, name: str, service: Any, timeout: timedelta) -> None:
        self.name = name
        self._service = service
        self._timeout = timeout.total_seconds()

    async def send(self, message: Message) -> Answer:
        """Try once; whatever is not a yes is a Retry, since Apprise does not say why."""
        title_room = int(getattr(self._service, "title_maxlen", 250) or 0)
        room = int(getattr(self._service, "body_maxlen", 2000))
        title = cut(message.subject, title_room) if title_room else ""
        text = message.text if title else f"{message.subject}\n\n{message.text}"
        try:
            yes = await asyncio.wait_for(
                self._service.async_notify(body=cut(text, max(1, room - len(title) - 2)), title=title),
                self._timeout,
            )
        except TimeoutError:
            return Retry(f"no answer within {self._timeout:.0f} s", uncertain=True)
        except (OSError, TypeError, ValueError) as fault:
            return Retry(f"Apprise failed: {type(fault).__name__}")
        return Sent() if yes else Retry("the service did not take it (Apprise gives no reason)")

    async def find(self, key: str, reply_to: str | None = None) -> None:
        """None: Apprise cannot be asked."""

    async def close(self) -> None:
        """Nothing to give back."""


def make(name: str, settings: AppriseSettings, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """The one channel. Raises SecretMissing, also for a URL that Apprise does not know."""
    import apprise

    # Both log addresses, and services such as Telegram have their secret in the address.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    service = apprise.Apprise.instantiate(secret(environ, settings.url_env), suppress_exceptions=True)
    if service is None:
        raise SecretMissing(f"the environment variable {settings.url_env} holds no URL that Apprise knows")
    return (Apprise(name, service, settings.timeout),)
