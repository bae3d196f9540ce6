"""A Feed as JSON and back, for the pipe from the child process that parses hostile documents."""

from datetime import datetime, timedelta
from typing import Any

from spiders.items import Entry
from spiders.readers.feed import Feed

_TIMES = ("published", "updated")
_FIELDS = ("id", "link", "title", "summary", "content", "language", "publisher_url")


def feed_to_json(feed: Feed) -> dict[str, Any]:
    """Plain values only; times as ISO text, durations as seconds."""
    return {
        "title": feed.title,
        "fresh_for": feed.fresh_for.total_seconds() if feed.fresh_for else None,
        "hub": feed.hub,
        "topic": feed.topic,
        "partial": feed.partial,
        "next_page": feed.next_page,
        "entries": [_entry_to_json(entry) for entry in feed.entries],
    }


def feed_from_json(value: dict[str, Any]) -> Feed:
    """The Feed that feed_to_json was given."""
    return Feed(
        entries=tuple(_entry_from_json(entry) for entry in value["entries"]),
        title=value["title"],
        fresh_for=timedelta(seconds=value["fresh_for"]) if value["fresh_for"] else None,
        hub=value["hub"],
        topic=value.get("topic"),
        partial=value["partial"],
        next_page=value["next_page"],
    )


def _entry_to_json(entry: Entry) -> dict[str, Any]:
    times = {name: getattr(entry, name).isoformat() for name in _TIMES if getattr(entry, name)}
    return {name: getattr(entry, name) for name in _FIELDS if getattr(entry, name)} | times


def _entry_from_json(value: dict[str, Any]) -> Entry:
    times = {name: datetime.fromisoformat(value[name]) for name in _TIMES if name in value}
    return Entry(**({"id": "", "link": ""} | value | times))
