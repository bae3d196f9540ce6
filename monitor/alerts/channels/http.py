"""One kept connection to an HTTP service, with every fault of the other side as a value."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from monitor.alerts.channels.secrets import scrub
from monitor.alerts.message import Dead, Retry

if TYPE_CHECKING:
    import aiohttp

LONGEST_WISH = timedelta(hours=24)
LONGEST_ANSWER = 10_000_000
AGAIN = {408, 409, 423, 425, 429}  # and every 5xx


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server answered."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def retry_after(self) -> timedelta | None:
        """The server's own wish; capped at 24 h, never negative, None when it makes no sense."""
        return retry_after(self.headers.get("Retry-After"), datetime.now(UTC))


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Retry-After in seconds or as an HTTP date (RFC 9110 10.2.3) as a timedelta from `now`."""
    if not text:
        return None
    if text.strip().isdecimal():
        return min(LONGEST_WISH, timedelta(seconds=min(int(text.strip()[:9]), 10**8)))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(LONGEST_WISH, max(timedelta(0), at - now))


class HttpLine:
    """Posts to one service; keeps the connection for the next one.

    A fault before the request is on its way is a plain Retry; one after it is an uncertain Retry,
    since the other side may have taken it. Redirects are not followed: an alert goes where it was
    configured to go.
    """

    def __init__(self, *, timeout: timedelta, secrets: Sequence[str] = ()) -> None:
        self._timeout = timeout.total_seconds()
        self._secrets = tuple(secrets)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply | Retry:
        """The server's reply to this POST, or why there is none."""
        return await self._ask("POST", url, body, headers)

    async def get(self, url: str, headers: Mapping[str, str]) -> Reply | Retry:
        """The server's reply to this GET, or why there is none."""
        return await self._ask("GET", url, None, headers)

    async def close(self) -> None:
        """Give the connection back."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def refusal(self, reply: Reply) -> Retry | Dead:
        """What a reply that is no success means: Retry for 408, 425, 429, 5xx and the like, else Dead."""
        words = f"answered {reply.status}" + (f": {reply.body[:200]}" if reply.body.strip() else "")
        reason = scrub(words, self._secrets)
        if reply.status >= 500 or reply.status in AGAIN:
            return Retry(reason, after=reply.retry_after)
        return Dead(reason)

    async def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply | Retry:
        import aiohttp

        session = self._open()
        try:
            async with session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                text = (await _body_of(answer)).decode("utf-8", "replace")
                return Reply(status=answer.status, body=text, headers=answer.headers.copy())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as fault:
            return self._retry("no connection", fault, uncertain=False)
        except (TimeoutError, aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as fault:
            return self._retry("no answer", fault, uncertain=method == "POST")
        except ValueError as fault:
            return self._retry("the address cannot be used", fault, uncertain=False)

    def _retry(self, what: str, fault: Exception, *, uncertain: bool) -> Retry:
        detail = str(fault) or f"within {self._timeout:.0f} s"
        return Retry(scrub(f"{what}: {type(fault).__name__}: {detail}", self._secrets), uncertain=uncertain)

    def _open(self) -> "aiohttp.ClientSession":
        import aiohttp

        if self._session is None:
            # A kept connection that the server has closed meanwhile costs a doubtful POST: keep it only
            # as long as servers do.
            connector = aiohttp.TCPConnector(limit=4, keepalive_timeout=4)
            timeout = aiohttp.ClientTimeout(total=self._timeout, connect=min(10.0, self._timeout * 0.8))
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
            )
        return self._session


async def _body_of(answer: "aiohttp.ClientResponse") -> bytes:
    """The whole body, as far as anybody would want to read it."""
    parts, size = [], 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > LONGEST_ANSWER:
            break
    return b"".join(parts)
