"""Who asks, and what they may do: tokens, the machine's own user, and requests that other pages forge.

Every request gets a `Caller` before anything answers it; `caller_of(request)` gives it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.config.web import Auth
from monitor.web import tokens
from monitor.web.problems import problem
from storage import Storage

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Forms of a page are sent with this key; it is another one after each start of the service.
_FORM_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `ambient`: the browser vouches for them by itself, so that another site's page could
    make it ask in their name; what changes anything then needs a form key as well."""

    name: str
    scopes: frozenset[tokens.Scope]
    ambient: bool

    def may(self, scope: tokens.Scope) -> bool:
        """Whether they may do that."""
        return scope in self.scopes


EVERYTHING = frozenset(tokens.Scope)
# What machines ask that watch this one: it says nothing of what is watched.
OPEN = frozenset({"/healthz", "/readyz"})
# Where hubs push to: what they may do hangs on the secret that each was given (monitor.web.pushes).
PUSHES = "/websub/"
NOBODY = Caller(name="", scopes=frozenset(), ambient=False)
LOCAL = Caller(name="local", scopes=EVERYTHING, ambient=True)


def caller_of(request: HTTPConnection) -> Caller:
    """Who asks."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


def form_key(request: HTTPConnection) -> str:
    """What a page puts into its forms (hidden field `form_key`), and scripts into X-Form-Key."""
    return hmac.new(_FORM_KEY, caller_of(request).name.encode(), hashlib.sha256).hexdigest()


def is_forged(request: HTTPConnection, given: str | None) -> bool:
    """Whether a change that is asked for by an ambient caller lacks the key of our own page."""
    if not caller_of(request).ambient:
        return False
    return given is None or not hmac.compare_digest(form_key(request).encode(), given.encode())


class Access:
    """Middleware: 401 for those who may not read, 403 for what another site's page asks for."""

    def __init__(self, app: ASGIApp, *, storage: Storage, auth: Auth, now: Callable[[], datetime]) -> None:
        self.app = app
        self._storage = storage
        self._auth = auth
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        if scope["type"] != "http":  # no web sockets here
            return
        headers = Headers(scope=scope)
        open_to_all = scope["path"] in OPEN or scope["path"].startswith(PUSHES)
        caller = NOBODY if open_to_all else await self._caller(headers)
        if caller is None:
            asks = "a token is needed" if "authorization" not in headers else "this token is not valid"
            answer = problem(
                401, asks, headers={"WWW-Authenticate": 'Basic realm="PactWatch", charset="UTF-8"'}
            )
            await answer(scope, receive, send)
            return
        if caller.ambient and scope["method"] not in SAFE and not _is_from_own_page(headers):
            await problem(403, "this was asked for by a page of another site")(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self.app(scope, receive, send)

    async def _caller(self, headers: Headers) -> Caller | None:
        given = headers.get("authorization")
        if given is None:
            return LOCAL if self._auth is Auth.LOCAL else None
        token, ambient = _token_in(given)
        if token is None:
            return None
        return await run_in_threadpool(self._holder, token, ambient)

    def _holder(self, token: str, ambient: bool) -> Caller | None:
        with self._storage.reading() as r:
            kept = tokens.holder_of(r, token, self._now())
        if kept is None:
            return None
        scopes = frozenset(tokens.Scope(scope) for scope in kept.scopes)
        return Caller(name=kept.name, scopes=scopes, ambient=ambient)


def _token_in(authorization: str) -> tuple[str | None, bool]:
    """(the token, whether a browser sends it by itself). Basic, with the token as password, is for people:
    every browser asks for it."""
    kind, _, value = authorization.partition(" ")
    if kind.lower() == "bearer":
        return value.strip(), False
    if kind.lower() == "basic":
        try:
            _, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None, True
        return password, True
    return None, False


def _is_from_own_page(headers: Headers) -> bool:
    """Whether the browser says that a page of ours asks. Without Origin, it is no browser of today."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin in (f"http://{headers.get('host')}", f"https://{headers.get('host')}")
