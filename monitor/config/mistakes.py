"""Turns what pydantic says of a file into problems with a line and an advice."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from monitor.config.problems import Path, Problem, advice
from monitor.config.yaml_text import Document

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a section of keys",
    "model_type": "a section of keys",
    "model_attributes_type": "a section of keys",
    "dataclass_type": "a section of keys",
    "date_type": "a date (like 2026-03-19)",
    "date_parsing": "a date (like 2026-03-19)",
    "date_from_datetime_parsing": "a date (like 2026-03-19)",
    "date_from_datetime_inexact": "a date (like 2026-03-19)",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
_SECRET = re.compile(r"password|passwd|token|secret|api_?key", re.IGNORECASE)


def mistakes(
    error: ValidationError, model: type[BaseModel], document: Document, at: Path = ()
) -> Iterator[Problem]:
    """Each mistake that the model found in the part of the document that lies at that path."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # the items are wrong, each told on its own
        path = (*at, *_inside(document, at, detail["loc"]))
        yield document.problem(path, _say(detail, model, path))


def _inside(document: Document, at: Path, loc: Path) -> Path:
    """The location without the tags of unions and other marks that are not in the file."""
    kept: Path = ()
    for number, part in enumerate(loc):
        last = number == len(loc) - 1
        if (*at, *kept, part) in document.lines or (last and part != "[key]"):
            kept = (*kept, part)
    return kept


def _say(detail: ErrorDetails, model: type[BaseModel], path: Path) -> str:  # noqa: PLR0911 (one line a kind)
    kind, context = detail["type"], detail.get("ctx", {})
    value = shown(detail["input"], path)
    if kind == "missing":
        return "is missing"
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"unknown key{advice(str(path[-1]), _keys_at(model, detail['loc'][:-1]), many=12)}"
    if kind in {"enum", "literal_error"}:
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return f"{value} is not known here{advice(str(detail['input']), allowed)}"
    if kind in _WANTED:
        if detail["input"] is None:
            return f"has no value; wants {_WANTED[kind]}"
        return f"wants {_WANTED[kind]}, not {value}"
    if kind in _BOUNDS:
        word, name = _BOUNDS[kind]
        return f"must be {word} {context[name]}, not {value}"
    if kind in {"string_too_short", "too_short"}:
        return "must not be empty"
    if kind == "string_pattern_mismatch":
        return f"{value} is not of the right form ({context.get('pattern')})"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        allowed = re.findall(r"'([^']*)'", str(context.get("expected_tags", "")))
        return f'"{context["tag"]}" is not a kind{advice(str(context["tag"]), allowed)}'
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"


def shown(value: Any, path: Path = ()) -> str:
    """The value as a message may quote it: short, and never what may be a secret."""
    if any(isinstance(part, str) and _SECRET.search(part) for part in path):
        return "(not shown)"
    if isinstance(value, dict):
        return "a section of keys"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f'{text[:77]}..."'


def _keys_at(model: type[BaseModel], loc: Path) -> list[str]:
    """The keys that may stand in the section at that location of the model."""
    here: list[type[Any]] = [model]
    for part in loc:
        fields = [field for one in here if (field := fields_of(one).get(str(part)))]
        if fields:
            here = [found for field in fields for found in _sections_in(field.annotation)]
    return sorted({field.alias or name for one in here for name, field in fields_of(one).items()})


def fields_of(section: type[Any]) -> Mapping[str, FieldInfo]:
    """What a model or a dataclass of pydantic's has; nothing for any other type."""
    found: Mapping[str, FieldInfo] = getattr(section, "__pydantic_fields__", {})
    return found


def _sections_in(annotation: Any) -> Iterator[type[Any]]:
    if isinstance(annotation, type) and fields_of(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections_in(inner)
