"""`python -m tests.promises.nursery`: lives of a story, each a process of its own, born in milliseconds.

All that a life needs is imported once, then each is forked. It waits until it is told to go, so that strace
can be attached to it first, and says how far it came in memory that outlives it: no system call of its own.
On standard input one JSON object a life, then "go"; on standard output its pid, then how it ended.
"""

import json
import mmap
import os
import resource
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storage import StorageError
from tests.promises.stories import ENDLESS, STORIES

LONGEST = 60  # seconds of CPU: a life that hangs is a failure, not a wait without end
ROOM = 1 << 16


def main() -> None:
    """Serve until the input ends."""
    for line in sys.stdin:
        given = json.loads(line)
        memory = mmap.mmap(-1, ROOM)
        gate, opener = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(gate, 1)
            os._exit(_live(given, memory))
        _say({"pid": pid})
        sys.stdin.readline()
        os.write(opener, b"g")
        _, status = os.waitpid(pid, 0)
        os.close(gate)
        os.close(opener)
        size = int.from_bytes(memory[4:8], "big")
        acknowledged, error = int.from_bytes(memory[:4], "big"), memory[8 : 8 + size].decode()
        _say({"acknowledged": acknowledged, "status": status, "error": error})
        memory.close()


def _say(what: Mapping[str, Any]) -> None:
    print(json.dumps(what), flush=True)


def _live(given: Mapping[str, Any], memory: mmap.mmap) -> int:
    """The exit code: 0 done, 1 told plainly that the storage cannot, 3 anything else."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    folder, story = Path(given["folder"]), {**STORIES, **ENDLESS}[given["story"]]
    spoken = os.open(given["acks"], os.O_WRONLY | os.O_APPEND) if given.get("acks") else None

    def acknowledge(count: int) -> None:
        if spoken is not None:  # seen in a trace
            os.write(spoken, f"ack {count}\n".encode())
        memory[:4] = count.to_bytes(4, "big")

    def tell(error: str) -> None:
        said = error.encode()[: ROOM - 8]
        memory[4:8], memory[8 : 8 + len(said)] = len(said).to_bytes(4, "big"), said

    for tries_left in reversed(range(given.get("tries", 1))):
        try:
            story.live(folder, acknowledge, given.get("given", {}))
            return 0
        except StorageError as error:
            tell(f"{type(error).__name__}: {error}")
            if not tries_left:
                return 1
        except BaseException:  # noqa: BLE001 - told to who asked for this life, as its failure
            tell(traceback.format_exc())
            return 3
    return 0


if __name__ == "__main__":
    main()
