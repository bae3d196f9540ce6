"""in_child gives what one reading in a child process answers, or TooCostlyError when a limit broke."""

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from spiders.readers.failures import TooCostlyError, unreadable


def in_child(request: Mapping[str, Any], body: bytes, *, seconds: int, megabytes: int) -> dict[str, Any]:
    """The answer of spiders.readers.child to `request` about `body`: plain JSON values.

    `seconds` of CPU and `megabytes` above what the process needs anyway. Raises TooCostlyError past them,
    and the UnreadableError that the reader raised there.
    """
    asked = json.dumps({**request, "seconds": seconds, "megabytes": megabytes, "bytes": len(body)}).encode()
    command = [sys.executable, "-m", "spiders.readers.child"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as child:  # noqa: S603
        assert child.stdin is not None
        try:
            with suppress(BrokenPipeError):
                child.stdin.write(
                    asked + b"\n"
                )  # by itself: together with the body it would be a copy of that
            said, _ = child.communicate(body, timeout=seconds * 2 + 5)
        except subprocess.TimeoutExpired as error:
            child.kill()
            raise TooCostlyError(f"reading took more than {seconds * 2 + 5} s") from error
    if child.returncode != 0 or not said:
        raise TooCostlyError(f"reading broke its limit of {seconds} s or {megabytes} MB")
    answer: dict[str, Any] = json.loads(said)
    if "failure" in answer:
        raise unreadable(answer["failure"], answer["error"])
    return answer
