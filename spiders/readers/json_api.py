"""read_json gives the entries of a JSON interface, found by the dotted paths of its source.

`items` is the path to the list (empty: the document itself); the other names of `paths` are looked up in
each item. A step is a field, a number in a list, or `*` for every value. A value that is JSON in a string
is opened. `$key` is the field under which `*` found the item (dates, where an interface groups by day). A
link with braces is a template: "https://example.org/news/{slug}". Where a page keeps its JSON in a script or
an attribute, `html` is the CSS selector of that. Nothing is guessed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from spiders.challenges import refusal_in
from spiders.items import Entry, Source
from spiders.readers.charset import as_text
from spiders.readers.dates import parse_date
from spiders.readers.failures import BlockedError, EmptyBodyError, MalformedError, NotAFeedError
from spiders.readers.feed import Feed
from spiders.readers.identity import entry_of
from spiders.readers.links import resolve
from spiders.readers.markup import parse_html, select, text
from spiders.readers.text import plain, plain_lines

_FIELD = re.compile(r"\{([^{}]+)\}")
_KEY = "$key"


def read_json(body: bytes, url: str, content_type: str | None, source: Source) -> Feed:
    """The entries in the interface's order. Raises UnreadableError where the answer has another shape."""
    paths = source.paths
    if "html" in paths:
        body = _json_in(body, content_type, paths["html"])
    document = load_json(body, content_type)
    items = [
        (item, key)
        for item, key in _walk(document, paths.get("items", "items"), "")
        if isinstance(item, dict)
    ]
    entries = tuple(entry for item, key in items if (entry := _entry(item, key, url, source)) is not None)
    if items and not entries:
        raise NotAFeedError(f"{len(items)} items, but none has a link or id at the paths of the config")
    if not items and not _exists(document, paths.get("items", "items")):
        raise NotAFeedError(f"the answer's shape has changed: nothing at {paths.get('items', 'items')!r}")
    next_page = _value(document, paths.get("next_page", ""), "") if paths.get("next_page") else ""
    return Feed(entries=entries, next_page=resolve(url, next_page) if next_page else None)


def _json_in(page: bytes, content_type: str | None, selector: str) -> bytes:
    """The JSON that a page holds. Raises BlockedError, EmptyBodyError, or NotAFeedError where it is gone."""
    if not page.strip():
        raise EmptyBodyError("the page is empty")
    if refusal := refusal_in(page):
        raise BlockedError(str(refusal))
    tree = parse_html(page, content_type)
    if "::" in selector:
        found = text(tree, selector)
    else:
        found = next((str(one.text_content()) for one in select(tree, selector)), "")
    if not found.strip():
        raise NotAFeedError(f"the page's structure has changed: {selector!r} finds nothing")
    return found.encode("utf-8", "replace")


def load_json(body: bytes, content_type: str | None) -> Any:
    """The document. Raises BlockedError, NotAFeedError, EmptyBodyError or MalformedError."""
    if not body.strip():
        raise EmptyBodyError("the body is empty")
    said = as_text(body, content_type)
    try:
        return json.loads(said, strict=False)
    except (ValueError, RecursionError) as error:
        if refusal := refusal_in(body):
            raise BlockedError(str(refusal)) from error
        if said.lstrip()[:1] == "<":
            raise NotAFeedError("HTML or XML where JSON was expected") from error
        raise MalformedError(f"not JSON: {' '.join(said.split())[:120]}") from error


def _entry(item: Mapping[str, Any], key: str, url: str, source: Source) -> Entry | None:
    def value(name: str) -> str:
        return _value(item, source.paths[name], key) if name in source.paths else ""

    link, identity = _link(item, key, source.paths.get("link", "url")), value("id")
    if not link and not identity:
        return None
    return entry_of(
        id=identity,
        link=resolve(url, link),
        title=plain(value("title")),
        summary=plain_lines(value("summary")),
        content=plain_lines(value("content")),
        published=parse_date(value("published"), source.zone, source.language),
        updated=parse_date(value("updated"), source.zone, source.language),
        language=value("language") or source.language,
    )


def _link(item: Mapping[str, Any], key: str, path: str) -> str:
    if "{" not in path:
        return _value(item, path, key)
    values = {field: _value(item, field, key) for field in _FIELD.findall(path)}
    return _FIELD.sub(lambda found: values[found[1]], path) if all(values.values()) else ""


def value_at(document: Any, path: str) -> str:
    """The first plain value at a path, as text; empty where there is none."""
    return _value(document, path, "")


def _value(item: Any, path: str, key: str) -> str:
    """The first plain value at a path, as text."""
    if path == _KEY:
        return key
    for value, _ in _walk(item, path, key):
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value).strip()
    return ""


def _walk(value: Any, path: str, key: str) -> Iterator[tuple[Any, str]]:
    """Every value at a path with the last key that a `*` went through; lists at the end are opened."""
    value = _opened(value)
    step, _, rest = path.partition(".")
    if not path or path == "*":
        yield from _each(value, key, path == "*")
    elif step == "*":
        for inner, inner_key in _each(value, key, True):
            yield from _walk(inner, rest, inner_key)
    elif isinstance(value, dict) and step in value:
        yield from _walk(value[step], rest, key)
    elif isinstance(value, list) and step.lstrip("-").isdigit() and -len(value) <= int(step) < len(value):
        yield from _walk(value[int(step)], rest, key)


def _each(value: Any, key: str, star: bool) -> Iterator[tuple[Any, str]]:
    value = _opened(value)
    if isinstance(value, list):
        for one in value:
            yield from _each(one, key, False)
    elif star and isinstance(value, dict):
        for name, one in value.items():
            yield from _each(one, str(name), False)
    else:
        yield value, key


def _exists(value: Any, path: str) -> bool:
    """Whether the path leads anywhere, be it to an empty list."""
    if not path:
        return isinstance(_opened(value), list)
    for step in path.split("."):
        value = _opened(value)
        if step == "*":
            return isinstance(value, (dict, list))
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _opened(value: Any) -> Any:
    """JSON in a string, opened; any other value as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value, strict=False)
        except (ValueError, RecursionError):
            return value
    return value
