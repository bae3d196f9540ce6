"""Where WebSub hubs find us: GET to verify that we asked, POST to say that a feed has changed.

Open to all; what a request may do hangs on the unguessable address that one hub was given for one source,
and on its signature (monitor.websub.receiving). Nothing is there where no callback is configured.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web.access import PUSHES
from monitor.web.context import Context
from monitor.web.problems import problem
from monitor.websub import Push, Verification, is_awaited, receive, verify

MOST_CHALLENGE = 2_000  # characters


def push_routes(context: Context) -> list[Route]:
    """The route, or none."""
    if context.config.websub.callback is None:
        return []

    async def pushes(request: Request) -> Response:
        if request.method == "POST":
            taken = await run_in_threadpool(_receive, context, _push(request, await request.body()))
            return Response(status_code=202) if taken else problem(404, "nothing is awaited here")
        answer = await run_in_threadpool(_verify, context, _verification(request))
        if answer is None or len(answer) > MOST_CHALLENGE:
            return problem(404, "nothing was asked for here")
        return Response(answer, media_type="text/plain", headers={"Cache-Control": "no-store"})

    return [Route(PUSHES + "{source_id}/{token}", pushes, methods=["GET", "POST"], include_in_schema=False)]


def _verification(request: Request) -> Verification:
    query = request.query_params
    return Verification(
        source_id=request.path_params["source_id"],
        token=request.path_params["token"],
        mode=query.get("hub.mode", ""),
        topic=query.get("hub.topic", ""),
        challenge=query.get("hub.challenge", ""),
        lease_seconds=query.get("hub.lease_seconds", ""),
        reason=query.get("hub.reason", ""),
    )


def _push(request: Request, body: bytes) -> Push:
    return Push(
        source_id=request.path_params["source_id"],
        token=request.path_params["token"],
        body=body,
        signature=request.headers.get("x-hub-signature"),
        links=request.headers.get("link", ""),
    )


def _verify(context: Context, asked: Verification) -> str | None:
    if not _is_awaited(context, asked):
        return None
    with context.storage.writing() as w:
        return verify(w, asked, now=context.now())


def _receive(context: Context, push: Push) -> bool:
    if not _is_awaited(context, push):
        return False
    with context.storage.writing() as w:
        taken = receive(w, push, now=context.now())
    context.hasten()
    return taken


def _is_awaited(context: Context, call: Push | Verification) -> bool:
    with context.storage.reading() as r:
        return is_awaited(r, call.source_id, call.token)
