"""The server under the pages and the API: uvicorn inside the service's own loop.

It must never cost the watch anything: connections are counted and have little time to say what they
want, and where the port is taken the service goes on without pages. Where too many are open, the one that
has said nothing for longest makes room, so that a crowd of idle ones keeps nobody out.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.web.limits import MOST_HEADER_BYTES

MOST_CONNECTIONS = 200
# So many are taken at once, so that what one of them says is heard before as many more need its room.
MOST_AT_ONCE = 64
# From the connection to the last header: whoever drips letters is cut off (slowloris).
HEADER_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 15
LAST_ANSWERS_SECONDS = 3
DATE_SECONDS = 1.0


class _Connection(H11Protocol):
    """A connection that ends where a request's headers are slow to come, or where others need its room."""

    _impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._impatience = self.loop.call_later(HEADER_SECONDS, self._end_if_waiting)
        self._make_room()

    def _make_room(self) -> None:
        """Where too many are open, end the one that waits for longest; this one where all others are busy."""
        open_now = [one for one in self.connections if not one.transport.is_closing()]
        if len(open_now) > MOST_CONNECTIONS:
            waiting = [o for o in open_now if isinstance(o, _Connection) and o._is_waiting and o is not self]
            min(waiting, key=lambda one: one._since, default=self).transport.abort()

    @property
    def _is_waiting(self) -> bool:
        """Whether no request has come whole since the last answer."""
        return self.conn.their_state is h11.IDLE

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        waiting = self._is_waiting
        if waiting and self._impatience is None:
            self._impatience = self.loop.call_later(HEADER_SECONDS, self._end_if_waiting)
        elif not waiting:
            self._since = self.loop.time()
            self._calm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._calm()
        super().connection_lost(exc)

    def _calm(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None

    def _end_if_waiting(self) -> None:
        self._impatience = None
        if self._is_waiting and not self.transport.is_closing():
            self.transport.abort()


class _Uvicorn(uvicorn.Server):
    """uvicorn without its own signal handlers (the service has some), and idle while it has nothing to do."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Have `serve` give the last answers and return."""
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        """Return when it is to end. uvicorn's own looks ten times a second, which costs more than all the
        rest of an idle service; here only the Date header wants its second."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DATE_SECONDS):
                    await self._ending.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """The server. One `start`, one `stop`."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                http=_Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=MOST_AT_ONCE,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
                h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            )
        )
        self._serving: asyncio.Task[None] | None = None
        self.address: tuple[str, int] = (host, port)

    @property
    def url(self) -> str:
        """Where to point a browser."""
        host, port = self.address
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    async def start(self) -> None:
        """Return when it listens. OSError where the address cannot be had."""
        listening = await asyncio.to_thread(self._listen)
        self.address = listening.getsockname()[:2]
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]), name="web")

    async def stop(self) -> None:
        """Return when the last answers are given, or their time is over."""
        if self._serving is None:
            return
        self._server.end()
        await self._serving
        self._serving = None

    def _listen(self) -> socket.socket:
        family, kind, protocol, _, address = socket.getaddrinfo(
            self._host, self._port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(128)
            listening.setblocking(False)
        except OSError:
            listening.close()
            raise
        return listening
