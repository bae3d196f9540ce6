"""Many small feed servers on loopback, one address each, over TLS, in a process of their own."""

import asyncio
import resource
import sys
from pathlib import Path

ETAG = '"v1"'


def address(number: int) -> str:
    """Return the loopback address of the host with this number."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def feed(number: int, entries: int = 20) -> bytes:
    """Return a feed of ordinary size."""
    items = "".join(
        f"<item><title>Statement {n} of office {number}</title><link>https://office{number}.example/news/{n}</link>"
        f"<guid>{number}-{n}</guid><pubDate>Mon, 02 Feb 2026 10:{n:02}:00 GMT</pubDate>"
        f"<description>{'The two sides met and spoke about their cooperation. ' * 8}</description></item>"
        for n in range(entries)
    )
    channel = f"<channel><title>{number}</title>{items}</channel>"
    return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>".encode()


async def serve(folder: Path, hosts: int, port: int) -> None:
    """Serve until killed; every host answers 304 to those who have it, every third has always changed."""
    from tests.spiders.certificates import Authority  # the clients need only `address`

    authority = Authority(folder)
    for number in range(hosts):
        context = authority.server(address(number))
        await asyncio.start_server(_answer_for(number), address(number), port, ssl=context)
    (folder / "ready").touch()
    await asyncio.Event().wait()


def _answer_for(number: int):  # type: ignore[no-untyped-def]
    body = feed(number)
    head = f"HTTP/1.1 200 OK\r\nETag: {ETAG}\r\nContent-Type: application/rss+xml\r\n"
    whole = f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    unchanged = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\nConnection: close\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            has_it = ETAG.encode() in request and b"GET /changed" not in request
            writer.write(unchanged if has_it else whole)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    return answer


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
