"""A server on loopback that does everything a web server should not; one path for each bad habit."""

import asyncio
import contextlib
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Office</title><link>http://127.0.0.1/</link>
<item><title>Talks opened</title><link>http://127.0.0.1/a</link><guid>a</guid></item>
<item><title>Talks ended</title><link>http://127.0.0.1/b</link><guid>b</guid></item>
</channel></rss>"""
PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Please sign in</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as the server saw it; header names in lower case."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


Behaviour = Callable[[asyncio.StreamWriter, Asked], Awaitable[None]]


def head(status: str = "200 OK", *lines: str) -> bytes:
    """Return a response head."""
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "Connection: close", "", ""]).encode()


def answer(status: str, body: bytes = b"", *lines: str) -> Behaviour:
    """Return the behaviour of answering properly."""

    async def behave(writer: asyncio.StreamWriter, asked: Asked) -> None:
        writer.write(head(status, f"Content-Length: {len(body)}", *lines) + body)

    return behave


def redirect(target: str, status: str = "302 Found") -> Behaviour:
    """Return the behaviour of redirecting; {port} in the target becomes the server's own."""

    async def behave(writer: asyncio.StreamWriter, asked: Asked) -> None:
        location = target.format(port=writer.get_extra_info("sockname")[1])
        writer.write(head(status, f"Location: {location}", "Content-Length: 0"))

    return behave


async def never_answers(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Hang until cut."""
    await asyncio.sleep(30)


async def slow_headers(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Drip a header line at a time, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        writer.write(f"X-{number % 7}: drip\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless_headers(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Send header lines as fast as they are taken, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Filler: " + b"a" * 4000 + b"\r\n")
        await writer.drain()


async def slow_body(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Drip a byte at a time, for ever: each read is in time, the whole never ends."""
    writer.write(head("200 OK", "Content-Type: application/xml", "Content-Length: 100000"))
    for _ in range(1000):
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(0.05)


async def infinite_body(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Send without end and without a length."""
    writer.write(head())
    while True:
        writer.write(b"<item>" * 10_000)
        await writer.drain()


async def announced_too_large(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Announce more than anybody wants."""
    writer.write(head("200 OK", "Content-Length: 99999999999") + FEED)


async def truncated_length(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Announce more than is sent."""
    writer.write(head("200 OK", 'ETag: "broken"', f"Content-Length: {len(FEED) + 500}") + FEED)


async def truncated_chunked(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Leave out the last chunk."""
    writer.write(head("200 OK", 'ETag: "broken"', "Transfer-Encoding: chunked"))
    writer.write(f"{len(FEED):x}\r\n".encode() + FEED + b"\r\n")


async def reset_mid_body(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Reset the connection half-way."""
    writer.write(head("200 OK", 'ETag: "broken"', f"Content-Length: {len(FEED)}") + FEED[:100])
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()


async def closes_at_once(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Take the request and hang up."""


async def speaks_no_http(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Answer in another protocol."""
    writer.write(b"220 mail.example ESMTP\r\n")


async def redirect_growing(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Redirect to an ever longer address."""
    writer.write(head("302 Found", f"Location: {asked.path}x", "Content-Length: 0"))


async def conditional(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Serve a feed as it should be: 304 to those who have it."""
    validators = ('ETag: "v1"', "Last-Modified: Mon, 02 Feb 2026 10:00:00 GMT", "Cache-Control: max-age=600")
    if asked.headers.get("if-none-match") == '"v1"':
        writer.write(head("304 Not Modified", *validators))
    else:
        writer.write(head("200 OK", *validators, f"Content-Length: {len(FEED)}") + FEED)


async def mirror(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Answer with the request's own headers as titles of a feed."""
    items = "".join(f"<item><title>{k}: {v}</title><guid>{k}</guid></item>" for k, v in asked.headers.items())
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    writer.write(head("200 OK", f"Content-Length: {len(body)}") + body)


def bomb(megabytes: int, *, twice: bool = False) -> bytes:
    """Return zeros packed by gzip, a thousand to one; `twice` packs the result again."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(megabytes)) + packer.flush()
    return gzip.compress(packed) if twice else packed


def encoded(body: bytes, encoding: str) -> Behaviour:
    """Return the behaviour of answering with a declared Content-Encoding, true or not."""
    return answer("200 OK", body, f"Content-Encoding: {encoding}", 'ETag: "broken"')


BEHAVIOURS: dict[str, Behaviour] = {
    "good": answer("200 OK", FEED, 'ETag: "good"', "Content-Type: application/rss+xml"),
    "conditional": conditional,
    "mirror": mirror,
    "never-answers": never_answers,
    "slow-headers": slow_headers,
    "endless-headers": endless_headers,
    "slow-body": slow_body,
    "infinite-body": infinite_body,
    "announced-too-large": announced_too_large,
    "gzip-bomb": encoded(bomb(200), "gzip"),
    "double-gzip-bomb": encoded(bomb(200, twice=True), "gzip"),
    "triple-header-bomb": encoded(bomb(200, twice=True), "gzip, gzip"),
    "truncated-length": truncated_length,
    "truncated-chunked": truncated_chunked,
    "truncated-gzip": encoded(gzip.compress(FEED)[:-20], "gzip"),
    "broken-gzip": encoded(gzip.compress(FEED)[:40] + b"\xff" * 60, "gzip"),
    "reset-mid-body": reset_mid_body,
    "closes-at-once": closes_at_once,
    "speaks-no-http": speaks_no_http,
    "says-gzip-is-plain": encoded(FEED, "gzip"),
    "gzip-unsaid": answer("200 OK", gzip.compress(FEED)),
    "gzip-twice": encoded(gzip.compress(gzip.compress(FEED)), "gzip"),
    "deflate": encoded(zlib.compress(FEED), "deflate"),
    "deflate-raw": encoded(zlib.compress(FEED)[2:-4], "deflate"),
    "redirect-self": redirect("/redirect-self"),
    "redirect-loop": redirect("/redirect-loop-back"),
    "redirect-loop-back": redirect("/redirect-loop", "301 Moved Permanently"),
    "redirect-growing": redirect_growing,
    "redirect-nowhere": answer("302 Found"),
    "redirect-octal": redirect("http://0251.0376.0251.0376/latest/meta-data/"),
    "redirect-file": redirect("file:///etc/passwd"),
    "redirect-userinfo": redirect("http://example.com@127.0.0.1:{port}/good"),
    "moved": redirect("/moved-on", "301 Moved Permanently"),
    "moved-on": redirect("/good", "308 Permanent Redirect"),
    "found": redirect("/good"),
    "429-seconds": answer("429 Too Many Requests", b"", "Retry-After: 3600"),
    "429-date": answer("429 Too Many Requests", b"", "Retry-After: Mon, 02 Feb 2026 12:00:00 GMT"),
    "503-absurd": answer("503 Service Unavailable", b"", "Retry-After: 99999999999999999999"),
    "503-plain": answer("503 Service Unavailable"),
    "401": answer("401 Unauthorized", b"", "WWW-Authenticate: Basic"),
    "403-cloudflare": answer("403 Forbidden", b"<html>Just a moment...</html>", "cf-mitigated: challenge"),
    "202-waf": answer("202 Accepted", b"", "x-amzn-waf-action: challenge"),
    "451": answer("451 Unavailable For Legal Reasons"),
    "404": answer("404 Not Found", PAGE),
    "410": answer("410 Gone"),
    "500": answer("500 Internal Server Error", b"oops"),
    "304-unasked": answer("304 Not Modified"),
    "html-200-error": answer("200 OK", PAGE, "Content-Type: text/html"),
    "empty-200": answer("200 OK", b"", "Content-Type: application/rss+xml"),
}


@dataclass(slots=True, kw_only=True)
class HostileWeb:
    """The running server: where it is and what it was asked."""

    port: int
    scheme: str = "http"
    asked: list[Asked] = field(default_factory=list)
    robots: Behaviour = field(default_factory=lambda: answer("404 Not Found"))

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of one behaviour."""
        return f"{self.scheme}://{host}:{self.port}/{path}"


@contextlib.asynccontextmanager
async def hostile_web(
    behaviours: dict[str, Behaviour] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[HostileWeb]:
    """Run the server for the duration; connections still open at the end are dropped."""
    known = {**BEHAVIOURS, **(behaviours or {})}
    writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            asked = _read_request(await reader.readuntil(b"\r\n\r\n"))
            web.asked.append(asked)
            name = asked.path.strip("/x").partition("?")[0]
            behave = web.robots if name == "robots.txt" else known[name]
            await behave(writer, asked)
            await writer.drain()
        writers.discard(writer)
        writer.close()

    server = await asyncio.start_server(serve, host, 0, ssl=tls)
    web = HostileWeb(port=server.sockets[0].getsockname()[1], scheme="https" if tls else "http")
    try:
        yield web
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()


def _read_request(raw: bytes) -> Asked:
    lines = raw.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines[1:] if line)
    return Asked(path=lines[0].split(" ")[1], headers={name.lower(): value for name, _, value in pairs})
