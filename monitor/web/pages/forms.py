"""What people send back: a form's fields, checked to be ours and from someone who may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.web.access import caller_of, form_key, is_forged
from monitor.web.context import Context
from monitor.web.pages.asked import Asked, asked, refusal
from monitor.web.tokens import Scope
from storage import StorageBusyError

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that may be acted on: its fields, and who sent it."""

    ask: Asked
    fields: dict[str, str]
    who: str

    def field(self, name: str) -> str:
        """The field without spaces around it; an empty string where there is none."""
        return self.fields.get(name, "").strip()

    def number(self, name: str) -> int:
        """The field as a whole number; 0 where it is none."""
        value = self.field(name)
        return int(value) if value.isdecimal() and value.isascii() and len(value) < 19 else 0


Act = Callable[[Context, Sent], Response]


def key_for(request: Request, scope: Scope) -> str | None:
    """What a page puts into its forms; None where who asks may not send them: then there are none."""
    return form_key(request) if caller_of(request).may(scope) else None


def receiver(act: Act, scope: Scope, context: Context) -> Callable[[Request], Awaitable[Response]]:
    """The handler of a form. Without its key it came from elsewhere, or from before the last start."""

    async def receive(request: Request) -> Response:
        fields = fields_of(request, await request.body())
        ask = asked(context, request)
        if not caller_of(request).may(scope):
            return refusal(ask, 403, ask.t("no_scope"))
        if is_forged(request, fields.get("form_key")):
            return refusal(ask, 403, ask.t("forged"))
        sent = Sent(ask=ask, fields=fields, who=caller_of(request).name)
        try:
            return await run_in_threadpool(partial(act, context, sent))
        except StorageBusyError:
            return refusal(ask, 503, ask.t("busy"))

    return receive


def fields_of(request: Request, body: bytes) -> dict[str, str]:
    """The fields of a form; none where it is another kind of body."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def back_to(path: str) -> Response:
    """The page to look at after a form was acted on: reloading it sends nothing again."""
    return RedirectResponse(path, status_code=303)
