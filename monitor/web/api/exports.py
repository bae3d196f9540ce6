"""The API's exports: the same files as `pactwatch export` writes."""

from datetime import datetime
from typing import Any

from pydantic import Field

from monitor.exporting import NoExportError
from monitor.exporting.writing import KINDS, MEDIA_TYPES, written
from monitor.searching import leniently, matching
from monitor.web.api.operations import Asked, Operation, Text
from monitor.web.api.parameters import AboutSteps, Number, wanted
from monitor.web.api.reading import V1
from monitor.web.problems import ProblemError
from storage import Reader
from storage.records import Filter

MOST_ROWS = 10_000


class AboutExports(AboutSteps):
    """What to export."""

    limit: Number = Field(default=MOST_ROWS, ge=1, le=MOST_ROWS, description="At most so many.")
    q: str | None = Field(
        default=None,
        max_length=1000,
        description="Of articles: a search (docs/search.md); what it cannot understand is plain words.",
    )


def export(asked: Asked[AboutExports]) -> Any:
    """Steps, agreements, details or articles as a file, last recorded first: NAME.FORMAT; FORMAT is json,
    csv, parquet, atom, ics (a calendar of steps) or md (a brief of steps)."""
    context, query = asked.context, asked.query
    kind, _, style = asked.path["name"].partition(".")
    if kind not in KINDS or style not in MEDIA_TYPES:
        raise ProblemError(404, f"exports are {', '.join(KINDS)} as {', '.join(MEDIA_TYPES)}")
    base = wanted(context, query)
    if query.q is not None and kind != "articles":
        raise ProblemError(404, "only articles can be searched")
    try:
        with context.storage.reading() as r:
            found = _searched(r, base, query.q, context.now())
            file = written(r, kind, style, found, now=context.now(), find=query.q)
    except NoExportError as error:
        raise ProblemError(404, str(error)) from None
    return Text(body=file.body, media_type=file.media_type, filename=file.name)


def _searched(r: Reader, base: Filter, q: str | None, now: datetime) -> Filter:
    if q is None:
        return base
    return leniently(q, lambda text: matching(r, text, base, now=now)[0])[0]


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        path=f"{V1}/export/{{name}}", summary="Export", tag="exports", query=AboutExports, answer=export,
        gives=str, media_types=tuple(MEDIA_TYPES.values()), statuses=(404,),
        path_examples={"name": "steps.csv"},
    ),
)  # fmt: skip
