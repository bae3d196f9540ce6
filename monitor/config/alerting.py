"""The channels and routes of config.yaml, read by the alerts' own models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.config.problems import Problem
from monitor.config.yaml_text import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Where people are told and who is told what."""

    channels: Mapping[str, Any] = field(default_factory=dict)
    routes: tuple[Any, ...] = ()


def read_alerting(document: Document, problems: list[Problem]) -> Alerting:
    """The channels and routes in that document; what is wrong with them goes to `problems`."""
    tree = document.tree
    return Alerting(channels=dict(tree.get("channels") or {}), routes=tuple(tree.get("routes") or ()))
