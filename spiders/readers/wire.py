"""Feeds, pages and sources as JSON and back, for the pipe to the child that reads hostile documents."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from spiders.items import Document, Entry, Failure, Kind, Page, Selectors, Source
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


def source_to_json(source: Source) -> dict[str, Any]:
    """What readers need to know of a source."""
    return {
        "id": source.id,
        "url": source.url,
        "kind": source.kind.value,
        "language": source.language,
        "zone": source.zone,
        "selectors": asdict(source.selectors),
        "paths": dict(source.paths),
    }


def source_from_json(value: dict[str, Any]) -> Source:
    """A Source with what source_to_json kept of one."""
    return Source(**(value | {"kind": Kind(value["kind"]), "selectors": Selectors(**value["selectors"])}))


def page_to_json(page: Page) -> dict[str, Any]:
    """What a reader found on a page."""
    return {
        "canonical_url": page.canonical_url,
        "title": page.title,
        "text": page.text,
        "published": page.published.isoformat() if page.published else None,
        "language": page.language,
        "failed": page.failure.value if page.failure else None,  # "failure" is the child's own word
        "error": page.error,
        "documents": [asdict(document) for document in page.documents],
    }


def page_from_json(value: dict[str, Any], url: str, fetched: datetime) -> Page:
    """The Page that page_to_json was given."""
    return Page(
        url=url,
        fetched=fetched,
        canonical_url=value["canonical_url"],
        title=value["title"],
        text=value["text"],
        published=datetime.fromisoformat(value["published"]) if value["published"] else None,
        language=value["language"],
        failure=Failure(value["failed"]) if value["failed"] else None,
        error=value["error"],
        documents=tuple(Document(**document) for document in value["documents"]),
    )
