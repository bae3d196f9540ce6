"""The HTTP API under /api/v1. docs/api.md explains it; /api/v1/openapi.json describes it."""

from starlette.routing import Route

from monitor.web.api.reading import OPERATIONS
from monitor.web.context import Context


def api_routes(context: Context) -> list[Route]:
    """The routes of the API."""
    return [operation.route(context) for operation in OPERATIONS]
