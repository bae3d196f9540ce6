"""Connections: names resolved in bounded time, addresses checked where they are connected to, TLS verified.

aiohttp asks the resolver for names only; addresses written in the URL and whatever a resolver answers
all pass `open_socket`, which sees the very address that the connection goes to.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver, ResolveResult

from spiders.engine.faults import AddressRefusedError, LookupFailedError
from spiders.engine.limits import Limits
from spiders.guard import read_address, why_not_address

# A lookup: (host, port, family) to what socket.getaddrinfo returns. Blocking; runs in a thread of its own.
AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
Lookup = Callable[[str, int, int], list[AddressInfo]]


def system_lookup(host: str, port: int, family: int) -> list[AddressInfo]:
    """Return the system resolver's answer."""
    return list(
        socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    )


class BoundedResolver(AbstractResolver):
    """Resolves names in daemon threads, a bounded number at once, each with a deadline.

    asyncio's own getaddrinfo shares six pool threads on two cores: six names whose server hangs would
    stop every other lookup. A thread that is still waiting after its deadline keeps its place until the
    system gives it up, and never keeps the process alive.
    """

    def __init__(
        self, limits: Limits, lookup: Lookup = system_lookup, *, allow_private: bool = False
    ) -> None:
        self._limits = limits
        self._lookup = lookup
        self._allow_private = allow_private
        self._places = threading.BoundedSemaphore(limits.lookups)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the allowed addresses of `host`. Raises LookupFailedError or AddressRefusedError."""
        seconds = self._limits.resolve.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                found = await self._in_thread(host, port, family)
        except TimeoutError:
            raise LookupFailedError(f"no answer for {host} within {seconds:g} s") from None
        except OSError as error:
            raise LookupFailedError(error.strerror or str(error)) from error
        return self._allowed(host, found)

    def _allowed(self, host: str, found: list[AddressInfo]) -> list[ResolveResult]:
        refused = None
        results: list[ResolveResult] = []
        for family, _, proto, _, where in found:
            refused_now = _why_refused(str(where[0]), allow_private=self._allow_private)
            if refused_now is None:
                results.append(
                    ResolveResult(
                        hostname=host, host=str(where[0]), port=where[1], family=family, proto=proto,
                        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                    )
                )  # fmt: skip
            refused = refused or refused_now
        if results:
            return results
        if refused:
            raise AddressRefusedError(f"{host} leads to {refused}")
        raise LookupFailedError("no address")

    async def _in_thread(self, host: str, port: int, family: int) -> list[AddressInfo]:
        if not self._places.acquire(blocking=False):
            raise LookupFailedError("too many names are being looked up and none is answered")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[AddressInfo]] = loop.create_future()

        def settle(result: list[AddressInfo] | None, error: OSError | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result or [])

        def work() -> None:
            result, failed = None, None
            try:
                result = self._lookup(host, port, family)
            except (OSError, UnicodeError) as error:  # UnicodeError: a label too long for IDNA
                failed = error if isinstance(error, OSError) else OSError(str(error))
            finally:
                self._places.release()
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, result, failed)

        threading.Thread(target=work, name=f"lookup {host[:40]}", daemon=True).start()
        return await future

    async def close(self) -> None:
        """Nothing to close: lookups under way end in their own threads."""


@lru_cache(maxsize=4_096)
def _why_refused(host: str, *, allow_private: bool) -> str | None:
    address = read_address(host)
    if address is None:
        return f"{host} is not an address"
    return why_not_address(address, allow_private=allow_private)


def socket_opener(*, allow_private: bool) -> Callable[[AddressInfo], socket.socket]:
    """Return a socket factory that refuses by the address connected to: the last word of the guard."""

    def open_socket(info: AddressInfo) -> socket.socket:
        family, kind, proto, _, where = info
        refused = _why_refused(str(where[0]), allow_private=allow_private)
        if refused:
            raise AddressRefusedError(refused)
        return socket.socket(family=family, type=kind, proto=proto)

    return open_socket


def make_tls_context() -> ssl.SSLContext:
    """Return a context that verifies chain and host name and speaks TLS 1.2 or newer, by the system's roots.

    SSL_CERT_FILE and SSL_CERT_DIR are honoured, as OpenSSL does, for an operator's own authority. Where
    the system has no roots (python.org's Python on macOS), certifi's are taken.
    """
    paths = ssl.get_default_verify_paths()
    context = ssl.create_default_context(cafile=None if paths.cafile or paths.capath else certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def open_session(
    limits: Limits,
    *,
    concurrency: int,
    allow_private: bool,
    lookup: Lookup = system_lookup,
    tls: ssl.SSLContext | None = None,
) -> aiohttp.ClientSession:
    """Return a session whose every connection is resolved, checked and verified as this module says.

    Private and public sources need one each: a kept-alive connection to a private address must never be
    handed to a source that may not go there.
    """
    connector = aiohttp.TCPConnector(
        resolver=BoundedResolver(limits, lookup, allow_private=allow_private),
        socket_factory=socket_opener(allow_private=allow_private),
        ssl=tls or make_tls_context(),
        limit=max(2 * concurrency, 16),
        limit_per_host=4,
        ttl_dns_cache=60,
        keepalive_timeout=5,  # an idle TLS connection costs 0.3 MB; the next poll is minutes away
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=limits.connect.total_seconds()),
        skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
    )
