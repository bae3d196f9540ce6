"""Why a fetch failed, as one exception that carries a Failure and a line for a human."""

import errno
import socket
import ssl
from collections.abc import Iterator

from spiders.items import Failure


class FetchError(Exception):
    """A fetch that failed for a reason outside our code. Never leaves the web room."""

    def __init__(
        self, failure: Failure, message: str, *, status: int | None = None, retry_after: str | None = None
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = _one_line(message)
        self.status = status
        self.retry_after = retry_after  # as the server wrote it


def _one_line(text: str) -> str:
    """Return at most 300 printable characters: the text may quote a hostile server."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:300]


class AddressRefusedError(OSError):
    """The address about to be connected to is none that the guard allows."""


class LookupFailedError(OSError):
    """A name that could not be resolved, or not in time."""


def explain(error: BaseException) -> FetchError | None:
    """Return the FetchError that `error`, raised by aiohttp or below, stands for; None for a bug of ours."""
    causes = list(_chain(error))
    for cause in causes:
        if isinstance(cause, FetchError):
            return cause
        if isinstance(cause, AddressRefusedError):
            return FetchError(Failure.ADDRESS_REFUSED, str(cause))
        if isinstance(cause, LookupFailedError | socket.gaierror):
            return FetchError(Failure.DNS, f"the name cannot be resolved: {_words(cause)}")
        if isinstance(cause, ssl.SSLError | ssl.CertificateError):
            return FetchError(Failure.TLS, _tls_words(cause))
    return _explain_network(causes)


def _explain_network(causes: list[BaseException]) -> FetchError | None:
    import aiohttp

    for cause in causes:
        if isinstance(cause, TimeoutError):
            return FetchError(Failure.TIMEOUT, "no answer within the time allowed")
        if isinstance(cause, aiohttp.ClientPayloadError):
            return FetchError(Failure.TRUNCATED, "the connection ended before the body did")
    for cause in causes:
        if isinstance(cause, aiohttp.ClientError | OSError):
            return FetchError(Failure.CONNECTION, _connection_words(cause))
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what it came from, innermost cause first."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        inner = getattr(cause, "os_error", None) or getattr(cause, "certificate_error", None)
        cause = inner if isinstance(inner, BaseException) else cause.__cause__
    yield from reversed(seen)


def _connection_words(error: BaseException) -> str:
    import aiohttp

    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection without an answer"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"not a proper HTTP answer: {error.message[:120]}"
    names = {
        errno.ECONNREFUSED: "connection refused",
        errno.ECONNRESET: "connection reset by the server",
        errno.EPIPE: "connection reset by the server",
        errno.EHOSTUNREACH: "no route to the host",
        errno.ENETUNREACH: "the network cannot be reached",
    }
    return names.get(getattr(error, "errno", None) or 0) or f"cannot connect: {_words(error)}"


def _tls_words(error: BaseException) -> str:
    reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or _words(error)
    return f"TLS: {str(reason).lower().replace('_', ' ')[:160]}"


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
