"""The pages: server-rendered, readable without a script, in English and Ukrainian. Enter by page_routes.

A page is a handler (reads, in one transaction) and a template (says it). The strip of nine cells, learnt
once, stands wherever a stage is named.
"""

from collections.abc import Callable
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from monitor.web.context import Context
from monitor.web.pages.agreements import matrix, pair
from monitor.web.pages.articles import one_article, search
from monitor.web.pages.asked import asked, missing, refusal
from monitor.web.pages.assets import asset
from monitor.web.pages.deliveries import add_silence, deliveries, end_silence, retry
from monitor.web.pages.forms import Act, receiver
from monitor.web.pages.review import decide, queue, split
from monitor.web.pages.sources import sources
from monitor.web.pages.status import status
from monitor.web.pages.steps import new_steps, one_step, steps_since
from monitor.web.pages.world import world_map
from monitor.web.tokens import Scope
from storage import StorageBusyError, StorageError

Handler = Callable[[Context, Request], Response]

PAGES: dict[str, Handler] = {
    "/": new_steps,
    "/new": steps_since,
    "/steps/{step_id:path}": one_step,
    "/agreements": matrix,
    "/agreements/{pair}": pair,
    "/map": world_map,
    "/search": search,
    "/articles/{article_id:int}": one_article,
    "/review": queue,
    "/deliveries": deliveries,
    "/sources": sources,
    "/status": status,
}
FORMS: dict[str, tuple[Act, Scope]] = {
    "/review": (decide, Scope.REVIEW),
    "/steps/split": (split, Scope.REVIEW),
    "/deliveries/retry": (retry, Scope.OPERATE),
    "/silences/add": (add_silence, Scope.OPERATE),
    "/silences/end": (end_silence, Scope.OPERATE),
}


def page_routes(context: Context) -> list[BaseRoute]:
    """The routes of all pages and of the files that they are made with. They answer for every address, so
    they stand behind all other routes."""
    return [
        Route("/assets/{version}/{name}", asset),
        *(
            Route(path, receiver(act, scope, context), methods=["POST"])
            for path, (act, scope) in FORMS.items()
        ),
        *(Route(path, partial(_answer, handler, context)) for path, handler in PAGES.items()),
        Route("/{path:path}", partial(_answer, _nothing, context)),
    ]


def _nothing(context: Context, request: Request) -> Response:
    if request.url.path.startswith("/api/"):
        raise HTTPException(404)  # programs are told in their own way
    ask = asked(context, request)
    return missing(ask, request.url.path[:200])


def _answer(handler: Handler, context: Context, request: Request) -> Response:
    """The handler's page, or one that says that the database cannot be read now."""
    try:
        return handler(context, request)
    except StorageBusyError:
        ask = asked(context, request)
        return refusal(ask, 503, ask.t("busy"))
    except StorageError:
        ask = asked(context, request)
        return refusal(ask, 500, ask.t("broken"))
