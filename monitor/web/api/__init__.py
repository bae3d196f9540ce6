"""The HTTP API under /api/v1. docs/api.md explains it; /api/v1/openapi.json describes it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from monitor.web.api import deciding, exports, finding, reading
from monitor.web.api.openapi import document
from monitor.web.api.operations import Operation, respond
from monitor.web.context import Context
from monitor.web.problems import problem

OPERATIONS: tuple[Operation[Any], ...] = (
    *reading.OPERATIONS,
    *finding.OPERATIONS,
    *exports.OPERATIONS,
    *deciding.OPERATIONS,
)
VERSION = "1"


@cache
def described() -> Mapping[str, Any]:
    """The OpenAPI document, made when it is first asked for."""
    return document(OPERATIONS, VERSION)


def api_routes(context: Context) -> list[Route]:
    """The routes of the API."""

    def openapi(request: Request) -> Response:
        return respond(request, described())

    return [
        *(operation.route(context) for operation in OPERATIONS),
        Route(f"{reading.V1}/openapi.json", openapi, name="openapi"),
        *(Route(path, _NotAllowed(methods)) for path, methods in _methods().items()),
    ]


def _methods() -> Mapping[str, frozenset[str]]:
    """By path, what can be done there."""
    found: dict[str, set[str]] = {}
    for operation in OPERATIONS:
        also = {"HEAD"} if operation.method == "GET" else set()
        found.setdefault(operation.path, set()).update({operation.method, *also})
    return {path: frozenset(methods) for path, methods in found.items()}


class _NotAllowed:
    """405 for every other method, with all that there are: a route knows only its own."""

    def __init__(self, methods: frozenset[str]) -> None:
        self._allow = {"Allow": ", ".join(sorted(methods))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await problem(405, "this is not a method of this address", headers=self._allow)(scope, receive, send)
