"""Slack by an incoming webhook: simple to set up, but it can neither be asked nor thread.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from monitor.alerts.channels.http import HttpLine
from monitor.alerts.channels.secrets import secret, secret_parts
from monitor.alerts.message import Answer, Channel, Message, Retry, Sent
from monitor.alerts.settings import ReaderSettings
from monitor.durations import Duration


class SlackWebhookSettings(ReaderSettings):
    """`kind: slack_webhook`. The address is a secret and comes from the environment."""

    kind: Literal["slack_webhook"]
    url_env: str
    timeout: Duration = timedelta(seconds=20)


def slack_text(message: Message) -> str:
    """The plain fallback text, with Slack's three signs escaped, so that nothing in it is markup."""
    return message.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def slack_body(message: Message, *, blocks: bool = True) -> dict[str, object]:
    """What both Slack channels post. Names and links in the text are left as they are."""
    body: dict[str, object] = {
        "text": slack_text(message)[:3900],
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if blocks and message.slack:
        first, *rest = message.slack
        # Whoever reads the channel by its API can tell a repeat by the first block's id.
        body["blocks"] = [{**first, "block_id": message.key[:255]}, *rest]
    return body


class SlackWebhook:
    """Posts Block Kit; when Slack will not have the blocks, the plain text at once."""

    kind = "slack_webhook"
    can_be_asked = False

    def __init__(self, name: str, url: str, timeout: timedelta) -> None:
        self.name = name
        self._url = url
        self._line = HttpLine(timeout=timeout, secrets=secret_parts(url))

    async def send(self, message: Message) -> Answer:
        """Try once: 200 "ok" is yes, 429 and 5xx "not now", the named errors of Slack "never"."""
        answer = await self._post(slack_body(message))
        if message.slack and not isinstance(answer, Sent | Retry) and "invalid" in answer.reason:
            answer = await self._post(slack_body(message, blocks=False))
        return answer

    async def _post(self, body: Mapping[str, object]) -> Answer:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        reply = await self._line.post(self._url, json.dumps(body).encode(), headers)
        if isinstance(reply, Retry):
            return reply
        return Sent() if 200 <= reply.status < 300 else self._line.refusal(reply)

    async def find(self, key: str, reply_to: str | None = None) -> None:
        """None: an incoming webhook cannot be asked."""

    async def close(self) -> None:
        """Give the connection back."""
        await self._line.close()


def make(name: str, settings: SlackWebhookSettings, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """The one channel. Raises SecretMissing."""
    return (SlackWebhook(name, secret(environ, settings.url_env), settings.timeout),)
