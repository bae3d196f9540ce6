"""Power loss, replayed: from a trace of a story, the disks that it may leave, whenever the power goes.

What was synced is there. Of what was not, any part may be: all of it, nothing, or some writes and not others,
one of them torn at a sector. Names (made, moved, removed) come in their order, as journaling file systems
keep them, and are sure only when their folder was synced; data and names know nothing of each other's order.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

TRACED = "openat,close,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename,link"
# Whole strings, in hexadecimal.
ARGUMENTS = ("-e", f"trace={TRACED}", "-xx", "-s", str(1 << 22))
LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
SECTOR = 512

Change = Callable[[bytearray], None]
Name = tuple[str, ...]  # ("made", path, file), ("moved", from, to), ("removed", path), ("linked", from, to)


@dataclass(slots=True)
class File:
    """What of one file is on the disk for certain, and what was written since."""

    content: bytes
    since: list[tuple[int, bytes | None]] = field(default_factory=list)  # at an offset; None cuts there


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """A moment: what was acknowledged before it, and the number of the event that it follows."""

    event: int
    acknowledged: int


@dataclass(slots=True)
class Disk:
    """A disk as the events of a trace leave it."""

    names: dict[str, int]  # for certain
    files: dict[int, File]
    since: list[Name] = field(default_factory=list)
    acknowledged: int = 0
    _now: dict[str, int] = field(default_factory=dict)
    _open: dict[int, tuple[str, int | None, int]] = field(default_factory=dict)  # path, file, position

    @classmethod
    def of(cls, folder: Path) -> "Disk":
        """A folder's files, all of them safe."""
        paths = sorted(str(p) for p in folder.iterdir() if p.is_file())
        names = {path: number for number, path in enumerate(paths)}
        files = {number: File(Path(path).read_bytes()) for path, number in names.items()}
        return cls(names=names, files=files, _now=dict(names))

    def take(self, call: str, text: str, result: int) -> bool:
        """Whether this call changed anything that a power loss can."""
        strings = [bytes.fromhex(found.replace("\\x", "")) for found in HEX.findall(text)]
        numbers = [int(n) for n in re.findall(r"(?<![\w\"])\d+(?=,|$)", HEX.sub('""', text))]
        match call:
            case "openat":
                return self._opened(strings[0].decode(), text, result)
            case "close":
                self._open.pop(numbers[0], None)
                return False
            case "write" | "pwrite64":
                return self._written(
                    numbers[0], strings[0][:result], numbers[-1] if call != "write" else None
                )
            case "ftruncate":
                file = self._open.get(numbers[0], ("", None, 0))[1]
                if file is not None:
                    self.files[file].since.append((numbers[1], None))
                return file is not None
            case "fsync" | "fdatasync":
                return self._synced(numbers[0])
            case _:
                return self._renamed(call, [s.decode() for s in strings])

    def _opened(self, path: str, flags: str, number: int) -> bool:
        file, changed = self._now.get(path), False
        if file is None and "O_CREAT" in flags:
            file = len(self.files)
            self.files[file] = File(b"")
            self._now[path] = file
            self.since.append(("made", path, str(file)))
            changed = True
        elif file is not None and "O_TRUNC" in flags:
            self.files[file].since.append((0, None))
            changed = True
        self._open[number] = (path, file, 0)
        return changed

    def _written(self, number: int, data: bytes, offset: int | None) -> bool:
        path, file, position = self._open.get(number, ("", None, 0))
        if data.startswith(b"ack "):
            self.acknowledged = int(data.split()[1])
            return True
        if file is None:
            return False
        self.files[file].since.append((position if offset is None else offset, data))
        if offset is None:
            self._open[number] = (path, file, position + len(data))
        return True

    def _synced(self, number: int) -> bool:
        path, file, _ = self._open.get(number, ("", None, 0))
        if file is not None:
            one = self.files[file]
            one.content, one.since = bytes(_applied(one.content, one.since)), []
        elif path:
            self.names, self.since = _renamed(self.names, self.since), []
        return bool(path)

    def _renamed(self, call: str, paths: Sequence[str]) -> bool:
        if paths[0] not in self._now:
            return False
        one: Name = ({"unlink": "removed", "rename": "moved", "link": "linked"}[call], *paths)
        self._now = _renamed(self._now, [one])
        self.since.append(one)
        return True

    def left(self, chance: random.Random | None, *, all_of_it: bool = False) -> Mapping[str, bytes]:
        """The files that are found: nothing of what was not synced, all of it, or a part by chance."""
        some = len(self.since) if all_of_it else chance.randint(0, len(self.since)) if chance else 0
        names = _renamed(self.names, self.since[:some])
        return {path: self._content(file, chance, all_of_it=all_of_it) for path, file in names.items()}

    def _content(self, file: int, chance: random.Random | None, *, all_of_it: bool) -> bytes:
        one = self.files[file]
        since = one.since if all_of_it else []
        if chance is not None:
            since = [change for change in one.since if chance.random() < 0.5]
            since = [_torn(change, chance) if chance.random() < 0.2 else change for change in since]
        return bytes(_applied(one.content, since))


def _torn(change: tuple[int, bytes | None], chance: random.Random) -> tuple[int, bytes | None]:
    offset, data = change
    if data is None or len(data) <= SECTOR:
        return change
    return offset, data[: SECTOR * chance.randrange(1, -(-len(data) // SECTOR))]


def _applied(content: bytes, changes: Sequence[tuple[int, bytes | None]]) -> bytearray:
    now = bytearray(content)
    for offset, data in changes:
        if data is None:
            del now[offset:]
            continue
        now.extend(b"\0" * (offset + len(data) - len(now)))
        now[offset : offset + len(data)] = data
    return now


def _renamed(names: Mapping[str, int], changes: Sequence[Name]) -> dict[str, int]:
    now = dict(names)
    for what, path, *other in changes:
        match what:
            case "made":
                now[path] = int(other[0])
            case "removed":
                now.pop(path, None)
            case "linked" if path in now:
                now[other[0]] = now[path]
            case "moved" if path in now:
                now[other[0]] = now.pop(path)
    return now


def disks(
    before: Disk, trace: Path, chance: random.Random, variants: int
) -> Iterator[tuple[Crash, Mapping[str, bytes]]]:
    """For each moment of the trace the disks that may be left: nothing unsynced, all of it, and parts."""
    seen: set[int] = set()
    crash = Crash(event=0, acknowledged=0)
    for number, line in enumerate(trace.open(encoding="latin-1")):
        found = LINE.match(line)
        if not found or int(found[3]) < 0 or not before.take(found[1], found[2], int(found[3])):
            continue
        crash = replace(crash, event=number, acknowledged=before.acknowledged)
        lefts = [before.left(None), before.left(None, all_of_it=True)]
        for left in lefts + [before.left(chance) for _ in range(variants)]:
            mark = hash((crash.acknowledged, tuple(sorted(left.items()))))
            if mark not in seen:
                seen.add(mark)
                yield crash, left
