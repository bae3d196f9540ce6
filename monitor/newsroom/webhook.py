"""A receiver of webhooks on loopback: records headers and JSON bodies of what is posted to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from monitor.newsroom.sink import Handler, HttpSink


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One call that arrived. Header names are in lower case; `raw` is what a signature is made over."""

    path: str
    headers: Mapping[str, str]
    raw: bytes
    received: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def data(self) -> Any:
        """The body, read as JSON. Raises ValueError where it is none."""
        return json.loads(self.raw)


class WebhookSink(HttpSink[Hook]):
    """A server that takes any POST on any path and answers 204."""

    @property
    def url(self) -> str:
        """Where to post to."""
        return self.address + "/hook"

    def routes(self) -> dict[str, Handler]:
        """One handler for every path."""
        return {"/{path:.*}": self._take}

    async def _take(self, request: web.Request) -> web.StreamResponse:
        fault, raw = self.next_fault(), await request.read()
        if fault is None or fault.accept:
            headers = {name.lower(): value for name, value in request.headers.items()}
            await self.inbox.put(Hook(path=request.path, headers=headers, raw=raw))
        return await self.play(fault, request) if fault else web.Response(status=204)
