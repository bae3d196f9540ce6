"""No secret in anything that is written: logs, messages, database (FAULTS.md 71)."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from monitor.alerts.channels import CHANNELS
from monitor.alerts.delivery import Delivery, make_addressees
from monitor.newsroom.faults import dropped, hanging, refused
from monitor.newsroom.mail import MailSink
from monitor.newsroom.slack import CHANNEL, SlackSink
from monitor.newsroom.webhook import WebhookSink
from storage import open_storage
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import outbox, put_step

PLANTED = "pl4nted"


def test_planted_secrets_are_nowhere(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    async def play() -> None:
        async with (
            WebhookSink() as hook,
            WebhookSink() as other,
            SlackSink() as slack,
            SlackSink() as bots,
            MailSink(login=("u", "other")) as mail,
        ):
            environ = {
                "HOOK": f"{hook.url}?token={PLANTED}-hook",
                "KEY": f"{PLANTED}-key",
                "SLACK": f"{slack.address}/services/{PLANTED}-slack",
                "TOKEN": f"xoxb-{PLANTED}",
                "USER": f"{PLANTED}-user",
                "PASSWORD": f"{PLANTED}-password",
                "APPRISE": f"json://{PLANTED}:{PLANTED}@127.0.0.1:{other.port}/{PLANTED}",
                "NOWHERE": f"https://127.0.0.1:1/{PLANTED}",
            }
            server = {
                "host": "127.0.0.1", "port": mail.port, "tls": "none",
                "user_env": "USER", "password_env": "PASSWORD",
            }  # fmt: skip
            wanted: dict[str, dict[str, Any]] = {
                "hook": {"kind": "webhook", "url_env": "HOOK", "secret_env": "KEY", "timeout": "1s"},
                "slack": {"kind": "slack_webhook", "url_env": "SLACK", "timeout": "1s"},
                "bot": {
                    "kind": "slack_bot", "token_env": "TOKEN", "channel": CHANNEL, "api": bots.api_url,
                    "timeout": "1s",
                },
                "mail": {
                    "kind": "email", "sender": "a@x.example", "recipients": ["b@x.example"],
                    "servers": [server],
                },
                "apprise": {"kind": "apprise", "url_env": "APPRISE"},
                "nowhere": {"kind": "webhook", "url_env": "NOWHERE", "timeout": "1s"},
            }  # fmt: skip
            settings = {
                name: CHANNELS[str(one["kind"])].settings.model_validate(one) for name, one in wanted.items()
            }
            addressees = make_addressees(settings, environ)
            # A server may say back whatever it was sent, whole or in part.
            echo = f"{environ['HOOK']} /hook?token={PLANTED}-hook {PLANTED}-hook {environ['KEY']}"
            hook.fail_next(refused(400, error=echo), hanging(), dropped(after_accepting=True))
            slack.fail_next(refused(400, error=f"{environ['SLACK']} {PLANTED}-slack"))
            bots.fail_next(refused(200, error=environ["TOKEN"]))
            other.fail_next(refused(500))
            storage, clock = open_storage(sqlite_url), FakeClock()
            put_step(storage, 1, list(addressees), now=clock.now())
            delivery = Delivery(storage, addressees, clock=clock)
            await delivery.drain()
            errors = [row.error for row in outbox(storage) if row.error]
            assert len(errors) >= 5
            assert PLANTED not in repr(errors) + repr(addressees) + repr(delivery.states())
            await delivery.stop()
            storage.close()

    asyncio.run(play())
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PLANTED.encode() not in path.read_bytes(), path
    assert PLANTED not in caplog.text
    written = capfd.readouterr()
    assert PLANTED not in written.out + written.err
