"""G8, secrets: `pactwatch run` with a secret planted in every place that takes one, servers that say them
back, a crash; then everything that was written is searched for them, as they are and as bytes are packed.
"""

import asyncio
import base64
import contextlib
import gzip
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from monitor.newsroom import MailSink, SlackSink, WebhookSink, refused
from monitor.newsroom.sink import HttpSink
from monitor.web.pages import PAGES
from tests.monitor.test_killed import Feed, serving, until
from tests.monitor.websub.test_pushed import free_port
from tests.promises.attempt import Tally

PLANTED = "pl4nted"
STEPS = ("Denmark", "Portugal", "Kenya")
COMMANDS = (
    ("config", "check"), ("alerts", "list"), ("alerts", "list", "--json"), ("sources", "list"), ("steps",),
    ("tokens", "list"), ("tokens", "list", "--json"), ("db", "check"),
    ("export", "steps", "--format", "json"),
    ("export", "articles", "--format", "csv"), ("alerts", "test"), ("nonsense",), ("find", "agreement"),
)  # fmt: skip
ADDRESSES = (
    "/metrics", "/healthz", "/readyz", "/api/v1/deliveries", "/api/v1/sources", "/api/v1/status",
    "/api/v1/steps",    "/api/v1/openapi.json", "/api/v1/alerts", "/nonsense",
)  # fmt: skip


async def play(tally: Tally, folder: Path) -> str:
    """A line on what was tried."""
    async with AsyncExitStack() as stack:
        feed, hook, slack, bots = Feed(), WebhookSink(), SlackSink(), SlackSink()
        other, beat, mail = WebhookSink(), WebhookSink(), MailSink(login=("u", "other"))
        for one in (hook, slack, bots, other, beat, mail, serving(feed)):
            await stack.enter_async_context(one)
        secrets = {
            "HOOK": f"{hook.url}?token={PLANTED}-hook", "KEY": f"{PLANTED}-key",
            "SLACK": f"{slack.address}/services/{PLANTED}-slack", "TOKEN": f"xoxb-{PLANTED}-bot",
            "SMTP_USER": f"{PLANTED}-user", "SMTP_PASSWORD": f"{PLANTED}-password",
            "APPRISE": f"json://{PLANTED}-me:{PLANTED}-pass@127.0.0.1:{other.port}/{PLANTED}-path",
            "NOWHERE": f"https://127.0.0.1:1/{PLANTED}-nowhere", "BEAT": f"{beat.url}/{PLANTED}-beat",
        }  # fmt: skip
        port = free_port()
        tree = _config(feed, bots, mail, port)
        (folder / "config.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
        known: dict[HttpSink[Any], tuple[str, ...]] = {
            hook: ("HOOK", "KEY"), slack: ("SLACK",), bots: ("TOKEN",), other: ("APPRISE",), beat: ("BEAT",),
        }  # fmt: skip
        for sink, names in known.items():  # a server may say back whatever it is told
            echo = " ".join(secrets[name] for name in names)
            sink.fail_next(*[refused(400, error=echo), refused(500, error=echo)] * 2)
        process = await _run(folder, secrets)
        try:
            written = await _live(folder, feed, f"http://127.0.0.1:{port}", secrets)
            process.send_signal(signal.SIGABRT)  # a crash, with what faulthandler says of it
            await asyncio.wait_for(process.wait(), 20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    written |= await asyncio.to_thread(_files, folder)
    for what, content in written.items():
        with tally.attempt(f"no secret in {what}"):
            found = [name for name, secret in secrets.items() if _is_in(secret, content)]
            assert not found, f"{', '.join(found)} stands there"
    with tally.attempt("the search finds what is there"):
        assert _is_in(secrets["KEY"], b"x" + zlib.compress(secrets["KEY"].encode()))
        assert _is_in(secrets["HOOK"], f"said {PLANTED}-hook".encode())
    with tally.attempt("the secrets were used"):
        assert hook.requests > 0 < bots.requests
    return f"{len(secrets)} planted secrets looked for in {len(written)} files, pages, answers and outputs"


def _files(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _config(feed: Feed, bots: SlackSink, mail: MailSink, port: int) -> dict[str, Any]:
    source = {
        "id": "office", "publisher": "Office", "country": "UA", "tier": "official", "language": "en",
        "kind": "feed", "url": f"{feed.url}/feed.json", "interval": "1s", "allow_private": True,
        "min_delay": "0s",
    }  # fmt: skip
    server = {"host": "127.0.0.1", "port": mail.port, "tls": "none", "user_env": "SMTP_USER",
              "password_env": "SMTP_PASSWORD"}  # fmt: skip
    channels: dict[str, dict[str, Any]] = {
        "hook": {"kind": "webhook", "url_env": "HOOK", "secret_env": "KEY"},
        "slack": {"kind": "slack_webhook", "url_env": "SLACK"},
        "bot": {
            "kind": "slack_bot",
            "token_env": "TOKEN",
            "channel": bots.channel,
            "api": bots.api_url.rstrip("/"),
        },
        "mail": {
            "kind": "email",
            "sender": "a@x.example",
            "recipients": ["b@x.example"],
            "servers": [server],
        },
        "apprise": {"kind": "apprise", "url_env": "APPRISE"},
        "nowhere": {"kind": "webhook", "url_env": "NOWHERE"},
    }
    return {
        "contact": "mailto:desk@example.org",
        "storage": {"url": "sqlite:///kept.db"},
        "web": {"port": port},
        "watch": {"parties": "all", "group_wait": "0s"},
        "operator": {"channels": ["hook"], "heartbeat": {"url_env": "BEAT", "every": "10s"}},
        "sources": [source],
        "channels": channels,
        "routes": [{"name": "all", "channels": list(channels)}],
    }  # fmt: skip


async def _run(folder: Path, secrets: dict[str, str]) -> asyncio.subprocess.Process:
    with (folder / "log.txt").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-X", "faulthandler", "-m", "monitor.cli", "run", "--verbose",
            "--config", "config.yaml",
            env=_environ(secrets), stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip


def _environ(secrets: dict[str, str]) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return os.environ | secrets | {"PYTHONPATH": root}


async def _live(folder: Path, feed: Feed, web: str, secrets: dict[str, str]) -> dict[str, bytes]:
    """What the service and its commands say, by where."""
    written: dict[str, bytes] = {}
    async with aiohttp.ClientSession() as client:

        async def polled() -> bool:
            with contextlib.suppress(aiohttp.ClientError):
                async with client.get(f"{web}/api/v1/sources") as answer:
                    text = await answer.text()
                    return "last_success_at" in text and '"baseline_at":null' not in text
            return False

        await until(polled, "the first visit", 60)
        await asyncio.sleep(2)
        for country in STEPS:
            feed.publish(country)
        await asyncio.sleep(8)
        for path in (*ADDRESSES, *(path for path in PAGES if "{" not in path)):
            async with client.get(web + path) as answer:
                head = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
                written[path] = head.encode() + await answer.read()
    for command in COMMANDS:
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "monitor.cli", *command, "--config", "config.yaml"],
            env=_environ(secrets), cwd=folder, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        written["pactwatch " + " ".join(command)] = done.stdout + done.stderr
    return written


def _is_in(secret: str, content: bytes) -> bool:
    """Whether a secret, or the part of it that opens something, stands in what was written."""
    key = next(part for part in secret.replace("?", "/").replace("@", "/").replace("=", "/").split("/")[::-1]
               if PLANTED in part)  # fmt: skip
    whole = key.encode()
    spelled = [whole, base64.b64encode(whole)[:-4], whole.hex().encode(), whole[::-1]]
    return any(one in text for text in _opened(content) for one in spelled)


def _opened(content: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed in them."""
    yield content
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    for lead in (b"\x78\x9c", b"\x78\x01", b"\x78\xda", b"\x78\x5e"):
        at = content.find(lead)
        while at >= 0:
            with contextlib.suppress(zlib.error):
                yield zlib.decompressobj().decompress(content[at:], 1 << 22)
            at = content.find(lead, at + 1)
