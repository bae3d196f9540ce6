"""The OpenAPI 3.1 document, made from the operations and the types they take and give."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from monitor.web.api.models import Problem
from monitor.web.api.operations import JSON, Operation
from monitor.web.api.parameters import SCHEMAS
from monitor.web.problems import MEDIA_TYPE
from monitor.web.tokens import Scope

REF = "#/components/schemas/{model}"
_CONVERTER = re.compile(r"\{(\w+):\w+\}")
_STATUSES = {
    304: "You have it already (If-None-Match).",
    400: "A parameter cannot be understood.",
    401: "A token is needed, or this one is not valid.",
    403: "This token may not do that.",
    404: "There is no such thing.",
    405: "No number.",
    409: "It cannot be done as things stand.",
    413: "The body is too large.",
    415: "The body is of another type.",
    422: "The body cannot be understood.",
    503: "The database is busy; see Retry-After.",
}


def document(operations: Iterable[Operation[Any]], version: str) -> Mapping[str, Any]:
    """The document."""
    schemas: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = _CONVERTER.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PactWatch",
            "version": version,
            "description": "What is known of bilateral security agreements, and how it became known.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`pactwatch tokens add`; not needed to read on the same machine, unless "
                    "the configuration asks for it.",
                }
            },
        },
    }


def _described(operation: Operation[Any], schemas: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": (operation.answer.__doc__ or "").strip(),
        "tags": [operation.tag],
        "parameters": [*_in_path(operation), *_in_query(operation.query, schemas)],
        "responses": _responses(operation, schemas),
        "security": [{"token": [operation.scope.value]}]
        if operation.scope is not Scope.READ
        else [{}, {"token": [operation.scope.value]}],
    }
    if operation.takes is not None:
        about["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": _schema(operation.takes, schemas, "validation")}},
        }
    return about


def _in_path(operation: Operation[Any]) -> Iterable[dict[str, Any]]:
    for name, kind in re.findall(r"\{(\w+)(?::(\w+))?\}", operation.path):
        schema: dict[str, Any] = {"type": "string", "minLength": 1}
        if kind == "int":
            schema = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
        example = operation.path_examples.get(name)
        yield {"name": name, "in": "path", "required": True, "schema": schema} | (
            {"example": int(example) if kind == "int" else example} if example else {}
        )


def _in_query(model: type[BaseModel], schemas: dict[str, Any]) -> Iterable[dict[str, Any]]:
    whole = model.model_json_schema(ref_template=REF)
    schemas |= whole.get("$defs", {})
    for name, schema in whole.get("properties", {}).items():
        given = {key: value for key, value in schema.items() if key not in ("title", "description")}
        kinds = [kind for kind in given.pop("anyOf", []) if kind != {"type": "null"}]
        plain = {**(kinds[0] if kinds else {}), **given}
        if plain.get("default", ...) is None:
            del plain["default"]
        yield {
            "name": name,
            "in": "query",
            "required": name in whole.get("required", ()),
            "description": schema.get("description", ""),
            "schema": dict(SCHEMAS.get(name, plain)),
        }


def _responses(operation: Operation[Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if operation.media_types == (JSON,):
        content: dict[str, Any] = {JSON: {"schema": _schema(operation.gives, schemas, "serialization")}}
    else:
        content = {kind: {} for kind in operation.media_types}
    headers = {"ETag": {"schema": {"type": "string"}}} if operation.method == "GET" else {}
    found: dict[str, Any] = {"200": {"description": "The answer.", "content": content, "headers": headers}}
    statuses = {400, 401, 403, 503, *operation.statuses}
    statuses |= {404, 405} if ":int" in operation.path else set()
    statuses |= {304} if operation.method == "GET" else {413, 415, 422}
    for status in sorted(statuses):
        found[str(status)] = {"description": _STATUSES[status]}
        if status != 304:
            problem = _schema(Problem, schemas, "serialization")
            found[str(status)]["content"] = {MEDIA_TYPE: {"schema": problem}}
    return found


def _schema(kind: Any, schemas: dict[str, Any], mode: Any) -> Any:
    schema = TypeAdapter(kind).json_schema(ref_template=REF, mode=mode, schema_generator=GenerateJsonSchema)
    schemas |= schema.pop("$defs", {})
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        name = _NAME.sub("_", kind.__name__).strip("_")
        schemas[name] = schema
        return {"$ref": REF.format(model=name)}
    return schema


_NAME = re.compile(r"[^A-Za-z0-9]+")
