"""What is fuzzed: each takes any bytes, and raises only where a promise of the reader is broken."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from spiders import canonical_url, extract_page, parse_feed
from spiders.readers.dates import parse_date
from spiders.readers.failures import UnreadableError

NOW = datetime(2024, 1, 1, tzinfo=UTC)
URL = "https://office.example/news/feed"
TYPES = (None, "text/xml; charset=utf-8", "text/html; charset=shift_jis", "application/json", "text/html")


def feed(data: bytes) -> None:
    """The first byte chooses the Content-Type, the rest is the body."""
    try:
        found = parse_feed(data[1:], URL, TYPES[data[0] % len(TYPES)] if data else None)
    except UnreadableError:
        return
    for entry in found.entries:
        assert entry.id, "an entry without identity"
        for moment in (entry.published, entry.updated):
            assert moment is None or moment.utcoffset() == UTC.utcoffset(None), "a time that is not UTC"
        for text in (entry.id, entry.link, entry.title, entry.summary, entry.content):
            text.encode("utf-8")  # no half of a pair


def page(data: bytes) -> None:
    """The same, for a page."""
    try:
        found = extract_page(data[1:], URL, TYPES[data[0] % len(TYPES)] if data else None, fetched=NOW)
    except UnreadableError:
        return
    assert found.canonical_url
    f"{found.title}{found.text}".encode()
    assert found.published is None or found.published.utcoffset() == UTC.utcoffset(None)


def address(data: bytes) -> None:
    """An address is made canonical once."""
    once = canonical_url(data.decode("utf-8", "replace"))
    assert canonical_url(once) == once, "made canonical twice it is another"


def date(data: bytes) -> None:
    """A date is a moment in UTC, or none."""
    found = parse_date(data.decode("utf-8", "replace"))
    assert found is None or found.utcoffset() == UTC.utcoffset(None)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "feed": feed,
    "page": page,
    "address": address,
    "date": date,
}
