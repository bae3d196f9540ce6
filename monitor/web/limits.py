"""What every request must keep to: a host we are called by, a small body, an answer in time.

The Host header is checked because a page elsewhere can have its name resolve to this machine and then
read our answers as its own (DNS rebinding).
"""

import asyncio
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.access import PUSHES
from monitor.web.problems import ProblemError, problem

MOST_BODY_BYTES = 65_536
# Hubs push whole feeds, which are read only for their signature.
MOST_PUSH_BYTES = 2_000_000
ANSWER_SECONDS = 30.0
MOST_HEADER_BYTES = 16_384
_PORT = re.compile(r":\d{0,5}\Z")

# What a page may load and who may frame it. Pages that need more say so themselves.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Limits:
    """Middleware: 421 for a host that is not ours, 400 for a body of two lengths, 431 for too many headers,
    413 for too large a body, 503 for no answer in time; security headers on every answer that has not got
    its own."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        push_host: str | None = None,
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.app = app
        self._hosts = hosts
        self._push_host = push_host  # hubs call us by it; nothing else is answered there
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        if scope["type"] != "http":  # no web sockets here
            return
        headers, started = Headers(scope=scope), False
        is_push = scope["path"].startswith(PUSHES)
        most = MOST_PUSH_BYTES if is_push else MOST_BODY_BYTES

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                clock.reschedule(None)
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as clock:
                if not self._is_ours(headers, is_push=is_push):
                    answer = problem(421, "this host is not served here; see web.hosts in the configuration")
                    await answer(scope, receive, send_safely)
                elif refused := _unfit(headers):
                    await refused(scope, receive, send_safely)
                elif _length(headers) > most:
                    await _too_large(most).response()(scope, receive, send_safely)
                else:
                    await self.app(scope, _bounded(receive, most), send_safely)
        except TimeoutError:
            if not started:
                await problem(503, "no answer in time", headers={"Retry-After": "10"})(scope, receive, send)

    def _is_ours(self, headers: Headers, *, is_push: bool) -> bool:
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return False
        name = hosts[0].lower()
        name = _PORT.sub("", name)
        return name in self._hosts or (is_push and name == self._push_host)


def _unfit(headers: Headers) -> Response | None:
    """The refusal of a request that another server before us may have read differently (RFC 9112, 6.1), or
    that says too much of itself."""
    closing = {"Connection": "close"}
    if "content-length" in headers and "transfer-encoding" in headers:
        return problem(400, "a body has a length or comes in chunks, not both", headers=closing)
    if sum(len(name) + len(value) for name, value in headers.raw) > MOST_HEADER_BYTES:
        return problem(431, f"headers have at most {MOST_HEADER_BYTES} bytes here", headers=closing)
    return None


def _too_large(most: int) -> ProblemError:
    return ProblemError(413, f"a body has at most {most} bytes here", headers={"Connection": "close"})


def _length(headers: Headers) -> int:
    stated = headers.get("content-length", "0")
    return int(stated) if stated.isdecimal() and len(stated) < 19 else MOST_PUSH_BYTES + 1


def _bounded(receive: Receive, most: int) -> Receive:
    total = 0

    async def bounded() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            raise _too_large(most)
        return message

    return bounded
