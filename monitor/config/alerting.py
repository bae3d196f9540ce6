"""The routes and channels of config.yaml, read by the alerts' own models."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from monitor.alerts.routing import Route
from monitor.alerts.settings import RouteSettings
from monitor.config.mistakes import mistakes
from monitor.config.problems import Path, Problem
from monitor.config.values import party
from monitor.config.yaml_text import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Where people are told and who is told what."""

    channels: Mapping[str, Any] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()


def read_alerting(document: Document, problems: list[Problem]) -> Alerting:
    """The channels and routes in that document; what is wrong with them goes to `problems`."""
    channels = document.tree.get("channels")
    return Alerting(
        channels=dict(channels) if isinstance(channels, dict) else {},
        routes=tuple(_routes(document, problems)),
    )


def _routes(document: Document, problems: list[Problem]) -> list[Route]:
    found, listed = [], document.tree.get("routes")
    for number, entry in enumerate(listed if isinstance(listed, list) else []):
        try:
            settings = RouteSettings.model_validate_json(json.dumps(entry))
            found.append(settings.to_route())
            problems += _strangers(settings, document, ("routes", number))
        except ValidationError as error:
            problems += mistakes(error, RouteSettings, document, ("routes", number))
    return found


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
