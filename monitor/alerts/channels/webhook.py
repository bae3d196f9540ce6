"""A signed JSON webhook: POST with an HMAC that the receiver can check and an idempotency key."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from monitor.alerts.channels.http import HttpLine
from monitor.alerts.channels.secrets import secret, secret_parts
from monitor.alerts.message import Answer, Channel, Message, Retry, Sent
from monitor.alerts.settings import ReaderSettings
from monitor.durations import Duration


class WebhookSettings(ReaderSettings):
    """`kind: webhook`. The address and the signing secret come from the environment."""

    kind: Literal["webhook"]
    url_env: str
    secret_env: str | None = None
    timeout: Duration = timedelta(seconds=20)


def signature(key: str, timestamp: int, body: bytes) -> str:
    """ "t=1700000000,v1=hex": HMAC-SHA256 of "timestamp.body", as Stripe and others do it."""
    digest = hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def payload(message: Message) -> dict[str, object]:
    """The JSON that webhooks and files get: the message's data and what every reader needs."""
    return {
        "key": message.key,
        "kind": message.kind,
        "conversation": message.conversation,
        "subject": message.subject,
        "text": message.text,
        "created": message.created.isoformat(),
        "possible_repeat": message.possible_repeat,
        **message.data,
    }


class Webhook:
    """Posts the message's data. 2xx is yes; 408, 425, 429 and 5xx are "not now"; the rest is "never"."""

    kind = "webhook"
    can_be_asked = False

    def __init__(self, name: str, url: str, key: str | None, timeout: timedelta) -> None:
        self.name = name
        self._url, self._key = url, key
        self._line = HttpLine(timeout=timeout, secrets=[*secret_parts(url), key or ""])

    async def send(self, message: Message) -> Answer:
        """Try once."""
        body = json.dumps(payload(message), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        if self._key:
            headers["X-PactWatch-Signature"] = signature(self._key, int(time.time()), body)
        reply = await self._line.post(self._url, body, headers)
        if isinstance(reply, Retry):
            return reply
        return Sent() if 200 <= reply.status < 300 else self._line.refusal(reply)

    async def find(self, key: str, reply_to: str | None = None) -> None:
        """None: a webhook cannot be asked; its receiver has the Idempotency-Key."""

    async def close(self) -> None:
        """Give the connection back."""
        await self._line.close()


def make(name: str, settings: WebhookSettings, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """The one channel. Raises SecretMissing."""
    key = secret(environ, settings.secret_env) if settings.secret_env else None
    return (Webhook(name, secret(environ, settings.url_env), key, settings.timeout),)
