"""The console: what a newcomer sees first."""

import asyncio
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Literal, TextIO

from monitor.alerts.message import Answer, Channel, Message, Retry, Sent
from monitor.alerts.settings import ReaderSettings

PATIENCE = 10.0


class ConsoleSettings(ReaderSettings):
    """`kind: console`."""

    kind: Literal["console"]


class Console:
    """Writes the text to standard output. A reader of a pipe who has stopped reading stops nobody else:
    the writing is done by a thread of its own, and while one is stuck, no other is begun."""

    kind = "console"
    can_be_asked = False

    def __init__(self, name: str, stream: Callable[[], TextIO] = lambda: sys.stdout) -> None:
        self.name = name
        self._stream = stream
        self._stuck: threading.Thread | None = None

    async def send(self, message: Message) -> Answer:
        """Write once; a closed or stuck pipe is a Retry."""
        if self._stuck is not None and self._stuck.is_alive():
            return Retry("nobody reads the console")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[str] = loop.create_future()

        def settle(fault: str) -> None:
            if not done.done():
                done.set_result(fault)

        def write() -> None:
            fault = _write(self._stream(), f"\n{message.text}\n")
            loop.call_soon_threadsafe(settle, fault)

        self._stuck = threading.Thread(target=write, name=f"console {self.name}", daemon=True)
        self._stuck.start()
        try:
            fault = await asyncio.wait_for(done, PATIENCE)
        except TimeoutError:
            return Retry("nobody reads the console", uncertain=True)
        return Retry(f"the console: {fault}") if fault else Sent()

    async def find(self, key: str, reply_to: str | None = None) -> None:
        """None: a console cannot be asked."""

    async def close(self) -> None:
        """Nothing to give back."""


def _write(stream: TextIO, text: str) -> str:
    """What went wrong, or an empty string. Letters that the terminal does not have become "?"."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except (OSError, ValueError) as fault:  # ValueError: the stream is closed
        return str(fault) or type(fault).__name__
    return ""


def make(name: str, settings: ConsoleSettings, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """The one channel."""
    return (Console(name),)
