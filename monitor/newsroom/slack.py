"""A Slack on loopback: incoming webhook, chat.postMessage, conversations.history and .replies.

It answers as Slack's own reference describes: HTTP 200 with `ok: false` for most errors, 429 with
Retry-After for too many, plain "ok" from a webhook; history holds no thread replies, and metadata
only when it is asked for (docs.slack.dev/reference/methods, read 2026).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from monitor.newsroom.faults import Fault
from monitor.newsroom.sink import Handler, HttpSink

TOKEN = "xoxb-newsroom"  # noqa: S105 (opens nothing but this sink)
CHANNEL = "C0NEWSROOM"
HOOK_PATH = "/services/T0/B0/newsroom"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """One message as it stands in a channel. `ts` is Slack's id of it."""

    ts: str
    channel: str
    text: str
    via: str  # "webhook" or "api"
    blocks: tuple[Mapping[str, Any], ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    thread_ts: str | None = None
    received: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def as_json(self, *, metadata: bool) -> dict[str, Any]:
        """As conversations.history gives it back."""
        answer: dict[str, Any] = {"type": "message", "ts": self.ts, "text": self.text}
        if self.blocks:
            answer["blocks"] = list(self.blocks)
        if self.thread_ts:
            answer["thread_ts"] = self.thread_ts
        if metadata and self.metadata:
            answer["metadata"] = dict(self.metadata)
        return answer


class SlackSink(HttpSink[SlackMessage]):
    """A Slack workspace with one channel. `received` are the messages that people would see."""

    def __init__(self, *, host: str = "127.0.0.1", token: str = TOKEN, channel: str = CHANNEL) -> None:
        super().__init__(host=host)
        self.token, self.channel = token, channel

    @property
    def hook_url(self) -> str:
        """The incoming webhook's address."""
        return self.address + HOOK_PATH

    @property
    def api_url(self) -> str:
        """What stands in for https://slack.com/api/."""
        return self.address + "/api/"

    def routes(self) -> dict[str, Handler]:
        """The webhook and the Web API methods that a bot of ours may call."""
        return {
            HOOK_PATH: self._hook,
            "/api/chat.postMessage": self._post_message,
            "/api/conversations.history": self._history,
            "/api/conversations.replies": self._replies,
            "/api/auth.test": self._auth_test,
        }

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        fault = self.next_fault()
        payload = await _arguments(request)
        if fault and not fault.accept:
            return await self.play(fault, request)
        if not payload.get("text") and not payload.get("blocks"):
            return web.Response(status=400, text="no_text")
        await self._keep(payload, via="webhook", channel=self.channel)
        return await self.play(fault, request) if fault else web.Response(text="ok")

    async def _post_message(self, request: web.Request) -> web.StreamResponse:
        fault, given = self.next_fault(), await _arguments(request)
        if fault and not fault.accept:
            return await self._refuse(fault, request)
        if problem := self._problem(request, given):
            return problem
        if not given.get("text") and not given.get("blocks"):
            return _error("no_text")
        message = await self._keep(given, via="api", channel=self.channel)
        if fault:
            return await self._refuse(fault, request)
        return web.json_response(
            {
                "ok": True,
                "channel": message.channel,
                "ts": message.ts,
                "message": message.as_json(metadata=True),
            }
        )

    async def _history(self, request: web.Request) -> web.StreamResponse:
        given = await _arguments(request)
        if problem := self._problem(request, given):
            return problem
        return self._page([m for m in reversed(self.received) if not m.is_reply], given)

    async def _replies(self, request: web.Request) -> web.StreamResponse:
        given = await _arguments(request)
        if problem := self._problem(request, given):
            return problem
        parent = str(given.get("ts"))
        thread = [m for m in self.received if parent in (m.ts, m.thread_ts)]
        return self._page(thread, given) if thread else _error("thread_not_found")

    async def _auth_test(self, request: web.Request) -> web.StreamResponse:
        given = {"channel": self.channel, **await _arguments(request)}
        problem = self._problem(request, given)
        return problem or web.json_response({"ok": True, "team": "Newsroom", "user": "pactwatch"})

    async def _refuse(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        if fault.error and (fault.status or 200) == 200:
            return _error(fault.error)
        return await self.play(fault, request)

    def _problem(self, request: web.Request, given: Mapping[str, Any]) -> web.Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or given.get("token")
        if token != self.token:
            return _error("invalid_auth" if token else "not_authed")
        if given.get("channel") not in (self.channel, "#alerts"):
            return _error("channel_not_found")
        return None

    def _page(self, messages: list[SlackMessage], given: Mapping[str, Any]) -> web.Response:
        """One page of messages, cursor and all."""
        oldest = float(given.get("oldest") or 0)
        found = [m for m in messages if float(m.ts) >= oldest]
        first, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
        more = first + limit < len(found)
        asked = str(given.get("include_all_metadata", "")).lower() in ("true", "1")
        return web.json_response(
            {
                "ok": True,
                "messages": [m.as_json(metadata=asked) for m in found[first : first + limit]],
                "has_more": more,
                "response_metadata": {"next_cursor": str(first + limit) if more else ""},
            }
        )

    async def _keep(self, given: Mapping[str, Any], *, via: str, channel: str) -> SlackMessage:
        now = datetime.now(UTC)
        message = SlackMessage(
            # Slack's ts is the time with six digits; the count keeps two of one moment apart.
            ts=f"{int(now.timestamp())}.{len(self.received) + 1:06d}",
            channel=channel,
            text=str(given.get("text", "")),
            via=via,
            blocks=tuple(given.get("blocks") or ()),
            metadata=given.get("metadata") or {},
            thread_ts=given.get("thread_ts"),
            received=now,
        )
        await self.inbox.put(message)
        return message


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Arguments as Slack takes them: a query, a form or a JSON body; blocks and metadata may be JSON text."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given.update(await request.json())
    elif request.method == "POST":
        given.update({k: v for k, v in (await request.post()).items() if isinstance(v, str)})
    if isinstance(given.get("payload"), str):
        given = json.loads(given["payload"])
    for name in ("blocks", "metadata"):
        if isinstance(given.get(name), str):
            given[name] = json.loads(given[name])
    return given


def _error(word: str) -> web.Response:
    return web.json_response({"ok": False, "error": word})
