"""A mail server on loopback: takes mails by SMTP, records them parsed, and fails when it is told to."""

import asyncio
import ssl
import weakref
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from monitor.newsroom.faults import Fault
from monitor.newsroom.sink import Inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it arrived: envelope, parsed message, raw bytes."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes
    received: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def subject(self) -> str:
        """The subject line, decoded."""
        return str(self.message["Subject"] or "")

    @property
    def message_id(self) -> str:
        """The Message-ID, angle brackets and all; "" for none."""
        return str(self.message["Message-ID"] or "").strip()

    @property
    def in_reply_to(self) -> str | None:
        """The Message-ID that this one answers, or None for the first of a conversation."""
        found = self.message["In-Reply-To"]
        return str(found).strip() if found else None

    @property
    def text(self) -> str:
        """The plain-text part; "" for none."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part; "" for none."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


class MailSink:
    """An SMTP server for everybody's mailbox. `login` makes it ask for one; `tls` offers STARTTLS."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.host, self.port = host, 0
        self.inbox: Inbox[Mail] = Inbox()
        self._login, self._tls = login, tls
        self._faults: deque[Fault] = deque()
        self._closing = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._sessions: weakref.WeakSet[SMTP] = weakref.WeakSet()

    @property
    def received(self) -> list[Mail]:
        """What has arrived, oldest first."""
        return self.inbox.all

    def fail_next(self, *faults: Fault) -> None:
        """Script the next mails; they are used up in order (a recipient's fault at its RCPT)."""
        self._faults.extend(faults)

    def recover(self) -> None:
        """Forget the faults that are not used up."""
        self._faults.clear()

    async def start(self) -> None:
        """Listen; the port stays the same from the first start on."""
        self._closing.clear()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, self.host, self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Go away: open sessions are cut, connections are refused until the next start."""
        self._closing.set()
        if self._server:
            self._server.close()
            self._server = None
        for session in list(self._sessions):
            _cut(session)
        self._sessions.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _session(self) -> SMTP:
        session = SMTP(
            self,
            hostname="newsroom.example",
            tls_context=self._tls,
            auth_required=self._login is not None,
            auth_require_tls=self._tls is not None,
            authenticator=self._authenticate,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
        )
        self._sessions.add(session)
        return session

    def _authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any
    ) -> AuthResult:
        known = self._login is not None and isinstance(given, LoginPassword)
        right = known and (given.login.decode(), given.password.decode()) == self._login
        return AuthResult(success=bool(right), handled=False)

    # The two names below are aiosmtpd's: it looks its hooks up by them.
    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """SMTP's answer to one recipient."""
        fault = self._faults[0] if self._faults else None
        if fault and fault.recipient == address:
            self._faults.popleft()
            return f"{fault.status} {fault.error}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        """SMTP's answer to the whole mail."""
        fault = self._next_fault()
        if fault is None or fault.accept:
            await self.inbox.put(_parsed(envelope))
        if fault is None:
            return "250 OK"
        if fault.hang:
            await self._closing.wait()
        if fault.drop or fault.hang:
            _cut(server)
        return f"{fault.status or 451} {fault.error or 'try again later'}"

    def _next_fault(self) -> Fault | None:
        if self._faults and self._faults[0].recipient is None:
            return self._faults.popleft()
        return None


def _cut(session: SMTP) -> None:
    """Reset the session's connection, with no goodbye."""
    if isinstance(session.transport, asyncio.Transport):
        session.transport.abort()


def _parsed(envelope: Any) -> Mail:
    raw = bytes(envelope.content)
    message = message_from_bytes(raw, policy=policy.default)
    return Mail(
        sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), message=message, raw=raw
    )
