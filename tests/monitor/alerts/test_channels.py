"""Each channel against a real server on loopback: what arrives, and what every fault is taken for."""

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.alerts.channels import CHANNELS, SecretMissing, addresses_of, make_channels
from monitor.alerts.channels.http import retry_after
from monitor.alerts.message import Answer, Channel, Dead, Message, Retry, Sent
from monitor.newsroom.faults import Fault, dropped, hanging, refused, refused_recipient
from monitor.newsroom.mail import MailSink
from monitor.newsroom.slack import CHANNEL, TOKEN, SlackSink
from monitor.newsroom.webhook import WebhookSink
from tests.spiders.certificates import Authority

MESSAGE = Message(
    key="DK-UA.signed.new.abc",
    conversation="DK-UA/security_agreement",
    kind="new",
    subject="Denmark – Ukraine: security agreement signed",
    text="Данія й Україна підписали угоду.\nSecond line\n",
    html="<p>Hello</p>",
    created=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    slack=({"type": "header", "text": {"type": "plain_text", "text": "Hi"}},),
    data={"step": {"id": "x"}},
)
FAST = {"timeout": "1s"}


def channel_of(settings: dict[str, Any], environ: dict[str, str] | None = None) -> Channel:
    """The one channel of these settings."""
    model = CHANNELS[settings["kind"]].settings.model_validate(settings)
    (channel,) = make_channels({"desk": model}, environ or {}).values()
    return channel


Maker = Callable[..., Channel]


def hook(sink: WebhookSink, **more: Any) -> Channel:
    settings = {"kind": "webhook", "url_env": "URL", "secret_env": "KEY", **FAST, **more}
    return channel_of(settings, {"URL": sink.url, "KEY": "s3cret"})


def slack_hook(sink: SlackSink) -> Channel:
    return channel_of({"kind": "slack_webhook", "url_env": "URL", **FAST}, {"URL": sink.hook_url})


def slack_bot(sink: SlackSink, token: str = TOKEN) -> Channel:
    settings = {"kind": "slack_bot", "token_env": "T", "channel": CHANNEL, "api": sink.api_url, **FAST}
    return channel_of(settings, {"T": token})


def mail(*sinks: MailSink, environ: dict[str, str] | None = None, **server: Any) -> Channel:
    servers = [{"host": "127.0.0.1", "port": sink.port, "tls": "none", **server} for sink in sinks]
    settings = {
        "kind": "email",
        "sender": "PactWatch <watch@pact.example>",
        "recipients": ["ann@desk.example"],
        "servers": servers,
        **FAST,
    }
    return channel_of(settings, environ)


@asynccontextmanager
async def closing(channel: Channel) -> AsyncIterator[Channel]:
    try:
        yield channel
    finally:
        await channel.close()


async def sent(channel: Channel, message: Message = MESSAGE) -> Answer:
    async with closing(channel):
        return await channel.send(message)


# --- what arrives -------------------------------------------------------------------------------


def test_a_webhook_is_signed_and_has_its_key() -> None:
    async def play() -> None:
        async with WebhookSink() as sink:
            assert await sent(hook(sink)) == Sent()
            (call,) = sink.received
        assert call.headers["idempotency-key"] == MESSAGE.key
        stamp, _, given = call.headers["x-pactwatch-signature"].partition(",v1=")
        signed = f"{stamp.removeprefix('t=')}.".encode() + call.raw
        assert hmac.compare_digest(given, hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest())
        assert call.data["step"] == {"id": "x"}
        assert call.data["text"] == MESSAGE.text

    asyncio.run(play())


def test_slack_gets_blocks_and_a_plain_text_with_escaped_signs() -> None:
    async def play() -> None:
        async with SlackSink() as sink:
            message = replace(MESSAGE, text="a <b> & c")
            assert await sent(slack_hook(sink), message) == Sent()
            assert sink.received[0].text == "a &lt;b&gt; &amp; c"
            assert sink.received[0].blocks[0]["block_id"] == MESSAGE.key

    asyncio.run(play())


def test_slack_bot_threads_updates_and_finds_what_arrived() -> None:
    async def play() -> None:
        async with SlackSink() as sink, closing(slack_bot(sink)) as bot:
            first = await bot.send(MESSAGE)
            assert isinstance(first, Sent)
            update = replace(MESSAGE, key="other", kind="update", reply_to=first.remote_id)
            second = await bot.send(update)
            assert [m.thread_ts for m in sink.received] == [None, first.remote_id]
            assert await bot.find(MESSAGE.key) == first
            assert await bot.find("other", first.remote_id) == second
            assert await bot.find("other") is None
            assert await bot.find("never sent") is None

    asyncio.run(play())


def test_slack_bot_looks_through_pages_of_history() -> None:
    async def play() -> None:
        async with SlackSink() as sink, closing(slack_bot(sink)) as bot:
            for n in range(205):
                await bot.send(replace(MESSAGE, key=f"key-{n}"))
            assert await bot.find("key-0") == Sent(sink.received[0].ts)

    asyncio.run(play())


def test_slack_without_the_blocks_it_refuses() -> None:
    async def play() -> None:
        async with SlackSink() as sink:
            sink.fail_next(refused(200, error="invalid_blocks"))
            assert isinstance(await sent(slack_bot(sink)), Sent)
            assert sink.received[0].blocks == ()

    asyncio.run(play())


def test_a_mail_has_two_parts_its_key_and_one_recipient() -> None:
    async def play() -> None:
        async with MailSink() as sink:
            message = replace(MESSAGE, reply_to="<first@pact.example>")
            assert await sent(mail(sink), message) == Sent(f"<{MESSAGE.key}@pact.example>")
            (got,) = sink.received
        assert got.message_id == f"<{MESSAGE.key}@pact.example>"
        assert got.in_reply_to == got.message["References"] == "<first@pact.example>"
        assert got.subject == MESSAGE.subject
        assert got.text.replace("\r\n", "\n") == MESSAGE.text
        assert "<p>Hello</p>" in got.html
        assert got.recipients == ("ann@desk.example",)
        assert got.raw.isascii()

    asyncio.run(play())


def test_each_recipient_has_a_mail_of_their_own() -> None:
    async def play() -> None:
        async with MailSink() as sink:
            settings = CHANNELS["email"].settings.model_validate(
                {
                    "kind": "email",
                    "sender": "watch@pact.example",
                    "recipients": ["ann@desk.example", "bo@desk.example"],
                    "servers": [{"host": "127.0.0.1", "port": sink.port, "tls": "none"}],
                }
            )
            channels = make_channels({"mail": settings}, {})
            assert tuple(channels) == addresses_of({"mail": settings})["mail"]
            sink.fail_next(refused_recipient("ann@desk.example", status=451, error="greylisted"))
            answers = [await channel.send(MESSAGE) for channel in channels.values()]
            assert isinstance(answers[0], Retry)
            assert isinstance(answers[1], Sent)
            (got,) = sink.received
            assert b"ann@desk.example" not in got.raw
            await next(iter(channels.values())).close()

    asyncio.run(play())


def test_a_title_cannot_add_a_header() -> None:
    async def play() -> None:
        async with MailSink() as sink:
            await sent(mail(sink), replace(MESSAGE, subject="Hi\r\nBcc: victim@x.example\r\n\r\nbody"))
            (got,) = sink.received
        assert got.message["Bcc"] is None
        assert got.recipients == ("ann@desk.example",)

    asyncio.run(play())


def test_mail_by_starttls_with_a_login(tmp_path: Path) -> None:
    async def play() -> None:
        authority = Authority(tmp_path)
        login, environ = ("ann", "pa55word"), {"U": "ann", "P": "pa55word"}
        async with MailSink(login=login, tls=authority.server("127.0.0.1")) as sink:
            inside: dict[str, Any] = {"tls": "starttls", "user_env": "U", "password_env": "P"}
            trusted = {**inside, "ca_file": str(authority.root_file)}
            assert isinstance(await sent(mail(sink, environ=environ, **trusted)), Sent)
            wrong = await sent(mail(sink, environ={**environ, "P": "wr0ng"}, **trusted))
            assert isinstance(wrong, Dead)
            assert "wr0ng" not in wrong.reason
            assert isinstance(
                await sent(mail(sink, environ=environ, **inside)), Retry
            )  # nobody vouches for it
            assert len(sink.received) == 1

    asyncio.run(play())


def test_a_server_without_starttls_gets_neither_mail_nor_password() -> None:
    async def play() -> None:
        async with MailSink() as sink:
            environ = {"U": "ann", "P": "pa55word"}
            answer = await sent(mail(sink, environ=environ, tls="starttls", user_env="U", password_env="P"))
            assert isinstance(answer, Retry)
            assert sink.received == []

    asyncio.run(play())


def test_the_second_mail_server_is_taken_when_the_first_is_away() -> None:
    async def play() -> None:
        async with MailSink() as gone:
            pass
        async with MailSink() as there:
            assert isinstance(await sent(mail(gone, there)), Sent)
            assert len(there.received) == 1

    asyncio.run(play())


def test_a_kept_mail_connection_that_died_is_made_anew() -> None:
    async def play() -> None:
        sink = MailSink()
        await sink.start()
        async with closing(mail(sink)) as channel:
            assert isinstance(await channel.send(MESSAGE), Sent)
            await sink.stop()
            await sink.start()
            assert isinstance(await channel.send(MESSAGE), Sent)
        await sink.stop()
        assert len(sink.received) == 2

    asyncio.run(play())


# --- what faults are taken for -------------------------------------------------------------------

Sink = WebhookSink | SlackSink | MailSink
KINDS: dict[str, tuple[type[Sink], Maker]] = {
    "webhook": (WebhookSink, hook),
    "slack_webhook": (SlackSink, slack_hook),
    "slack_bot": (SlackSink, slack_bot),
    "email": (MailSink, mail),
}
HTTP = ("webhook", "slack_webhook", "slack_bot")


async def against(kind: str, *faults: Fault, away: bool = False) -> Answer:
    sink_type, make = KINDS[kind]
    sink = sink_type()
    await sink.start()
    channel = make(sink)
    sink.fail_next(*faults)
    if away:
        await sink.stop()
    try:
        return await sent(channel)
    finally:
        await sink.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_away_is_a_plain_retry(kind: str) -> None:
    answer = asyncio.run(against(kind, away=True))
    assert isinstance(answer, Retry)
    assert not answer.uncertain


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("fault", [dropped, hanging])
def test_a_lost_answer_is_an_uncertain_retry(kind: str, fault: Callable[..., Fault], accepted: bool) -> None:
    answer = asyncio.run(against(kind, fault(after_accepting=accepted)))
    assert isinstance(answer, Retry)
    assert answer.uncertain


@pytest.mark.parametrize("kind", HTTP)
@pytest.mark.parametrize(
    ("status", "wish", "after"),
    [(429, "30", 30), (503, "3600", 3600), (429, "999999999", 86400), (429, "soon", None), (500, None, None)],
)
def test_not_now_with_the_servers_wish(kind: str, status: int, wish: str | None, after: int | None) -> None:
    answer = asyncio.run(against(kind, refused(status, retry_after=wish)))
    assert isinstance(answer, Retry)
    assert answer.after == (None if after is None else timedelta(seconds=after))
    assert not answer.uncertain


@pytest.mark.parametrize("kind", ["webhook", "slack_webhook"])
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
def test_never(kind: str, status: int) -> None:
    assert isinstance(asyncio.run(against(kind, refused(status, error="no_service"))), Dead)


@pytest.mark.parametrize(
    "word", ["invalid_auth", "is_archived", "channel_not_found", "token_revoked", "no_text"]
)
def test_slacks_words_for_never(word: str) -> None:
    assert isinstance(asyncio.run(against("slack_bot", refused(200, error=word))), Dead)


@pytest.mark.parametrize("word", ["ratelimited", "internal_error", "service_unavailable"])
def test_slacks_words_for_not_now(word: str) -> None:
    assert isinstance(asyncio.run(against("slack_bot", refused(200, error=word))), Retry)


@pytest.mark.parametrize(
    ("code", "kind"), [(421, Retry), (451, Retry), (452, Retry), (552, Dead), (554, Dead)]
)
def test_smtp_codes(code: int, kind: type[Answer]) -> None:
    assert isinstance(asyncio.run(against("email", refused(code, error="words"))), kind)


@pytest.mark.parametrize(("code", "kind"), [(450, Retry), (550, Dead)])
def test_smtp_codes_for_the_recipient(code: int, kind: type[Answer]) -> None:
    assert isinstance(asyncio.run(against("email", refused_recipient("ann@desk.example", status=code))), kind)


def test_a_wrong_slack_token_is_never_shown() -> None:
    async def play() -> Answer:
        async with SlackSink() as sink:
            return await sent(slack_bot(sink, token="xoxb-planted-secret"))

    answer = asyncio.run(play())
    assert isinstance(answer, Dead)
    assert "planted" not in answer.reason


def test_a_server_that_echoes_the_secret_address() -> None:
    async def play() -> Answer:
        async with WebhookSink() as sink:
            sink.fail_next(refused(400, error=f"bad call to {sink.url} signed with s3cret"))
            return await sent(hook(sink))

    answer = asyncio.run(play())
    assert isinstance(answer, Dead)
    assert "/hook" not in answer.reason
    assert "s3cret" not in answer.reason


async def _cuts_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.transport.abort()


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _speaks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"\x00\xff nonsense\r\n\r\n")
    await writer.drain()
    writer.close()


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def at_server(handler: Handler, make: Callable[[int], Channel]) -> Answer:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    try:
        return await sent(make(server.sockets[0].getsockname()[1]))
    finally:
        server.close()


@pytest.mark.parametrize("tls", ["tls", "starttls", "none"])
@pytest.mark.parametrize("handler", [_cuts_tls, _silent, _speaks_nonsense])
def test_mail_servers_that_never_come_to_the_mail(handler: Handler, tls: str) -> None:
    def make(port: int) -> Channel:
        return mail(FakePort(port), tls=tls)

    answer = asyncio.run(at_server(handler, make))
    assert isinstance(answer, Retry)
    assert not answer.uncertain


class FakePort(MailSink):
    """Only a port number, where another server listens."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port


@pytest.mark.parametrize("handler", [_cuts_tls, _silent])
def test_a_broken_tls_handshake_is_a_plain_retry(handler: Handler) -> None:
    def make(port: int) -> Channel:
        return channel_of({"kind": "webhook", "url_env": "U", **FAST}, {"U": f"https://127.0.0.1:{port}/x"})

    answer = asyncio.run(at_server(handler, make))
    assert isinstance(answer, Retry)
    assert not answer.uncertain


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async def play() -> Answer:
        context: ssl.SSLContext = Authority(tmp_path).server("127.0.0.1")
        server = await asyncio.start_server(_silent, "127.0.0.1", 0, ssl=context)
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
        try:
            return await sent(channel_of({"kind": "webhook", "url_env": "U", **FAST}, {"U": url}))
        finally:
            server.close()

    answer = asyncio.run(play())
    assert isinstance(answer, Retry)
    assert not answer.uncertain


# --- file, console, apprise ----------------------------------------------------------------------


def test_a_file_has_whole_lines_and_can_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "alerts.jsonl"
    channel = channel_of({"kind": "file", "path": str(path)})

    async def play() -> None:
        assert await channel.find(MESSAGE.key) is None
        assert isinstance(await channel.send(MESSAGE), Sent)
        with path.open("ab") as file:
            file.write(b'{"key": "torn')
        assert await channel.find("torn") is None
        assert isinstance(await channel.send(replace(MESSAGE, key="second")), Sent)
        assert isinstance(await channel.find("second"), Sent)

    asyncio.run(play())
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(lines[n])["key"] for n in (0, 2)] == [MESSAGE.key, "second"]


def test_a_full_disk_leaves_no_half_line() -> None:
    channel = channel_of({"kind": "file", "path": "/dev/full"})
    answer = asyncio.run(channel.send(MESSAGE))
    assert isinstance(answer, Retry)


def test_the_console_says_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert isinstance(asyncio.run(channel_of({"kind": "console"}).send(MESSAGE)), Sent)
    assert MESSAGE.text in capsys.readouterr().out


def test_apprise_by_its_json_plugin() -> None:
    async def play() -> None:
        async with WebhookSink() as sink:
            address = sink.url.replace("http://", "json://")
            channel = channel_of({"kind": "apprise", "url_env": "U"}, {"U": address})
            assert await channel.send(MESSAGE) == Sent()
            assert sink.received[0].data["title"] == MESSAGE.subject
            sink.fail_next(refused(500))
            assert isinstance(await channel.send(MESSAGE), Retry)

    asyncio.run(play())


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "webhook", "url_env": "U"},
        {"kind": "slack_webhook", "url_env": "U"},
        {"kind": "slack_bot", "token_env": "U", "channel": "C0123"},
        {"kind": "apprise", "url_env": "U"},
    ],
)
@pytest.mark.parametrize("environ", [{}, {"U": "  "}, {"U": "a\nb"}])
def test_a_missing_secret_is_named_by_its_variable(settings: dict[str, Any], environ: dict[str, str]) -> None:
    with pytest.raises(SecretMissing, match="channel 'desk': the environment variable U"):
        channel_of(settings, environ)


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": "webhook"},
        {"kind": "slack_bot", "token_env": "T", "channel": "#alerts"},
        {"kind": "email", "sender": "x", "recipients": ["a@b.example"], "servers": [{"host": "h"}]},
        {"kind": "email", "sender": "a@b.example", "recipients": [], "servers": [{"host": "h"}]},
        {
            "kind": "email",
            "sender": "a@b.example",
            "recipients": ["a@b.example\n"],
            "servers": [{"host": "h"}],
        },
        {"kind": "email", "sender": "a@b.example", "recipients": ["a@b.example"], "servers": []},
        {
            "kind": "email",
            "sender": "a@b.example",
            "recipients": ["a@b.example"],
            "servers": [{"host": "h", "user_env": "U"}],
        },
        {"kind": "console", "language": "de"},
        {"kind": "file"},
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CHANNELS[settings["kind"]].settings.model_validate(settings)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Mon, 02 Mar 2026 09:05:00 GMT", 300),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Tue, 01 Jan 2036 00:00:00 GMT", 86400),
    ],
)
def test_retry_after_in_both_forms(text: str, seconds: int) -> None:
    assert retry_after(text, MESSAGE.created) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", None, "-5", "never", "٣"])
def test_a_senseless_retry_after_is_none(text: str | None) -> None:
    assert retry_after(text, MESSAGE.created) in (None, timedelta(seconds=3))
