"""What only the whole configuration shows: things given twice, names that lead nowhere, unset secrets.

These checks look at the plain values, so that they speak up even where a section is wrong elsewhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from monitor.config.problems import Path, Problem, advice
from monitor.config.searches import check_searches
from monitor.config.yaml_text import Document

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(documents: Iterable[Document], environ: Mapping[str, str] | None) -> Iterator[Problem]:
    """Every mistake between the sections and files. The first document is config.yaml itself.

    Without `environ`, unset secrets are not minded.
    """
    documents = [one for one in documents if isinstance(one.tree, dict)]
    if not documents:
        return
    sources = [entry for one in documents for entry in _sources(one)]
    yield from _given_twice(sources, "id")
    yield from _given_twice(sources, "url")
    yield from _fallbacks(sources)
    yield from _chosen(documents[0], sources)
    yield from _channels_named(documents[0])
    yield from _routes(documents[0].tree.get("routes"), ("routes",), documents[0], led=False, seen={})
    yield from check_searches(documents[0])
    for document in documents:
        yield from _environment(document, document.tree, (), environ)


Entry = tuple[Document, Path, dict[str, Any]]


def _sources(document: Document) -> Iterator[Entry]:
    listed = document.tree.get("sources")
    for number, source in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(source, dict):
            yield document, ("sources", number), source


def _given_twice(sources: list[Entry], key: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for document, path, source in sources:
        value, place = source.get(key), (*path, key)
        if not isinstance(value, str):
            continue
        if value in first:
            yield document.problem(place, f'"{value}" is given twice (first at {first[value]})')
        first.setdefault(value, f"{document.file}:{document.line_of(place)}")


def _names(value: Any) -> Iterator[tuple[Path, str]]:
    """The names in a value that is one name or a list of them, each with its place in it."""
    if isinstance(value, str):
        yield (), value
    elif isinstance(value, list):
        yield from (((number,), name) for number, name in enumerate(value) if isinstance(name, str))


def _fallbacks(sources: list[Entry]) -> Iterator[Problem]:
    ids = {source["id"] for _, _, source in sources if isinstance(source.get("id"), str)}
    for document, path, source in sources:
        for place, name in _names(source.get("fallback")):
            where = (*path, "fallback", *place)
            if name == source.get("id"):
                yield document.problem(where, "a source cannot stand in for itself")
            elif name not in ids:
                yield document.problem(where, f'there is no source "{name}"{advice(name, ids)}')


def _chosen(document: Document, sources: list[Entry]) -> Iterator[Problem]:
    ids = {source["id"] for _, _, source in sources if isinstance(source.get("id"), str)}
    tags = {tag for _, _, source in sources for _, tag in _names(source.get("tags"))}
    for place, name in _names(document.tree.get("exclude")):
        if name not in ids:
            yield document.problem(("exclude", *place), f'there is no source "{name}"{advice(name, ids)}')
    for place, tag in _names(document.tree.get("tags")):
        if tag not in tags and tag != "all":
            message = f'no source has the tag "{tag}"{advice(tag, sorted(tags), many=40)}'
            yield document.problem(("tags", *place), message)


def _channels_named(document: Document) -> Iterator[Problem]:
    listed = document.tree.get("channels")
    known = sorted(listed) if isinstance(listed, dict) else []
    for section in ("routes", "operator"):
        for path, name in _mentions_of_channels(document.tree.get(section), (section,)):
            if name not in known:
                yield document.problem(path, f'there is no channel "{name}"{advice(name, known)}')


def _mentions_of_channels(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _mentions_of_channels(item, (*path, number))
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"channel", "channels"}:
                yield from (((*path, key, *place), name) for place, name in _names(inner))
            else:
                yield from _mentions_of_channels(inner, (*path, key))


def _routes(
    listed: Any, path: Path, document: Document, *, led: bool, seen: dict[str, int]
) -> Iterator[Problem]:
    """Names used twice, and branches that lead to no channel (`led`: one further up has channels)."""
    for number, route in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(route, dict):
            continue
        here, name = (*path, number), route.get("name")
        if isinstance(name, str) and name in seen:
            message = f'"{name}" is given twice (first on line {seen[name]})'
            yield document.problem((*here, "name"), message)
        seen.setdefault(str(name), document.line_of((*here, "name")))
        leads = led or bool(route.get("channels"))
        if not leads and not route.get("routes"):
            yield document.problem(here, "leads to no channel: give it channels")
        yield from _routes(route.get("routes"), (*here, "routes"), document, led=leads, seen=seen)


def _environment(
    document: Document, value: Any, path: Path, environ: Mapping[str, str] | None
) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _environment(document, inner, (*path, key), environ)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _environment(document, inner, (*path, number), environ)
    elif isinstance(value, str) and path and str(path[-1]).endswith("_env"):
        if not _ENV_NAME.fullmatch(value):
            # Not quoted: somebody has probably put the secret itself here.
            message = "wants the name of an environment variable, not the secret itself"
            yield document.problem(path, message)
        elif environ is not None and not environ.get(value):
            yield document.problem(path, f"the environment variable {value} is not set")
