"""The child process of spiders.readers.bounded: a request and a body in, JSON out."""

import json
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from spiders.items import Kind
from spiders.readers.failures import UnreadableError

_MOST_ENTRIES = 5_000  # of a listing or an interface, which name some dozens; of feeds nothing may be lost


def main() -> None:
    """Read the request line and the body, take the limits on, answer. Dies when a limit breaks."""
    request = json.loads(sys.stdin.buffer.readline())
    body = sys.stdin.buffer.read(request["bytes"])
    read = _TASKS[request["task"]]
    _limit(request["seconds"], request["megabytes"] * 1_000_000 + len(body))
    try:
        answer = read(request, body)
    except UnreadableError as error:
        answer = {"failure": error.failure.value, "error": str(error)}
    sys.stdout.write(json.dumps(answer))


def _source(request: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    from spiders.readers.by_kind import READERS
    from spiders.readers.wire import feed_to_json, source_from_json

    source = source_from_json(request["source"])
    found = READERS[source.kind](body, request["url"], request["content_type"], source)
    if source.kind is not Kind.FEED and len(found.entries) > _MOST_ENTRIES:
        found = replace(found, entries=found.entries[:_MOST_ENTRIES])
    return feed_to_json(found)


def _page(request: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    from spiders.readers.page import extract_page
    from spiders.readers.wire import page_to_json, source_from_json

    source = source_from_json(request["source"])
    page = extract_page(
        body,
        request["url"],
        request["content_type"],
        fetched=datetime.now(UTC),  # the parent knows better
        selectors=source.selectors,
        zone=source.zone,
        language=source.language,
    )
    return page_to_json(page)


def _pdf(_: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    from spiders.readers.pdf import pdf_facts

    return pdf_facts(body)


_TASKS: Mapping[str, Callable[[Mapping[str, Any], bytes], dict[str, Any]]] = {
    "source": _source,
    "page": _page,
    "pdf": _pdf,
}


def _limit(seconds: int, extra_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform == "linux":  # elsewhere the address space says nothing about memory
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - one line of a virtual file
            pages = int(statm.read().split()[0])
        ceiling = pages * resource.getpagesize() + extra_bytes
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


if __name__ == "__main__":
    main()
