"""The HTTP API under /api/v1. docs/api.md explains it; /api/v1/openapi.json describes it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web.api import deciding, exports, finding, reading
from monitor.web.api.openapi import document
from monitor.web.api.operations import Operation, respond
from monitor.web.context import Context

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
    ]
