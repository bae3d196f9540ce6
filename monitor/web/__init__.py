"""The pages and the HTTP API: make_app puts them together, WebServer serves them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from monitor.config import Config
from monitor.rates import Rates
from monitor.rules import Rules
from monitor.web.access import Access
from monitor.web.api import api_routes
from monitor.web.context import Context
from monitor.web.health import health_routes
from monitor.web.limits import Limits
from monitor.web.pages import page_routes
from monitor.web.problems import ProblemError, problem
from monitor.web.pushes import push_routes
from monitor.web.server import WebServer
from storage import Storage, StorageBusyError, StorageError

__all__ = ["Context", "WebServer", "make_app"]

BUSY_SECONDS = "5"


def make_app(
    storage: Storage,
    config: Config,
    rules: Rules,
    *,
    now: Callable[[], datetime],
    hasten: Callable[[], None] = lambda: None,
    wake: Callable[[], None] = lambda: None,
    ailing: Callable[[], Sequence[str]] = tuple,
    rates: Rates | None = None,
) -> Starlette:
    """The application: /api/v1, and the pages. `now` gives the time, aware UTC; `hasten` is called when a
    source was made due, `wake` when there is something to tell; `ailing` says what is wrong besides."""
    context = Context(
        storage=storage,
        config=config,
        rules=rules,
        now=now,
        hasten=hasten,
        wake=wake,
        ailing=ailing,
        rates=rates or Rates(),
    )
    return Starlette(
        routes=[
            *health_routes(context),
            *push_routes(context),
            *api_routes(context),
            *page_routes(context),
        ],
        middleware=[
            Middleware(Limits, hosts=config.web.known_hosts, push_host=config.websub.host),
            Middleware(Access, storage=storage, auth=config.web.auth, now=now),
        ],
        exception_handlers={
            ProblemError: _said,
            HTTPException: _refused,
            StorageBusyError: _busy,
            StorageError: _broken,
            Exception: _bug,
        },
    )


def _said(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return error.response()


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, headers=error.headers)


def _busy(_: Request, error: Exception) -> Response:
    return problem(503, "the database is busy", headers={"Retry-After": BUSY_SECONDS})


def _broken(_: Request, error: Exception) -> Response:
    return problem(500, "the database cannot be read; `pactwatch db status` says why")


def _bug(_: Request, error: Exception) -> Response:
    """Starlette logs the error after this answer."""
    return problem(500, "this failed here; the log of the service says why")
