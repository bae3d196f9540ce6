"""A kept SMTP connection to the first of several servers that will have us, every fault as a value."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.alerts.channels.secrets import scrub
from monitor.alerts.message import Answer, Dead, Retry, Sent

if TYPE_CHECKING:
    import aiosmtplib


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how to get in. `tls` is "starttls", "tls" or "none"; TLS is always verified."""

    host: str
    port: int
    tls: str = "starttls"
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None


class Mailer:
    """Sends one mail to one recipient at a time. Shared by all recipients of a channel."""

    def __init__(self, servers: Sequence[Server], *, timeout: float, hello: str | None = None) -> None:
        self._servers = tuple(servers)
        self._timeout = timeout
        self._hello = hello or socket.gethostname()  # not getfqdn: it may wait for DNS
        self._secrets = [s for server in servers for s in (server.password, server.user) if s]
        self._client: aiosmtplib.SMTP | None = None
        self._lock = asyncio.Lock()

    async def deliver(self, sender: str, recipient: str, mail: bytes) -> Answer:
        """Sent; Retry for 4xx and for silence; Dead for 5xx. Uncertain only once the mail itself was on
        its way: an answer lost after DATA."""
        async with self._lock:
            client = self._client if self._client is not None and self._client.is_connected else None
            if client is not None:
                answer = await self._hand_over(client, sender, recipient, mail)
                if answer is not None:
                    return answer
            return await self._deliver_afresh(sender, recipient, mail)

    async def close(self) -> None:
        """Say goodbye."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def _deliver_afresh(self, sender: str, recipient: str, mail: bytes) -> Answer:
        refusals: list[Retry | Dead] = []
        for server in self._servers:
            client = await self._connect(server)
            if isinstance(client, Retry | Dead):
                refusals.append(client)
                continue
            self._client = client
            answer = await self._hand_over(client, sender, recipient, mail)
            if answer is not None:
                return answer
            refusals.append(Retry(f"{server.host}: the connection was lost before the mail was handed over"))
        reason = "; ".join(r.reason for r in refusals) or "no mail server is configured"
        return Dead(reason) if all(isinstance(r, Dead) for r in refusals) else Retry(reason)

    async def _connect(self, server: Server) -> "aiosmtplib.SMTP | Retry | Dead":
        """A client that is logged in, or why there is none: Dead only when the login itself is refused."""
        import aiosmtplib

        context = ssl.create_default_context(cafile=server.ca_file) if server.tls != "none" else None
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=self._hello,
            timeout=self._timeout,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=context,
        )
        try:
            await client.connect()
            if server.user:
                await client.login(server.user, server.password or "")
        except aiosmtplib.SMTPAuthenticationError as fault:
            client.close()
            reason = self._words(server.host, f"login refused ({fault.code})", fault)
            return Dead(reason) if fault.code >= 500 else Retry(reason)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            client.close()
            return Retry(self._words(server.host, "no connection", fault))
        return client

    async def _hand_over(
        self, client: "aiosmtplib.SMTP", sender: str, recipient: str, mail: bytes
    ) -> Answer | None:
        """The server's answer; None when the connection was lost before the mail was on its way."""
        import aiosmtplib

        on_its_way = False
        try:
            await client.mail(sender)
            await client.rcpt(recipient)
            on_its_way = True
            await client.data(mail)
        except aiosmtplib.SMTPResponseException as fault:
            await self._forget(client, unless_kept=fault.code != 421)
            reason = self._words(client.hostname, f"answered {fault.code}", fault)
            return Dead(reason) if fault.code >= 500 else Retry(reason)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            await self._forget(client)
            if not on_its_way:
                return None
            return Retry(self._words(client.hostname, "no answer after the mail", fault), uncertain=True)
        return Sent()

    async def _forget(self, client: "aiosmtplib.SMTP", *, unless_kept: bool = False) -> None:
        """Close the connection; with `unless_kept`, only reset it for the next mail where that works."""
        import aiosmtplib

        if unless_kept:
            try:
                await client.rset()
                return
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                pass
        client.close()
        self._client = None

    def _words(self, host: str | None, what: str, fault: Exception) -> str:
        detail = getattr(fault, "message", None) or str(fault) or type(fault).__name__
        return scrub(f"{host}: {what}: {detail}", self._secrets)
