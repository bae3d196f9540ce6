"""What mail programs thread by stays readable on the wire: ids are never encoded words (RFC 2047, 5)."""

import asyncio
from datetime import UTC, datetime

from monitor.alerts.channels.email import EmailSettings, make
from monitor.alerts.message import Message
from monitor.alerts.outbox import key_of
from monitor.newsroom import MailSink

STEP = "DK-UA/defence_cooperation_agreement-2/suspended_or_terminated/2026-11-24"


def message() -> Message:
    return Message(
        key=key_of(STEP, "mail", "update", 1),
        conversation="DK-UA",
        kind="update",
        subject="Данія — Україна: " + "переговори " * 12,
        text="Розпочато переговори. " * 40,
        html="",
        created=datetime(2026, 11, 24, tzinfo=UTC),
        reply_to=f"<{key_of(STEP, 'mail', 'new')}@newsroom.example>",
    )


def test_long_ids_go_out_as_they_are() -> None:
    async def scene() -> bytes:
        async with MailSink() as sink:
            settings = EmailSettings.model_validate(
                {
                    "kind": "email",
                    "sender": "PactWatch <watch@newsroom.example>",
                    "recipients": ["desk@newsroom.example"],
                    "servers": [{"host": sink.host, "port": sink.port, "tls": "none"}],
                }
            )
            (channel,) = make("mail", settings, {})
            await channel.send(message())
            await channel.close()
            return sink.received[0].raw

    raw = asyncio.run(asyncio.wait_for(scene(), 10))
    head, _, body = raw.partition(b"\r\n\r\n")
    first, this = key_of(STEP, "mail", "new"), key_of(STEP, "mail", "update", 1)
    assert f"\r\nIn-Reply-To: <{first}@newsroom.example>".encode() in head
    assert f"\r\nReferences: <{first}@newsroom.example>".encode() in head
    assert f"\r\nMessage-ID: <{this}@newsroom.example>".encode() in head
    assert f"\r\nX-PactWatch-Key: {this}".encode() in head
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998, "RFC 5322, 2.1.1"
    assert max(len(line) for line in body.split(b"\r\n")) <= 78
