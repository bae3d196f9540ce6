"""An operation of the API: where it is, who may ask, what it takes and gives. Routes and the OpenAPI
document are both made from it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import anyio.to_thread
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.filters import WrongFilterError
from monitor.plain import json_text
from monitor.web.access import SAFE, caller_of, is_forged
from monitor.web.context import Context
from monitor.web.problems import ProblemError
from monitor.web.tokens import Scope

JSON = "application/json"
Q = TypeVar("Q", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[Q]):
    """One request: what there is to answer from, the checked parameters, those of the path and the body."""

    context: Context
    query: Q
    path: Mapping[str, str]
    url: str  # the path that was asked for
    caller: str
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An answer that is not JSON."""

    body: bytes
    media_type: str
    filename: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[Q]):
    """One operation. `answer` runs in a thread and gives what is sent: JSON, or a Text."""

    path: str
    summary: str
    tag: str
    query: type[Q]
    answer: Callable[[Asked[Q]], Any]
    gives: Any  # the type of the answer, for the OpenAPI document
    method: str = "GET"
    scope: Scope = Scope.READ
    takes: type[BaseModel] | None = None
    media_types: tuple[str, ...] = (JSON,)
    statuses: tuple[int, ...] = ()  # which else there may be
    path_examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operationId."""
        return self.answer.__name__.strip("_")

    def route(self, context: Context) -> Route:
        """The route that serves it."""

        async def endpoint(request: Request) -> Response:
            self._admit(request)
            body = await self._body(request)
            asked = Asked(
                context=context,
                query=self._checked(request),
                path=request.path_params,
                url=request.url.path,
                caller=caller_of(request).name,
                body=body,
            )
            given = await anyio.to_thread.run_sync(self._answered, asked, abandon_on_cancel=True)
            return respond(request, given)

        return Route(self.path, endpoint, methods=[self.method], name=self.name)

    def _admit(self, request: Request) -> None:
        if not caller_of(request).may(self.scope):
            raise ProblemError(403, f"this needs a token with the scope {self.scope}")
        if self.method not in SAFE and is_forged(request, request.headers.get("x-form-key")):
            said = "this needs a token, or is done on the pages"
            if "authorization" in request.headers:
                raise ProblemError(403, said)
            raise ProblemError(401, said, headers={"WWW-Authenticate": 'Bearer realm="PactWatch"'})

    def _checked(self, request: Request) -> Q:
        given = request.query_params
        if twice := [name for name in given if len(given.getlist(name)) > 1]:
            raise ProblemError(
                400, "a parameter is given twice", errors=[_wrong(twice[0], "is given more than once")]
            )
        return _valid(self.query, dict(given), "a parameter cannot be understood")

    async def _body(self, request: Request) -> Any:
        if self.takes is None:
            return None
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise ProblemError(415, "a body is application/json here")
        try:
            return self.takes.model_validate_json(await request.body())
        except ValidationError as error:
            raise _unreadable(error, "the body cannot be understood", 422) from None

    def _answered(self, asked: Asked[Q]) -> Any:
        try:
            return self.answer(asked)
        except WrongFilterError as error:
            raise ProblemError(
                400, "a parameter cannot be understood", errors=[_wrong(error.name, error.reason)]
            ) from None


def respond(request: Request, given: Any) -> Response:
    """The answer with its ETag; 304 where the asker has it already."""
    if isinstance(given, Text):
        body, media_type = given.body, given.media_type
    else:
        body, media_type = json_text(given).encode("utf-8", "replace"), JSON
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if isinstance(given, Text) and given.filename:
        headers["Content-Disposition"] = f'attachment; filename="{given.filename}"'
    if request.method in SAFE:
        headers["ETag"] = etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        known = request.headers.get("if-none-match", "")
        if etag in {one.strip().removeprefix("W/") for one in known.split(",")}:
            return Response(status_code=304, headers=headers)
    if isinstance(given, dict) and given.get("next"):
        headers["Link"] = f'<{given["next"]}>; rel="next"'
    return Response(body, media_type=media_type, headers=headers)


def _valid(model: type[Q], given: Mapping[str, Any], detail: str) -> Q:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _unreadable(error, detail, 400) from None


def _unreadable(error: ValidationError, detail: str, status: int) -> ProblemError:
    wrong = [
        _wrong(".".join(map(str, one["loc"])) or "body", one["msg"].removeprefix("Value error, "))
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return ProblemError(status, detail, errors=wrong)


def _wrong(name: str, detail: str) -> dict[str, str]:
    return {"parameter": name, "detail": detail}
