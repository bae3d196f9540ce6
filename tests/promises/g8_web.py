"""G8, the web server: `pactwatch run` under idle crowds, dripping, endless, forged and strange requests,
while another client is served and sources go on being polled."""

import asyncio
import contextlib
import re
import resource
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import yaml

from monitor.web.pages import FORMS, PAGES
from storage import open_storage
from tests.monitor.test_killed import House, until
from tests.monitor.websub.test_pushed import free_port
from tests.promises.attempt import Tally
from tests.promises.g8_requests import ODD, PATHS

HIDDEN = re.compile(r"Traceback|site-packages|sqlalchemy|root:x:|uvicorn|starlette", re.IGNORECASE)
ANSWERED = 5.0  # seconds that a well-behaved client may wait, whatever others do
MOST_MORE = 60  # MiB that all of it may cost


@dataclass
class Watched:
    """A well-behaved client, that asks again and again and counts how long it waits."""

    url: str
    waits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._ask())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _ask(self) -> None:
        while True:
            began = time.monotonic()
            try:
                timeout = aiohttp.ClientTimeout(total=2 * ANSWERED)
                async with aiohttp.ClientSession(timeout=timeout) as client, client.get(self.url) as answer:
                    await answer.read()
                    if answer.status != 200:
                        self.failed.append(f"status {answer.status}")
            except (aiohttp.ClientError, TimeoutError) as error:
                self.failed.append(repr(error))
            self.waits.append(time.monotonic() - began)
            await asyncio.sleep(0.2)

    def holds(self) -> None:
        """AssertionError where it was not served."""
        assert len(self.waits) > 2, f"asked too seldom: {self.waits}"
        assert not self.failed, f"{len(self.failed)} of {len(self.waits)} not answered: {self.failed[0]}"
        assert max(self.waits) < ANSWERED, f"waited {max(self.waits):.1f} s"


async def play(
    tally: Tally, folder: Path, *, crowd: int = 1000, body: int = 50_000_000, seconds: float = 3
) -> str:
    """A line on what was tried: `crowd` idle connections, a body of so many bytes, each for so long."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    crowd = min(crowd, hard - 500)
    async with AsyncExitStack() as stack:
        house = House(folder, stack)
        await house.open()
        port = free_port()
        tree = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
        tree["web"] = {"port": port}
        (folder / "config.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
        if soft < crowd + 500:
            resource.setrlimit(resource.RLIMIT_NOFILE, (crowd + 500, hard))
        await house.baseline()
        web = f"http://127.0.0.1:{port}"
        await until(lambda: _is_up(web), "the pages")
        await _strange(tally, web)
        ours = f"127.0.0.1:{port}".encode()
        answers = await asyncio.gather(*(_raw(port, raw.replace(b"{h}", ours)) for raw in ODD.values()))
        for what, answer in zip(ODD, answers, strict=True):
            with tally.attempt(f"a request with {what}"):
                _is_refused(answer)
        before, polls = _resident(house), _polls(house)
        for what, siege in {
            f"{crowd} idle connections": _idle(port, crowd, seconds),
            "150 requests that drip": _dripping(port, 150, seconds),
            f"a body of {body:,} bytes": _large(port, body),
            "a body without end": _endless(port, body),
        }.items():
            watched = Watched(f"{web}/healthz")
            with tally.attempt(f"another client is served beside {what}"):
                async with watched.asking():
                    await siege
                watched.holds()
        with tally.attempt("sources were polled meanwhile"):
            assert _polls(house) > polls
        with tally.attempt("memory"):
            grown = _resident(house) - before
            assert grown < MOST_MORE, f"{grown:.0f} MiB more"
    return (
        f"{len(PATHS)} strange addresses, {len(ODD)} malformed requests, forged forms; {crowd} idle "
        f"connections, 150 that drip, bodies of {body:,} bytes and without end, beside a client"
    )


async def _is_up(web: str) -> bool:
    with contextlib.suppress(aiohttp.ClientError):
        async with aiohttp.ClientSession() as client, client.get(f"{web}/healthz") as answer:
            return answer.status == 200
    return False


async def _strange(tally: Tally, web: str) -> None:
    """Strange addresses, headers of every answer, and forms that another site's page sends."""
    async with aiohttp.ClientSession() as client:
        for path in (
            *PATHS,
            *(path for path in PAGES if "{" not in path),
            "/healthz",
            "/metrics",
            "/api/v1/steps",
        ):
            answer, text = await _get(client, web, path)
            with tally.attempt(f"the address {path:.60}"):
                assert answer.status < 500, answer.status
                assert path not in PATHS or not HIDDEN.search(text)
                _is_guarded(answer)
        for path in (*FORMS, "/api/v1/silences"):
            for headers in (
                {"Origin": "https://evil.example"},
                {"Sec-Fetch-Site": "cross-site"},
                {"Origin": "null"},
            ):
                async with client.post(
                    web + path, data={"who": "x", "reason": "x"}, headers=headers
                ) as answer:
                    with tally.attempt(f"a forged {path} with {headers}"):
                        assert answer.status in (401, 403), answer.status
                        _is_guarded(answer)


async def _get(client: aiohttp.ClientSession, web: str, path: str) -> tuple[aiohttp.ClientResponse, str]:
    from yarl import URL

    headers = {"Origin": "https://evil.example"}
    async with client.get(URL(web + path, encoded=True), headers=headers, allow_redirects=False) as answer:
        return answer, (await answer.read()).decode("utf-8", "replace")


def _is_guarded(answer: aiohttp.ClientResponse) -> None:
    headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers


async def _raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            return await asyncio.wait_for(_all(reader), 20)
        return b""
    finally:
        writer.close()


async def _all(reader: asyncio.StreamReader) -> bytes:
    got = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        while more := await asyncio.wait_for(reader.read(65536), 2):
            got += more
    return got


def _is_refused(answer: bytes) -> None:
    assert answer.count(b"HTTP/1.1 ") <= 1, "two answers to one request"
    assert not answer or re.match(rb"HTTP/1\.1 4\d\d", answer), answer[:60]
    assert not HIDDEN.search(answer.decode("latin-1"))


def _polls(house: House) -> int:
    storage = open_storage(f"sqlite:///{house.folder / 'kept.db'}")
    try:
        with storage.reading() as r:
            return sum(source.visits for source in r.sources())
    finally:
        storage.close()


def _resident(house: House) -> float:
    assert house.process is not None
    pages = Path(f"/proc/{house.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize() / (1 << 20)


async def _idle(port: int, crowd: int, seconds: float) -> None:
    """Connections that say nothing, opened anew where they are cut, for so long."""
    open_now: list[socket.socket] = []
    try:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends or len(open_now) < crowd:
            for _ in range(100 if len(open_now) < crowd else 10):
                one = socket.socket()
                one.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    one.connect(("127.0.0.1", port))
                open_now.append(one)
            while len(open_now) > crowd:
                open_now.pop(0).close()
            await asyncio.sleep(0.05)
    finally:
        for one in open_now:
            one.close()


async def _dripping(port: int, count: int, seconds: float) -> None:
    async def drip() -> None:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                ends = time.monotonic() + seconds
                while time.monotonic() < ends:
                    writer.write(b"X-A: 1\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.5)
            finally:
                writer.close()

    await asyncio.gather(*(drip() for _ in range(count)))


async def _large(port: int, size: int) -> None:
    await _upload(port, f"Content-Length: {size}", [b"x" * 65536] * (size // 65536))


async def _endless(port: int, size: int) -> None:
    await _upload(
        port, "Transfer-Encoding: chunked", [b"10000\r\n" + b"x" * 65536 + b"\r\n"] * (size // 65536)
    )


async def _upload(port: int, how: str, parts: Sequence[bytes]) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(ConnectionError, TimeoutError):
        writer.write(f"POST /api/v1/silences HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{how}\r\n\r\n".encode())
        async with asyncio.timeout(60):
            for part in parts:
                writer.write(part)
                await writer.drain()
    writer.close()
    await asyncio.sleep(1)
