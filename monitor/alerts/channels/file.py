"""A file of JSON lines, forced to disk line by line."""

import asyncio
import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from monitor.alerts.channels.webhook import payload
from monitor.alerts.message import Answer, Channel, Message, Retry, Sent
from monitor.alerts.settings import ReaderSettings


class FileSettings(ReaderSettings):
    """`kind: file`."""

    kind: Literal["file"]
    path: Path


class File:
    """Appends one line a message. Can be asked: it looks for the key in the file."""

    kind = "file"
    can_be_asked = True

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    async def send(self, message: Message) -> Answer:
        """Append and sync once; a full disk or a missing right is a Retry, and leaves no half line."""
        line = json.dumps(payload(message), ensure_ascii=False).encode() + b"\n"
        try:
            await asyncio.to_thread(append_line, self._path, line)
        except OSError as fault:
            return Retry(f"the file cannot be written: {fault.strerror or fault}")
        return Sent(message.key)

    async def find(self, key: str, reply_to: str | None = None) -> Sent | Retry | None:
        """Sent when a whole line of the file has the key."""
        try:
            found = await asyncio.to_thread(_has_key, self._path, key)
        except FileNotFoundError:
            return None
        except OSError as fault:
            return Retry(f"the file cannot be read: {fault.strerror or fault}")
        return Sent(key) if found else None

    async def close(self) -> None:
        """Nothing to give back."""


def append_line(path: Path, line: bytes) -> None:
    """Append a line and force it to disk; on OSError the file is as it was.

    What a crash left of an earlier line is ended first, so that it spoils only itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.seek(0, os.SEEK_END)
        if before:
            file.seek(before - 1)
            if file.read(1) != b"\n":
                line = b"\n" + line
        try:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), before)
            raise


def _has_key(path: Path, key: str) -> bool:
    needle = json.dumps(key, ensure_ascii=False).encode()
    with path.open("rb") as file:
        return any(needle in line and _key_of(line) == key for line in file)


def _key_of(line: bytes) -> str | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said.get("key") if isinstance(said, dict) else None


def make(name: str, settings: FileSettings, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """The one channel."""
    return (File(name, settings.path),)
