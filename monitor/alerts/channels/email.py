"""E-mail: text and HTML, one mail a recipient, threaded by References, never seen by another recipient."""

import re
from collections.abc import Mapping
from datetime import timedelta
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from monitor.alerts.channels.mailer import Mailer, Server
from monitor.alerts.channels.secrets import secret
from monitor.alerts.message import Answer, Channel, Message, Sent
from monitor.alerts.settings import ReaderSettings, Strict
from monitor.durations import Duration

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is not a mail address")
    return value


def _sender(value: str) -> str:
    _address(parseaddr(value)[1])
    if any(c in value for c in "\r\n"):
        raise ValueError("a sender is one line")
    return value


class ServerSettings(Strict):
    """One mail server. Without `port`, the usual one for its `tls`."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user_env: str | None = None
    password_env: str | None = None
    ca_file: str | None = None  # a private authority's certificate; TLS is always verified

    @model_validator(mode="after")
    def _both_or_none(self) -> "ServerSettings":
        if bool(self.user_env) != bool(self.password_env):
            raise ValueError("user_env and password_env are given together or not at all")
        return self

    def to_server(self, environ: Mapping[str, str]) -> Server:
        """The server with its secrets. Raises SecretMissing."""
        return Server(
            host=self.host,
            port=self.port or PORTS[self.tls],
            tls=self.tls,
            user=secret(environ, self.user_env) if self.user_env else None,
            password=secret(environ, self.password_env) if self.password_env else None,
            ca_file=self.ca_file,
        )


class EmailSettings(ReaderSettings):
    """`kind: email`. Each recipient is a delivery of their own; servers are tried in order."""

    kind: Literal["email"]
    sender: Annotated[str, AfterValidator(_sender)]
    recipients: Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], Field(min_length=1)]
    servers: Annotated[tuple[ServerSettings, ...], Field(min_length=1)]
    hello: str | None = None  # the name we greet with; by default this machine's
    timeout: Duration = timedelta(seconds=30)


class _Ids(UnstructuredHeader, BaseHeader):
    """A header of message ids, on one line as it is. The usual folding turns a long id into an encoded
    word, which no mail program threads by (RFC 2047, 5: never within a msg-id)."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        """ "References: <key@domain>" and the line's end."""
        return f"{self.name}: {self}{policy.linesep}"


def _on_the_wire() -> "EmailPolicy[EmailMessage]":
    headers = HeaderRegistry()
    for name in ("in-reply-to", "references", "x-pactwatch-key"):
        headers.map_to_type(name, _Ids)
    return SMTP.clone(header_factory=headers)


ON_THE_WIRE = _on_the_wire()


def message_id(key: str, domain: str) -> str:
    """ "<key@domain>": the same on every attempt, so that mail programs show a repeat once."""
    return f"<{key}@{domain}>"


def mail_of(message: Message, *, sender: str, recipient: str) -> EmailMessage:
    """The mail: multipart/alternative, plain ASCII on the wire, one recipient in its head."""
    name, address = parseaddr(sender)
    user, _, domain = address.rpartition("@")
    mail = EmailMessage(policy=ON_THE_WIRE)
    mail["From"] = Address(name, user, domain)
    mail["To"] = recipient
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(message.created)
    mail["Message-ID"] = message_id(message.key, domain)
    if message.reply_to:
        mail["In-Reply-To"] = message.reply_to
        mail["References"] = message.reply_to
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    mail["X-PactWatch-Key"] = message.key
    mail.set_content(message.text, cte="quoted-printable")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail


class Email:
    """One recipient of a mail channel. `remote_id` is the Message-ID."""

    kind = "email"
    can_be_asked = False

    def __init__(self, name: str, mailer: Mailer, *, sender: str, recipient: str) -> None:
        self.name = name
        self._mailer, self._sender, self._recipient = mailer, sender, recipient

    async def send(self, message: Message) -> Answer:
        """Try once, on the first server that will have us."""
        mail = mail_of(message, sender=self._sender, recipient=self._recipient)
        address = parseaddr(self._sender)[1]
        answer = await self._mailer.deliver(address, self._recipient, mail.as_bytes())
        return Sent(str(mail["Message-ID"])) if isinstance(answer, Sent) else answer

    async def find(self, key: str, reply_to: str | None = None) -> None:
        """None: SMTP cannot be asked; a repeat has the same Message-ID and is marked."""

    async def close(self) -> None:
        """Say goodbye to the server."""
        await self._mailer.close()


def make(name: str, settings: EmailSettings, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """A channel for each recipient, named "name/recipient". Raises SecretMissing."""
    servers = [server.to_server(environ) for server in settings.servers]
    mailer = Mailer(servers, timeout=settings.timeout.total_seconds(), hello=settings.hello)
    return tuple(
        Email(f"{name}/{recipient}", mailer, sender=settings.sender, recipient=recipient)
        for recipient in dict.fromkeys(settings.recipients)
    )
