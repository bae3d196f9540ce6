"""The child process of spiders.readers.bounded: a request and a body in, JSON out."""

import json
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

from spiders.readers.failures import UnreadableError


def main() -> None:
    """Read the request line and the body, take the limits on, answer. Dies when a limit breaks."""
    line, _, body = sys.stdin.buffer.read().partition(b"\n")
    request = json.loads(line)
    read = _TASKS[request["task"]]
    _limit(request["seconds"], request["megabytes"] * 1_000_000 + len(body))
    try:
        answer = read(request, body)
    except UnreadableError as error:
        answer = {"failure": error.failure.value, "error": str(error)}
    sys.stdout.write(json.dumps(answer))


def _feed(request: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    from spiders.readers.feed import parse_feed
    from spiders.readers.wire import feed_to_json

    zone, language = request["zone"], request["language"]
    return feed_to_json(
        parse_feed(body, request["url"], request["content_type"], zone=zone, language=language)
    )


def _pdf(_: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    from spiders.readers.pdf import pdf_facts

    return pdf_facts(body)


_TASKS: Mapping[str, Callable[[Mapping[str, Any], bytes], dict[str, Any]]] = {"feed": _feed, "pdf": _pdf}


def _limit(seconds: int, extra_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform == "linux":  # elsewhere the address space says nothing about memory
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - one line of a virtual file
            pages = int(statm.read().split()[0])
        ceiling = pages * resource.getpagesize() + extra_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


if __name__ == "__main__":
    main()
