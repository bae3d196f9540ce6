"""Slack by a bot token: threads updates, and can be asked whether a message arrived.

The key travels as message metadata. https://docs.slack.dev/reference/methods/chat.postMessage and
https://docs.slack.dev/reference/methods/conversations.history (scopes chat:write, channels:history).
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from monitor.alerts.channels.http import HttpLine, Reply
from monitor.alerts.channels.secrets import scrub, secret
from monitor.alerts.channels.slack_webhook import slack_body
from monitor.alerts.message import Answer, Channel, Dead, Message, Retry, Sent
from monitor.alerts.settings import ReaderSettings
from monitor.durations import Duration

EVENT = "pactwatch_alert"
NOT_NOW = {
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "team_added_to_org", "message_limit_exceeded",
}  # fmt: skip
PAGES = 5  # of 200 messages each: how far back a lost answer is looked for


class SlackBotSettings(ReaderSettings):
    """`kind: slack_bot`. `channel` is Slack's id of the channel (C0123456789)."""

    kind: Literal["slack_bot"]
    token_env: str
    channel: Annotated[str, Field(pattern=r"^[CGD][A-Z0-9]{2,}$")]
    api: str = "https://slack.com/api"
    timeout: Duration = timedelta(seconds=20)


class SlackBot:
    """Posts with chat.postMessage. `remote_id` is the message's ts."""

    kind = "slack_bot"
    can_be_asked = True

    def __init__(self, name: str, token: str, settings: SlackBotSettings) -> None:
        self.name = name
        self._token, self._channel, self._api = token, settings.channel, settings.api.rstrip("/")
        self._line = HttpLine(timeout=settings.timeout, secrets=[token])

    async def send(self, message: Message) -> Answer:
        """Try once; plain text at once when Slack will not have the blocks, and a message of its own
        when the thread is gone. A new step in a thread is shown in the channel too."""
        body = self._body(message, blocks=True)
        answer = await self._post(body)
        if isinstance(answer, Dead) and "invalid_blocks" in answer.reason:
            body = self._body(message, blocks=False)
            answer = await self._post(body)
        if isinstance(answer, Dead) and "thread" in answer.reason and "thread_ts" in body:
            answer = await self._post(
                {k: v for k, v in body.items() if not k.startswith(("thread", "reply"))}
            )
        return answer

    async def find(self, key: str, reply_to: str | None = None) -> Sent | Retry | None:
        """The message with this key, looked for in the thread and in the channel's recent history."""
        if reply_to:
            found = await self._search("conversations.replies", key, {"ts": reply_to})
            if found is not None:
                return found
        return await self._search("conversations.history", key, {})

    async def close(self) -> None:
        """Give the connection back."""
        await self._line.close()

    def _body(self, message: Message, *, blocks: bool) -> dict[str, object]:
        body = slack_body(message, blocks=blocks)
        body["channel"] = self._channel
        body["metadata"] = {"event_type": EVENT, "event_payload": {"key": message.key}}
        if message.reply_to:
            body["thread_ts"] = message.reply_to
            body["reply_broadcast"] = message.kind == "new"
        return body

    async def _post(self, body: Mapping[str, object]) -> Answer:
        headers = {**self._headers(), "Content-Type": "application/json; charset=utf-8"}
        reply = await self._line.post(f"{self._api}/chat.postMessage", json.dumps(body).encode(), headers)
        said = self._said(reply)
        if not isinstance(said, dict):
            return said
        return Sent(str(said["ts"]) if said.get("ts") else None)

    async def _search(self, method: str, key: str, where: Mapping[str, str]) -> Sent | Retry | None:
        cursor = ""
        for _ in range(PAGES):
            query = {"channel": self._channel, "limit": "200", "include_all_metadata": "true", **where}
            address = f"{self._api}/{method}?{urlencode({**query, **({'cursor': cursor} if cursor else {})})}"
            said = self._said(await self._line.get(address, self._headers()))
            if isinstance(said, Dead):
                # Asking is not allowed (a missing scope, a thread that is gone): it cannot be asked.
                return None
            if isinstance(said, Retry):
                return said
            for message in said.get("messages") or ():
                if _key_in(message) == key:
                    return Sent(str(message.get("ts")))
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return None

    def _said(self, reply: Reply | Retry) -> dict[str, Any] | Retry | Dead:
        """Slack's answer when it is "ok", else what its error means."""
        if isinstance(reply, Retry):
            return reply
        if not 200 <= reply.status < 300:
            return self._line.refusal(reply)
        said = _object(reply.body)
        if said is None:
            return Retry("Slack answered with something that is no JSON object", uncertain=True)
        if said.get("ok"):
            return said
        error = scrub(f"Slack says: {said.get('error') or 'no reason'}", [self._token])
        if said.get("error") in NOT_NOW:
            return Retry(error, after=reply.retry_after)
        return Dead(error)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def _object(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _key_in(message: Any) -> str | None:
    if not isinstance(message, dict):
        return None
    metadata = message.get("metadata")
    event = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return event.get("key") if isinstance(event, dict) else None


def make(name: str, settings: SlackBotSettings, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """The one channel. Raises SecretMissing."""
    return (SlackBot(name, secret(environ, settings.token_env), settings),)
