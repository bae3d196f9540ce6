"""read_json_feed gives the entries of a JSON Feed (versions 1 and 1.1, jsonfeed.org)."""

import json
from dataclasses import dataclass
from typing import Any

from spiders.items import Entry
from spiders.readers.context import Context
from spiders.readers.dates import parse_date
from spiders.readers.failures import MalformedError, NotAFeedError
from spiders.readers.identity import entry_of
from spiders.readers.links import resolve
from spiders.readers.text import plain, plain_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFeed:
    """A JSON Feed's entries, and what it says of itself."""

    entries: tuple[Entry, ...]
    title: str
    hub: str | None
    topic: str | None


def read_json_feed(text: str, context: Context) -> JsonFeed:
    """The feed. Raises NotAFeedError for other JSON, MalformedError for what is no JSON at all."""
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not JSON: {error}") from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or not _is_feed(document):
        raise NotAFeedError("JSON, but no JSON Feed")
    language = _string(document, "language") or None
    listed = document.get("hubs")
    hubs = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    hub = next((found for one in hubs if (found := _string(one, "url"))), None)
    topic = _string(document, "feed_url")
    return JsonFeed(
        entries=tuple(_entry(item, context, language) for item in items if isinstance(item, dict)),
        title=plain(_string(document, "title")),
        hub=resolve(context.url, hub) if hub else None,
        topic=resolve(context.url, topic) if topic else None,
    )


def _is_feed(document: dict[str, Any]) -> bool:
    return "jsonfeed" in _string(document, "version") or any(
        isinstance(item, dict) and ("url" in item or "id" in item) for item in document["items"]
    )


def _entry(item: dict[str, Any], context: Context, language: str | None) -> Entry:
    link = _string(item, "url") or _string(item, "external_url")
    identity = _string(item, "id")
    if not link and identity.startswith(("http://", "https://")):
        link = identity
    return entry_of(
        id=identity,
        link=resolve(context.url, link),
        title=plain(_string(item, "title")),
        summary=plain_lines(_string(item, "summary")),
        content=plain_lines(_string(item, "content_html")) or plain_lines(_string(item, "content_text")),
        published=parse_date(_string(item, "date_published"), context.zone),
        updated=parse_date(_string(item, "date_modified"), context.zone),
        language=_string(item, "language") or language,
    )


def _string(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
