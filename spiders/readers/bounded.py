"""in_child gives what one reading in a child process answers, or TooCostlyError when a limit broke."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from spiders.readers.failures import TooCostlyError, unreadable


def in_child(request: Mapping[str, Any], body: bytes, *, seconds: int, megabytes: int) -> dict[str, Any]:
    """The answer of spiders.readers.child to `request` about `body`: plain JSON values.

    `seconds` of CPU and `megabytes` above what the process needs anyway. Raises TooCostlyError past them,
    and the UnreadableError that the reader raised there.
    """
    asked = json.dumps({**request, "seconds": seconds, "megabytes": megabytes}).encode()
    command = [sys.executable, "-m", "spiders.readers.child"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of the body in the command
            command, input=asked + b"\n" + body, capture_output=True, timeout=seconds * 2 + 5, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooCostlyError(f"reading took more than {seconds * 2 + 5} s") from error
    if done.returncode != 0 or not done.stdout:
        raise TooCostlyError(f"reading broke its limit of {seconds} s or {megabytes} MB")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "failure" in answer:
        raise unreadable(answer["failure"], answer["error"])
    return answer
