"""docs/configuration.md names every key that a configuration can have."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from monitor.alerts.channels import CHANNELS
from monitor.alerts.settings import DeliverySettings, RouteSettings
from monitor.config import MainFile
from monitor.config.mistakes import fields_of

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
FOR_TESTS = {"api"}


def keys(model: type[Any], seen: set[type[Any]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in fields_of(model).items():
        yield field.alias or name
        for inner in models_in(field.annotation):
            yield from keys(inner, seen)


def models_in(annotation: Any) -> Iterator[type[Any]]:
    if isinstance(annotation, type) and fields_of(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


MODELS: list[type[BaseModel]] = [
    MainFile,
    RouteSettings,
    DeliverySettings,
    *(kind.settings for kind in CHANNELS.values()),
]
KEYS = sorted({key for model in MODELS for key in keys(model, set())} - FOR_TESTS)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_explained(key: str) -> None:
    assert re.search(rf"(?m)^## .*\b{key}\b|[`{{ ,]{key}[`:,}} ]", PAGE)


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_kind_of_channel_is_explained(kind: str) -> None:
    assert f"| `{kind}` |" in PAGE
