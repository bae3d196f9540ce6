"""Many small feed servers on loopback, one address each, over TLS, in a process of their own."""

import asyncio
import resource
import sys
from pathlib import Path

ETAG = '"v1"'


def address(number: int) -> str:
    """Return the loopback address of the host with this number."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def feed(number: int, entries: int = 20, generation: int = 0) -> bytes:
    """Return a feed of ordinary size; each generation has one entry more, the newest first."""
    items = "".join(
        f"<item><title>Statement {n} of office {number}</title><link>https://office{number}.example/news/{n}</link>"
        f"<guid>{number}-{n}</guid><pubDate>Mon, 02 Feb 2026 10:{n:02}:00 GMT</pubDate>"
        f"<description>{'The two sides met and spoke about their cooperation. ' * 8}</description></item>"
        for n in reversed(range(entries + generation))
    )
    channel = f"<channel><title>{number}</title>{items}</channel>"
    return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>".encode()


def full_feed(number: int, entries: int = 22, generation: int = 0) -> bytes:
    """Return a feed with whole texts as HTML, of the size that real ones have: some 95 kB, 22 entries."""
    paragraph = (
        "&lt;p&gt;The two sides &lt;a href=&quot;https://office.example/a?b=1&amp;amp;c=2&quot;&gt;met&lt;/a&gt;"
        " and spoke about &lt;strong&gt;cooperation&lt;/strong&gt;, trade &amp;amp; culture.&lt;/p&gt;\n"
    )
    items = "".join(
        f"<item><title>Statement {n} of office {number}</title><link>https://office{number}.example/news/{n}</link>"
        f"<guid>{number}-{n}</guid><pubDate>Mon, 02 Feb 2026 10:{n:02}:00 GMT</pubDate>"
        f"<description>{'The two sides met and spoke about their cooperation. ' * 4}</description>"
        f"<content:encoded>{paragraph * 19}</content:encoded></item>"
        for n in reversed(range(entries + generation))
    )
    channel = f"<channel><title>{number}</title>{items}</channel>"
    namespace = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f"<?xml version='1.0'?><rss version='2.0' {namespace}>{channel}</rss>".encode()


async def serve(folder: Path, hosts: int, port: int) -> None:
    """Serve until killed. Every host has

    - /feed, which answers 304 to those who have it, and /changed, which never does;
    - /NAME/feed, a feed with whole texts, of which every third host has a new generation for NAME each time
      that /NAME/turn was asked of any host.
    """
    from tests.spiders.certificates import Authority  # the clients need only `address`

    authority, turns = Authority(folder), dict[str, int]()
    for number in range(hosts):
        context = authority.server(address(number))
        await asyncio.start_server(_answer_for(number, turns), address(number), port, ssl=context, backlog=16)
    (folder / "ready").touch()
    await asyncio.Event().wait()


def _answer_for(number: int, turns: dict[str, int]):  # type: ignore[no-untyped-def]
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(_answered(number, request, turns))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    return answer


def _answered(number: int, request: bytes, turns: dict[str, int]) -> bytes:
    path = request.split(b" ", 2)[1].decode()
    name, _, what = path[1:].rpartition("/")
    if what == "turn":
        turns[name] = turns.get(name, 0) + 1
        return b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    generation = turns.get(name, 0) if number % 3 == 0 else 0
    etag = f'"v{generation + 1}"'
    if etag.encode() in request and what != "changed":
        return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nConnection: close\r\n\r\n".encode()
    body = full_feed(number, generation=generation) if name else feed(number)
    head = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Type: application/rss+xml\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
