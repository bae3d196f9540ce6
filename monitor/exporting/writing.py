"""One export, written whole: what matches, in a format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.columns import AGREEMENT_COLUMNS, ARTICLE_COLUMNS, DETAIL_COLUMNS, STEP_COLUMNS
from monitor.exporting import (
    Dated,
    NoExportError,
    brief,
    calendar,
    csv_text,
    feed_of_articles,
    feed_of_steps,
    json_lines,
    parquet,
)
from monitor.particulars import particulars
from monitor.searching import search
from monitor.shapes import agreement_shape, article_shape, stated_row, step_shape
from monitor.timelines import with_steps
from storage import Reader
from storage.records import Filter, StepRecord

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "atom": "application/atom+xml",
    "ics": "text/calendar; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
MENTIONS = 50  # of a step, looked at for what they state
KINDS = ("steps", "agreements", "details", "articles")
_COLUMNS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "steps": STEP_COLUMNS,
    "agreements": AGREEMENT_COLUMNS,
    "details": DETAIL_COLUMNS,
    "articles": ARTICLE_COLUMNS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An export, and what it is."""

    body: bytes
    media_type: str
    name: str  # of the file


def written(
    r: Reader, kind: str, style: str, wanted: Filter, *, now: datetime, find: str | None = None
) -> Written:
    """All of a kind that is `wanted` (a filter that has the search in it already), last recorded first.

    `find` only names a feed. Raises NoExportError for a kind that has no such format.
    """
    table = {"json": _json, "csv": _csv, "parquet": _parquet}
    if style in table:
        body = table[style](r, kind, wanted)
    elif kind == "steps":
        body = _steps(r, style, wanted, now)
    elif kind == "articles" and style == "atom":
        body = feed_of_articles(search(r, find or "", wanted, now=now), title=find or "Articles", now=now)
    else:
        raise NoExportError(f"{kind} are not written as {style}: steps are, and articles as atom")
    return Written(body=body, media_type=MEDIA_TYPES[style], name=f"pactwatch-{kind}.{style}")


def _items(r: Reader, kind: str, wanted: Filter) -> list[Any]:
    if kind == "agreements":
        found = r.agreements(wanted)
        return list(with_steps(found, r.steps_of({one.parties for one in found})))
    if kind == "details":
        return [(view, one) for view in r.mentions(wanted, with_details=True) for one in view.mention.details]
    return list(r.steps(wanted) if kind == "steps" else r.articles(wanted))


def _shaped(r: Reader, kind: str, wanted: Filter) -> list[Mapping[str, Any]]:
    shapes: Mapping[str, Callable[[Any], Mapping[str, Any]]] = {
        "steps": step_shape,
        "agreements": lambda one: agreement_shape(*one),
        "details": stated_row,
        "articles": lambda one: article_shape(one, text=True),
    }
    return [shapes[kind](one) for one in _items(r, kind, wanted)]


def _dated(r: Reader, steps: list[StepRecord]) -> list[Dated]:
    """The steps with what their articles state, and the other steps of their agreements."""
    seen = r.glimpses([step.id for step in steps], most=MENTIONS)
    beside: dict[str, list[StepRecord]] = {}
    for step in r.steps_of({step.agreement.parties for step in steps}):
        beside.setdefault(step.agreement.name, []).append(step)
    return [
        Dated(
            step=step,
            stated=particulars(seen[step.id].mentions) if step.id in seen else (),
            same=tuple(beside.get(step.agreement.name, ())),
        )
        for step in steps
    ]


def _json(r: Reader, kind: str, wanted: Filter) -> bytes:
    return json_lines(_shaped(r, kind, wanted)).encode("utf-8", "replace")


def _csv(r: Reader, kind: str, wanted: Filter) -> bytes:
    return csv_text(_items(r, kind, wanted), _COLUMNS[kind]).encode("utf-8", "replace")


def _parquet(r: Reader, kind: str, wanted: Filter) -> bytes:
    return parquet(_shaped(r, kind, wanted), kind)


def _steps(r: Reader, style: str, wanted: Filter, now: datetime) -> bytes:
    steps = r.steps(wanted)
    if style == "atom":
        seen = r.glimpses([step.id for step in steps], most=1)
        return feed_of_steps(steps, seen, title="Steps of security agreements", now=now)
    standing = [step for step in steps if step.state not in ("rejected", "merged", "review")]
    if style == "ics":
        return calendar(_dated(r, standing), now=now)
    standing.sort(key=lambda step: (step.date.isoformat() if step.date else "", step.id), reverse=True)
    views = [view for step in standing if (view := r.step_view(step.id))]
    return brief(views, since=wanted.since, until=wanted.until).encode("utf-8", "replace")
