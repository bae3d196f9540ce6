"""The child process of parse_limited: one body on standard input, the Feed as JSON on standard output."""

import json
import resource
import sys

from spiders.readers.failures import UnreadableError
from spiders.readers.feed import parse_feed
from spiders.readers.wire import feed_to_json


def main() -> None:
    """Read the request line and the body, take the limits on, answer. Dies when a limit breaks."""
    request, _, body = sys.stdin.buffer.read().partition(b"\n")
    url, content_type, zone, language, seconds, megabytes = json.loads(request)
    _limit(seconds, megabytes * 1_000_000 + len(body))
    try:
        feed = parse_feed(body, url, content_type, zone=zone, language=language)
    except UnreadableError as error:
        answer = {"failure": error.failure.value, "error": str(error)}
    else:
        answer = feed_to_json(feed)
    sys.stdout.write(json.dumps(answer))


def _limit(seconds: int, extra_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform == "linux":  # elsewhere the address space says nothing about memory
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - one line of a virtual file
            pages = int(statm.read().split()[0])
        ceiling = pages * resource.getpagesize() + extra_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


if __name__ == "__main__":
    main()
