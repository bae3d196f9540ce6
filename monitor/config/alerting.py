"""The routes and channels of config.yaml, read by the alerts' own models."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from monitor.alerts.channels import CHANNELS
from monitor.alerts.channels.file import FileSettings
from monitor.alerts.routing import Route
from monitor.alerts.settings import DeliverySettings, ReaderSettings, RouteSettings
from monitor.config.mistakes import mistakes, shown
from monitor.config.problems import Path, Problem, advice, nearest
from monitor.config.values import party
from monitor.config.yaml_text import Document

Settings = TypeVar("Settings", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Where people are told, who is told what, and how eagerly."""

    channels: Mapping[str, ReaderSettings] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    delivery: DeliverySettings = field(default_factory=DeliverySettings)


def read_alerting(document: Document, problems: list[Problem]) -> Alerting:
    """The channels, routes and delivery rules in that document; what is wrong goes to `problems`.

    A file channel's path is taken from the configuration's folder.
    """
    given = document.tree.get("delivery", {})
    delivery = _read(given, DeliverySettings, document=document, problems=problems, at=("delivery",))
    return Alerting(
        channels=dict(_channels(document, problems)),
        routes=tuple(_routes(document, problems)),
        delivery=delivery or DeliverySettings(),
    )


def _read(
    value: Any, model: type[Settings], *, document: Document, problems: list[Problem], at: Path
) -> Settings | None:
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        problems += mistakes(error, model, document, at)
        return None


def _channels(document: Document, problems: list[Problem]) -> Iterator[tuple[str, ReaderSettings]]:
    listed = document.tree.get("channels")
    for name, entry in (listed if isinstance(listed, dict) else {}).items():
        path = ("channels", name)
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if not isinstance(kind, str) or kind not in CHANNELS:
            problems.append(_kind_problem(document, path, entry))
        elif found := _read(entry, CHANNELS[kind].settings, document=document, problems=problems, at=path):
            yield name, _anchored(found, document)


def _kind_problem(document: Document, path: Path, entry: Any) -> Problem:
    known = f" (known: {', '.join(CHANNELS)})"
    if not isinstance(entry, dict):
        return document.problem(path, f"wants a section of keys, not {shown(entry)}")
    if "kind" in entry:
        kind = entry["kind"]
        hint = advice(kind, CHANNELS) if isinstance(kind, str) else known
        return document.problem((*path, "kind"), f"{shown(kind)} is not a kind of channel{hint}")
    if (misspelt := nearest("kind", [str(key) for key in entry])) is not None:
        return document.problem((*path, misspelt), 'unknown key; did you mean "kind"?')
    return document.problem(path, f"wants a kind{known}")


def _anchored(settings: ReaderSettings, document: Document) -> ReaderSettings:
    if isinstance(settings, FileSettings):
        return settings.model_copy(update={"path": FilePath(document.file).parent / settings.path})
    return settings


def _routes(document: Document, problems: list[Problem]) -> Iterator[Route]:
    listed = document.tree.get("routes")
    for number, entry in enumerate(listed if isinstance(listed, list) else []):
        at = ("routes", number)
        if settings := _read(entry, RouteSettings, document=document, problems=problems, at=at):
            problems += _strangers(settings, document, at)
            yield settings.to_route()


def _strangers(route: RouteSettings, document: Document, path: Path) -> Iterator[Problem]:
    """Parties that no state has: a route for "UK" would wait for ever."""
    named = [("party", code) for code in route.match.party]
    named += [("pair", code) for pair in route.match.pair for code in pair]
    for key, code in named:
        try:
            party(code)
        except ValueError as error:
            yield document.problem((*path, "match", key), str(error))
    for number, branch in enumerate(route.routes):
        yield from _strangers(branch, document, (*path, "routes", number))
