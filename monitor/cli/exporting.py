"""`pactwatch export`: all steps, agreements or articles that match, into a file or a pipe."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.filters import filtered_all
from monitor.cli.options import ConfigOption, Format
from monitor.cli.output import show
from monitor.columns import AGREEMENT_COLUMNS, ARTICLE_COLUMNS, DETAIL_COLUMNS, STEP_COLUMNS
from monitor.shapes import agreement_shape, article_shape, stated_row, step_shape

if TYPE_CHECKING:
    from storage import Reader
    from storage.records import Filter

PAGE = 500


class What(StrEnum):
    """What can be exported."""

    STEPS = "steps"
    AGREEMENTS = "agreements"
    DETAILS = "details"
    ARTICLES = "articles"


class ExportFormat(StrEnum):
    """How it is written."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ATOM = "atom"
    ICS = "ics"
    MARKDOWN = "md"


@filtered_all
def export(
    *,
    what: Annotated[What, typer.Argument(help="steps, agreements, details or articles.")],
    wanted: "Filter",
    style: Annotated[
        ExportFormat, typer.Option("--format", help="json (lines), csv, parquet, atom, ics (calendar) or md.")
    ] = ExportFormat.JSON,
    find: Annotated[
        str | None, typer.Option(help="Of articles, those that this search finds.", metavar="TEXT")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; it is there whole or not at all.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write every step, agreement, detail or article that matches, last recorded first. With --limit, so many
    (of details: those of so many mentions).

    A calendar and a brief are of steps, a feed of steps or of articles. docs/data.md is the codebook.
    """
    columns, shape = _SHAPES[what]
    with reading(config) as reader:
        wanted = _searched(reader, what, wanted, find)
        if style in (ExportFormat.JSON, ExportFormat.CSV):
            with _into(output):
                show(_pages(reader, what, wanted), columns, style=Format(style.value), as_json=shape)
        else:
            _put(_whole(reader, what.value, style.value, wanted, find), output)


def _searched(reader: "Reader", what: What, wanted: "Filter", find: str | None) -> "Filter":
    """The filter with the search in it."""
    if find is None:
        return wanted
    from monitor.filters import WrongFilterError
    from monitor.searching import QueryError, matching

    if what is not What.ARTICLES:
        raise WrongUseError("--find is for articles")
    try:
        return matching(reader, find, wanted, now=datetime.now(UTC))[0]
    except (QueryError, WrongFilterError) as error:
        raise WrongUseError(f"--find: {error}") from None


def _whole(reader: "Reader", what: str, style: str, wanted: "Filter", find: str | None) -> bytes:
    from monitor.exporting import NoExportError
    from monitor.exporting.writing import written

    try:
        return written(reader, what, style, wanted, now=datetime.now(UTC), find=find).body
    except NoExportError as error:
        raise WrongUseError(str(error)) from None


def _put(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    with _replacing(output) as new:
        new.write_bytes(content)


_SHAPES: dict[What, tuple[Any, Callable[[Any], Any]]] = {
    What.STEPS: (STEP_COLUMNS, step_shape),
    What.AGREEMENTS: (AGREEMENT_COLUMNS, lambda one: agreement_shape(*one)),
    What.DETAILS: (DETAIL_COLUMNS, stated_row),
    What.ARTICLES: (ARTICLE_COLUMNS, lambda one: article_shape(one, text=True)),
}


def _pages(reader: "Reader", what: What, wanted: "Filter") -> Iterator[Any]:
    """All that match, some at a time."""
    left, before = wanted.limit, None
    while left > 0:
        found, before = _page(reader, what, replace(wanted, limit=min(PAGE, left), before_id=before))
        if before is None:
            return
        left -= PAGE
        yield from found


def _page(reader: "Reader", what: What, wanted: "Filter") -> tuple[Iterable[Any], int | None]:
    """(those of a page, the key of its last); None for the key where the page is empty."""
    if what is What.STEPS:
        steps = reader.steps(wanted)
        return steps, steps[-1].seq if steps else None
    if what is What.ARTICLES:
        articles = reader.articles(wanted)
        return articles, articles[-1].id if articles else None
    if what is What.DETAILS:
        views = reader.mentions(wanted, with_details=True)
        rows = ((view, one) for view in views for one in view.mention.details)
        return rows, views[-1].mention.id if views else None
    from monitor.timelines import with_steps

    found = reader.agreements(wanted)
    timelines = with_steps(found, reader.steps_of({one.parties for one in found}))
    return timelines, found[-1].id if found else None


@contextlib.contextmanager
def _into(output: Path | None) -> Iterator[None]:
    """What is printed inside goes into that file, which is replaced in one step at the end."""
    if output is None:
        yield
        return
    with (
        _replacing(output) as new,
        new.open("w", encoding="utf-8", newline="") as stream,
        contextlib.redirect_stdout(stream),
    ):
        yield


@contextlib.contextmanager
def _replacing(output: Path) -> Iterator[Path]:
    """A file to write, which takes the place of `output` in one step at the end."""
    new = output.with_name(f".{output.name}.new")
    try:
        yield new
        os.replace(new, output)  # noqa: PTH105 - one atomic step
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise CommandError(f"{output.as_posix()}: {reason.lower()}") from None
    finally:
        new.unlink(missing_ok=True)
