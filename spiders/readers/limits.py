"""parse_limited gives what parse_feed gives, but no body makes it cost more than it may.

Plain feeds of ordinary size are parsed on the spot. A body that is large or odd (very many items, deep
nesting, attributes without end; a cheap scan tells) is parsed in a child process under limits of CPU
time and memory (FAULTS.md's hostile documents: 200,000 items, 200,000 levels, 100,000 attributes).
"""

from spiders.readers.bounded import in_child
from spiders.readers.feed import Feed, parse_feed
from spiders.readers.wire import feed_from_json

_LARGE = 3_000_000  # bytes parsed on the spot: about a tenth of a second
_MANY_ITEMS = 5_000
_UNCLOSED = 100  # items within items within items
_UNCLOSED_TAGS = (
    5_000  # levels of anything else; or so many <br> and <img> in HTML, which no feed we know has
)
_MANY_AMPERSANDS = 100_000
_LONG_STRETCH = 100_000  # bytes without one ">": a tag with attributes without end, or a text no feed has


def parse_limited(
    body: bytes,
    url: str,
    content_type: str | None = None,
    *,
    zone: str = "UTC",
    language: str | None = None,
    seconds: int = 10,
    megabytes: int = 400,
) -> Feed:
    """The Feed, at the price of at most `seconds` of CPU and `megabytes` of memory more than now.

    Raises what parse_feed raises, and TooCostlyError when a limit broke.
    """
    if not is_costly(body):
        return parse_feed(body, url, content_type, zone=zone, language=language)
    request = {
        "task": "feed", "url": url, "content_type": content_type, "zone": zone, "language": language
    }  # fmt: skip
    answer = in_child(request, body, seconds=seconds, megabytes=megabytes)
    return feed_from_json(answer)


def is_costly(body: bytes) -> bool:
    """Whether a body belongs in a child process. Linear, and cheap: well under a millisecond a megabyte."""
    if len(body) > _LARGE:
        return True
    items, closed = (
        body.count(b"<item") + body.count(b"<entry"),
        body.count(b"</item") + body.count(b"</entry"),
    )
    if items > _MANY_ITEMS or items > closed + _UNCLOSED or body.count(b"&") > _MANY_AMPERSANDS:
        return True
    if body.count(b"<") - 2 * body.count(b"</") - body.count(b"/>") > _UNCLOSED_TAGS:
        return True
    return any(
        body.find(b">", at, at + _LONG_STRETCH) < 0
        for at in range(0, len(body) - _LONG_STRETCH, _LONG_STRETCH)
    )
