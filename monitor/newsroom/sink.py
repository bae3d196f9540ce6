"""What every HTTP sink has: a port that can go down and come back, scripted faults, and waiting."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from aiohttp import web

from monitor.newsroom.faults import Fault

Received = TypeVar("Received")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Inbox(Generic[Received]):
    """What has arrived, oldest first, and a way to wait for more."""

    def __init__(self) -> None:
        self.all: list[Received] = []
        self._arrived = asyncio.Condition()

    async def put(self, received: Received) -> None:
        """Record one arrival and wake who waits."""
        async with self._arrived:
            self.all.append(received)
            self._arrived.notify_all()

    async def wait_for(self, count: int, *, seconds: float = 5.0) -> list[Received]:
        """All that arrived, as soon as there are `count`. Raises TimeoutError when there never are."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: len(self.all) >= count)
            return list(self.all)


class HttpSink(Generic[Received]):
    """An HTTP server on loopback that records what it is told. Kinds of sink add their routes."""

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = 0
        self.inbox: Inbox[Received] = Inbox()
        self.requests = 0
        self._faults: deque[Fault] = deque()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """ "http://127.0.0.1:40123", without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def received(self) -> list[Received]:
        """What has arrived, oldest first."""
        return self.inbox.all

    def routes(self) -> dict[str, Handler]:
        """Path -> what answers there."""
        raise NotImplementedError

    def fail_next(self, *faults: Fault) -> None:
        """Script the next requests; they are used up in order."""
        self._faults.extend(faults)

    def recover(self) -> None:
        """Forget the faults that are not used up."""
        self._faults.clear()

    async def start(self) -> None:
        """Listen; the port stays the same from the first start on."""
        self._closing.clear()
        app = web.Application()
        for path, handler in self.routes().items():
            app.router.add_route("*", path, self._counted(handler))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away: connections are refused until the next start."""
        self._closing.set()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def next_fault(self) -> Fault | None:
        """The fault to play on this request, used up."""
        return self._faults.popleft() if self._faults else None

    async def play(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        """The fault's own answer, or none at all."""
        if fault.hang:
            await self._closing.wait()
        if (fault.drop or fault.hang) and request.transport:
            request.transport.abort()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
        return web.Response(status=fault.status or 500, text=fault.error or "", headers=headers)

    def _counted(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.requests += 1
            return await handler(request)

        return answer
