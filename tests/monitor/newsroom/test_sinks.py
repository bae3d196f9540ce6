"""The sinks over real sockets: they answer as the real ones do, and fail as they are told."""

import asyncio
import json
from collections.abc import Coroutine
from email.message import EmailMessage
from typing import Any

import aiohttp
import aiosmtplib
import pytest

from monitor.newsroom import MailSink, SlackSink, WebhookSink, dropped, hanging, refused, refused_recipient


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 10))


def mail(subject: str = "Данія — Україна: переговори") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "watch@newsroom.example", "desk@newsroom.example"
    message["Subject"], message["Message-ID"] = subject, "<one@pactwatch>"
    message["In-Reply-To"] = "<zero@pactwatch>"
    message.set_content("Розпочато.\n")
    message.add_alternative("<p>Розпочато.</p>", subtype="html")
    return message


async def send(sink: MailSink) -> None:
    await aiosmtplib.send(mail(), hostname=sink.host, port=sink.port)


async def log_in(sink: MailSink, password: str) -> None:
    await aiosmtplib.send(mail(), hostname=sink.host, port=sink.port, username="watch", password=password)


def test_a_mail_arrives_parsed() -> None:
    async def scene() -> None:
        async with MailSink() as sink:
            await send(sink)
            (got,) = await sink.inbox.wait_for(1)
            assert got.subject == "Данія — Україна: переговори"
            assert (got.message_id, got.in_reply_to) == ("<one@pactwatch>", "<zero@pactwatch>")
            assert (got.text.strip(), got.html.strip()) == ("Розпочато.", "<p>Розпочато.</p>")
            assert got.recipients == ("desk@newsroom.example",)

    run(scene())


def test_a_mail_server_fails_as_it_is_told() -> None:
    async def scene() -> None:
        async with MailSink() as sink:
            sink.fail_next(refused(451, error="greylisted"), dropped(after_accepting=True))
            with pytest.raises(aiosmtplib.SMTPDataError, match="greylisted"):
                await send(sink)
            assert sink.received == []
            with pytest.raises(aiosmtplib.SMTPServerDisconnected):
                await send(sink)
            assert len(sink.received) == 1
            sink.fail_next(refused_recipient("desk@newsroom.example"))
            with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
                await send(sink)
            await send(sink)
            assert len(sink.received) == 2

    run(scene())


def test_a_mail_server_goes_down_and_comes_back_on_its_port() -> None:
    async def scene() -> None:
        sink = MailSink()
        await sink.start()
        port = sink.port
        await sink.stop()
        with pytest.raises(aiosmtplib.SMTPConnectError):
            await aiosmtplib.send(mail(), hostname=sink.host, port=port)
        await sink.start()
        assert sink.port == port
        await aiosmtplib.send(mail(), hostname=sink.host, port=port)
        assert len(sink.received) == 1
        await sink.stop()

    run(scene())


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_mail_server_asks_for_its_login() -> None:
    async def scene() -> None:
        async with MailSink(login=("watch", "right")) as sink:
            with pytest.raises(aiosmtplib.SMTPException):
                await send(sink)
            with pytest.raises(aiosmtplib.SMTPAuthenticationError):
                await log_in(sink, "wrong")
            await log_in(sink, "right")
            assert len(sink.received) == 1

    run(scene())


def test_a_hanging_mail_server_never_answers() -> None:
    async def scene() -> None:
        async with MailSink() as sink:
            sink.fail_next(hanging())
            with pytest.raises(aiosmtplib.SMTPTimeoutError):
                await aiosmtplib.send(mail(), hostname=sink.host, port=sink.port, timeout=0.3)
            assert sink.received == []

    run(scene())


async def call(session: aiohttp.ClientSession, sink: SlackSink, method: str, **arguments: Any) -> Any:
    headers = {"Authorization": f"Bearer {sink.token}"}
    async with session.post(sink.api_url + method, json=arguments, headers=headers) as response:
        return await response.json()


def test_slack_keeps_metadata_and_threads() -> None:
    async def scene() -> None:
        metadata = {"event_type": "pactwatch", "event_payload": {"key": "k1"}}
        async with SlackSink() as sink, aiohttp.ClientSession() as session:
            first = await call(
                session, sink, "chat.postMessage", channel=sink.channel, text="one", metadata=metadata
            )
            assert first["ok"]
            reply = {"channel": sink.channel, "text": "more", "thread_ts": first["ts"]}
            await call(session, sink, "chat.postMessage", **reply)
            plain = await call(session, sink, "conversations.history", channel=sink.channel)
            assert [m["text"] for m in plain["messages"]] == ["one"], "history holds no replies"
            assert "metadata" not in plain["messages"][0], "metadata only when asked for"
            asked = {"channel": sink.channel, "include_all_metadata": True}
            full = await call(session, sink, "conversations.history", **asked)
            assert full["messages"][0]["metadata"] == metadata
            thread = await call(session, sink, "conversations.replies", channel=sink.channel, ts=first["ts"])
            assert [m["text"] for m in thread["messages"]] == ["one", "more"]

    run(scene())


def test_slack_pages_its_history_newest_first() -> None:
    async def scene() -> None:
        async with SlackSink() as sink, aiohttp.ClientSession() as session:
            for text in ("one", "two", "three"):
                await call(session, sink, "chat.postMessage", channel=sink.channel, text=text)
            page = await call(session, sink, "conversations.history", channel=sink.channel, limit=2)
            assert [m["text"] for m in page["messages"]] == ["three", "two"]
            cursor = page["response_metadata"]["next_cursor"]
            rest = {"channel": sink.channel, "limit": 2, "cursor": cursor}
            page = await call(session, sink, "conversations.history", **rest)
            assert [m["text"] for m in page["messages"]] == ["one"]
            assert not page["has_more"]

    run(scene())


def test_slack_refuses_as_slack_does() -> None:
    async def scene() -> None:
        async with SlackSink() as sink, aiohttp.ClientSession() as session:
            wrong = await call(session, sink, "chat.postMessage", channel="C999", text="x")
            assert wrong == {"ok": False, "error": "channel_not_found"}
            empty = await call(session, sink, "chat.postMessage", channel=sink.channel)
            assert empty == {"ok": False, "error": "no_text"}
            sink.fail_next(refused(200, error="token_revoked"), refused(429, retry_after="7"))
            revoked = await call(session, sink, "chat.postMessage", channel=sink.channel, text="x")
            assert revoked == {"ok": False, "error": "token_revoked"}
            headers = {"Authorization": f"Bearer {sink.token}"}
            async with session.post(sink.api_url + "chat.postMessage", json={}, headers=headers) as response:
                assert (response.status, response.headers["Retry-After"]) == (429, "7")
            assert sink.received == []

    run(scene())


def test_a_webhook_may_take_a_message_and_break_before_it_answers() -> None:
    async def scene() -> None:
        async with SlackSink() as sink, aiohttp.ClientSession() as session:
            sink.fail_next(dropped(after_accepting=True), dropped(after_accepting=False))
            for arrived in (1, 1):
                with pytest.raises(aiohttp.ClientError):
                    await session.post(sink.hook_url, json={"text": "signed"})
                assert len(sink.received) == arrived
            async with session.post(sink.hook_url, json={"text": "signed"}) as response:
                assert await response.text() == "ok"
            assert [m.via for m in sink.received] == ["webhook", "webhook"]

    run(scene())


def test_a_hook_is_recorded_with_its_headers() -> None:
    async def scene() -> None:
        async with WebhookSink() as sink, aiohttp.ClientSession() as session:
            headers = {"Idempotency-Key": "k1"}
            async with session.post(sink.url, data=json.dumps({"step": "x"}), headers=headers) as response:
                assert response.status == 204
            (hook,) = sink.received
            assert (hook.headers["idempotency-key"], hook.data) == ("k1", {"step": "x"})
            sink.fail_next(hanging(after_accepting=True))
            with pytest.raises(TimeoutError):
                await session.post(sink.url, data="{}", timeout=aiohttp.ClientTimeout(total=0.2))
            assert len(sink.received) == 2

    run(scene())


def test_waiting_for_what_never_comes_ends() -> None:
    async def scene() -> None:
        with pytest.raises(TimeoutError):
            await WebhookSink().inbox.wait_for(1, seconds=0.05)

    run(scene())
