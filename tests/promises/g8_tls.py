"""G8, TLS: servers whose certificates are wrong in one way each, behind feeds, webhooks, Slack and mail.
Nothing is read from them, and nothing is said to them; the same with a good certificate works."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from monitor.alerts.channels import CHANNELS, make_channels
from monitor.newsroom import MailSink
from spiders.items import Failure
from tests.monitor.alerts.test_channels import MESSAGE
from tests.promises.attempt import Tally
from tests.spiders.certificates import Authority
from tests.spiders.crawling import crawling, make_source

WRONG: Mapping[str, Mapping[str, bool]] = {
    "an unknown authority": {},
    "a certificate of its own": {"self_signed": True},
    "an expired certificate": {"expired": True},
    "another host's certificate": {},
}
GOOD = "a good certificate"
FEED = b"<rss version='2.0'><channel><title>O</title><item><title>T</title></item></channel></rss>"


class Heard:
    """A TLS server that keeps what it is told once the handshake is done."""

    def __init__(self, greeting: bytes = b"") -> None:
        self.said, self.greeting = b"", greeting
        self.port = 0

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        self.said += await reader.read(65536)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(FEED)}\r\n\r\n"
        writer.write(head.encode() + FEED)
        writer.close()

    @asynccontextmanager
    async def open(self, tls: ssl.SSLContext) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield


async def play(tally: Tally, folder: Path) -> str:
    """A line on what was tried."""
    ours, others = Authority(folder), Authority(_made(folder / "others"))
    # The machine's own list of roots, which aiohttp reads once, when it is imported.
    roots = ssl.create_default_context(cafile=ours.root_file)
    with (
        patch.dict(os.environ, {"SSL_CERT_FILE": str(ours.root_file)}),
        patch("aiohttp.connector._SSL_CONTEXT_VERIFIED", roots),
    ):
        await _each(tally, ours, others)
    kinds = len(_asking()) + 3
    return f"{len(WRONG)} kinds of wrong certificates, and a good one, of {kinds} kinds of servers"


async def _each(tally: Tally, ours: Authority, others: Authority) -> None:
    for what, how in {**WRONG, GOOD: {}}.items():
        authority = others if what.startswith("an unknown") else ours
        host = "elsewhere.example" if what.startswith("another") else "127.0.0.1"
        tls = authority.server(host, **how)
        await _feed(tally, ours, what, tls)
        for kind, settings in _asking().items():
            await _channel(tally, what, kind, settings, tls)
        for kind in ("tls", "starttls"):
            await _mail(tally, what, kind, tls)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def _feed(tally: Tally, ours: Authority, what: str, tls: ssl.SSLContext) -> None:
    with tally.attempt(f"a feed with {what}"):
        heard = Heard()
        async with heard.open(tls), crawling(tls=ours.client()) as crawler:
            visit = await crawler.visit(
                make_source(f"https://127.0.0.1:{heard.port}/", timeout=timedelta(seconds=5))
            )
        assert visit.failure is (None if what == GOOD else Failure.TLS), f"{visit.failure}"
        assert bool(heard.said) == (what == GOOD)


def _asking() -> Mapping[str, Callable[[str], tuple[dict[str, Any], dict[str, str]]]]:
    """By kind of channel, its settings and its secrets for a server at an address."""
    return {
        "webhook": lambda at: ({"url_env": "U", "secret_env": "K"}, {"U": f"{at}/hook", "K": "k"}),
        "slack_webhook": lambda at: ({"url_env": "U"}, {"U": f"{at}/services/x"}),
        "slack_bot": lambda at: (
            {"token_env": "T", "channel": "C0LOOPBACK", "api": f"{at}/api"},
            {"T": "xoxb-t"},
        ),
    }


async def _channel(
    tally: Tally,
    what: str,
    kind: str,
    asking: Callable[[str], tuple[dict[str, Any], dict[str, str]]],
    tls: ssl.SSLContext,
) -> None:
    with tally.attempt(f"a {kind} with {what}"):
        heard = Heard()
        async with heard.open(tls):
            settings, environ = asking(f"https://127.0.0.1:{heard.port}")
            await _send(kind, settings, environ)
        assert bool(heard.said) == (what == GOOD)


async def _mail(tally: Tally, what: str, how: str, tls: ssl.SSLContext) -> None:
    with tally.attempt(f"mail by {how} TLS with {what}"):
        heard, sink = Heard(b"220 mail.example\r\n"), MailSink(tls=tls)
        async with heard.open(tls), sink:
            server = {"host": "127.0.0.1", "port": heard.port if how == "tls" else sink.port, "tls": how}
            given = {"sender": "a@x.example", "recipients": ["b@x.example"], "servers": [server]}
            await _send("email", given, {})
        assert bool(sink.received) == (what == GOOD and how == "starttls")
        assert bool(heard.said) == (what == GOOD and how == "tls")


async def _send(kind: str, given: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    settings = CHANNELS[kind].settings.model_validate({"kind": kind, "timeout": "5s", **given})
    (channel,) = make_channels({"one": settings}, environ).values()
    try:
        await channel.send(MESSAGE)
    finally:
        await channel.close()
