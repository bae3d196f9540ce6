"""The saved searches of config.yaml: each can be understood, and a route names only one that is there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from monitor.config.problems import Path, Problem, advice
from monitor.config.yaml_text import Document

_ANY_DAY = datetime(
    2026, 1, 1, tzinfo=UTC
)  # what "7d" is tried against; whether it is a day does not depend on it


def check_searches(document: Document) -> Iterator[Problem]:
    """Every mistake in `searches`, and in what routes say of them."""
    listed = document.tree.get("searches")
    known = listed if isinstance(listed, dict) else {}
    for name, text in known.items():
        if isinstance(text, str) and (said := mistake_in(text)):
            yield document.problem(("searches", name), said)
    for path, name in _named(document.tree.get("routes"), ("routes",)):
        if name not in known:
            yield document.problem(path, f'there is no saved search "{name}"{advice(name, sorted(known))}')


def mistake_in(text: str) -> str | None:
    """What is wrong with a search; None where it can be understood."""
    from monitor.filters import WrongFilterError
    from monitor.searching import QueryError, narrowed, parse
    from storage.records import Filter

    try:
        query = parse(text)
        narrowed(Filter(), query, now=_ANY_DAY)
    except (QueryError, WrongFilterError) as error:
        return str(error)
    return None if query.asked or query.fields else "a search needs something to find"


def _named(routes: Any, path: Path) -> Iterator[tuple[Path, str]]:
    for number, route in enumerate(routes if isinstance(routes, list) else []):
        if not isinstance(route, dict):
            continue
        match = route.get("match")
        names = match.get("search") if isinstance(match, dict) else None
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str):
                yield (*path, number, "match", "search"), name
        yield from _named(route.get("routes"), (*path, number, "routes"))
