"""Who may ask for what: tokens and their scopes, the machine's own user, forged requests, limits."""

import asyncio
import socket
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from monitor.config import ConfigError
from monitor.web import WebServer, server
from monitor.web.tokens import Scope, add_token
from storage import Storage
from tests.monitor.web.conftest import NOW, SIGNED, Client, fill

LOCKED = "web: {auth: token}\n"
REJECT = {"decision": "reject", "reason": "a rumour"}
Send = Callable[[], Any]


def made(storage: Storage, *scopes: Scope, **more: Any) -> str:
    with storage.writing() as w:
        return add_token(w, "desk", scopes, now=NOW, **more)[1]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_reading_needs_no_token_on_this_machine_but_changing_does(desk: TestClient) -> None:
    assert desk.get("/api/v1/steps").status_code == 200
    refused = desk.post(f"/api/v1/steps/{SIGNED}", json=REJECT)
    assert (refused.status_code, refused.json()["title"]) == (401, "Unauthorized")
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_with_tokens_asked_for_nothing_is_open(storage: Storage, client: Client) -> None:
    locked = client(LOCKED)
    for path in ("/", "/api/v1/steps", "/api/v1/openapi.json", "/nothing"):
        answer = locked.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic")
    token = made(storage, Scope.READ)
    assert locked.get("/api/v1/steps", headers=bearer(token)).status_code == 200
    basic = b64encode(f"anyone:{token}".encode()).decode()
    assert locked.get("/api/v1/steps", headers={"Authorization": f"Basic {basic}"}).status_code == 200


def test_a_scope_is_needed(storage: Storage, client: Client) -> None:
    fill(storage)
    api = client()
    reading = bearer(made(storage, Scope.READ, Scope.OPERATE))
    assert api.post(f"/api/v1/steps/{SIGNED}", json=REJECT, headers=reading).status_code == 403
    deciding = bearer(made(storage, Scope.REVIEW))
    done = api.post(f"/api/v1/steps/{SIGNED}", json=REJECT, headers=deciding)
    assert (done.status_code, done.json()["state"]) == (200, "rejected")
    assert api.post(f"/api/v1/steps/{SIGNED}", json=REJECT, headers=deciding).status_code == 409
    assert api.get("/api/v1/steps", headers=deciding).status_code == 403
    with storage.reading() as r:
        assert [(one.who, one.decision) for one in r.reviews()] == [("api: desk", "reject")]


def test_operating(storage: Storage, client: Client) -> None:
    fill(storage)
    api, headers = client(), bearer(made(storage, Scope.OPERATE))
    assert api.post("/api/v1/deliveries/1/retry", headers=headers).status_code == 409
    assert api.post("/api/v1/deliveries/9/retry", headers=headers).status_code == 404
    silence = {"reason": "known", "seconds": 3600, "pair": "UA-DK"}
    assert api.post("/api/v1/silences", json=silence, headers=headers).json()["id"] == 1
    assert (
        api.post("/api/v1/silences", json={"reason": "all", "seconds": 60}, headers=headers).status_code
        == 422
    )
    with storage.reading() as r:
        assert r.silences(NOW)[0].match == {"pairs": ["DK-UA"]}


@pytest.mark.parametrize("spoil", ["revoked", "expired", "other secret", "other number", "made up", "empty"])
def test_a_token_that_is_not_valid_is_refused(storage: Storage, client: Client, spoil: str) -> None:
    token = made(storage, Scope.READ, expires=NOW if spoil == "expired" else NOW + timedelta(days=1))
    if spoil == "revoked":
        with storage.writing() as w:
            assert w.revoke_token(1, NOW)
            assert not w.revoke_token(1, NOW)
    spoilt = {
        "other secret": token[:-1] + ("a" if token[-1] != "a" else "b"),
        "other number": token.replace("pw_1_", "pw_2_"),
        "made up": "secret",
        "empty": "",
    }.get(spoil, token)
    assert client().get("/api/v1/steps", headers=bearer(spoilt)).status_code == 401


def test_a_token_is_kept_as_a_hash_only(storage: Storage) -> None:
    secret = made(storage, Scope.READ).split("_", 2)[2]
    with storage.reading() as r:
        assert secret not in str(r.tokens())


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
)
def test_what_another_sites_page_asks_for_is_refused(
    storage: Storage, client: Client, headers: dict[str, str]
) -> None:
    fill(storage)
    token = made(storage, Scope.REVIEW)
    basic = {"Authorization": "Basic " + b64encode(f":{token}".encode()).decode()}
    for more in ({}, basic):
        answer = client().post(f"/api/v1/steps/{SIGNED}", json=REJECT, headers=headers | more)
        assert answer.status_code == 403
    with storage.reading() as r:
        assert not r.reviews()


def test_another_host_needs_tokens(client: Client) -> None:
    with pytest.raises(ConfigError, match=r'set auth to "token"'):
        client("web: {host: 0.0.0.0}\n")
    client("web: {host: 0.0.0.0, auth: token}\n")


def test_a_large_body_is_refused(storage: Storage, client: Client) -> None:
    headers = bearer(made(storage, Scope.OPERATE)) | {"Content-Type": "application/json"}
    assert client().post("/api/v1/silences", content=b"x" * 70_000, headers=headers).status_code == 413
    dripped = (b"x" * 1000 for _ in range(100))
    assert client().post("/api/v1/silences", content=dripped, headers=headers).status_code == 413
    assert client().post("/api/v1/silences", content=b"{", headers=headers).status_code == 422
    assert client().post("/api/v1/silences", content=b"{}", headers=bearer("x")).status_code == 401


def test_a_slow_client_is_cut_off_and_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slowloris: headers that never end, and connections that say nothing."""
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.3)

    async def play() -> tuple[bytes, bytes, bytes]:
        web = WebServer(Starlette(), host="127.0.0.1", port=0)
        await web.start()
        silent = await asyncio.open_connection(*web.address)
        dripping = await asyncio.open_connection(*web.address)
        dripping[1].write(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
        polite = await asyncio.open_connection(*web.address)
        polite[1].write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = await polite[0].readuntil(b"\r\n\r\n")
        try:
            return answer, await _rest(silent[0]), await _rest(dripping[0])
        finally:
            for _, writer in (silent, dripping, polite):
                writer.close()
            await web.stop()

    answer, silent, dripping = asyncio.run(asyncio.wait_for(play(), 20))
    assert answer.startswith(b"HTTP/1.1 404")
    assert silent == dripping == b""


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b""


def test_a_port_that_is_taken_is_an_error_before_anything_is_served() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        web = WebServer(Starlette(), host="127.0.0.1", port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            asyncio.run(web.start())


def test_a_crowd_of_idle_connections_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the table was full, whoever came next was turned away until the idle ones ran out of time."""
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 5)

    async def play() -> tuple[bytes, bytes]:
        web = WebServer(Starlette(), host="127.0.0.1", port=0)
        await web.start()
        crowd = [await asyncio.open_connection(*web.address) for _ in range(20)]
        polite = await asyncio.open_connection(*web.address)
        polite[1].write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try:
            answer = await asyncio.wait_for(polite[0].readuntil(b"\r\n\r\n"), 5)
            return answer, await _rest(crowd[0][0])
        finally:
            for _, writer in (*crowd, polite):
                writer.close()
            await web.stop()

    answer, first_of_the_crowd = asyncio.run(asyncio.wait_for(play(), 20))
    assert answer.startswith(b"HTTP/1.1 404")
    assert first_of_the_crowd == b""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": "4", "Transfer-Encoding": "chunked"}, 400),
        ({"X-Much": "x" * 17_000}, 431),
        ({"Host": "127.0.0.1:80@evil.example"}, 421),
        ({"Host": "127.0.0.1:8642:1"}, 421),
        ({"Host": "127.0.0.1:"}, 200),
        ({"Host": "[::1]:8642"}, 200),
    ],
)
def test_headers_that_others_may_read_differently_are_refused(
    client: Client, headers: dict[str, str], status: int
) -> None:
    assert client().get("/healthz", headers=headers).status_code == status
