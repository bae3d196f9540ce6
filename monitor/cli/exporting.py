"""`pactwatch export`: all steps, agreements or articles that match, into a file or a pipe."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading
from monitor.cli.failures import CommandError
from monitor.cli.filters import filtered_all
from monitor.cli.options import ConfigOption, Format
from monitor.cli.output import show
from monitor.cli.query import AGREEMENT_COLUMNS, ARTICLE_COLUMNS, STEP_COLUMNS
from monitor.shapes import agreement_shape, article_shape, step_shape

if TYPE_CHECKING:
    from storage import Reader
    from storage.records import Filter

PAGE = 500


class What(StrEnum):
    """What can be exported."""

    STEPS = "steps"
    AGREEMENTS = "agreements"
    ARTICLES = "articles"


class ExportFormat(StrEnum):
    """How it is written."""

    JSON = "json"
    CSV = "csv"


@filtered_all
def export(
    *,
    what: Annotated[What, typer.Argument(help="steps, agreements or articles.")],
    wanted: "Filter",
    style: Annotated[ExportFormat, typer.Option("--format", help="JSON Lines or CSV.")] = ExportFormat.JSON,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; it is there whole or not at all.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write every step, agreement or article that matches, last recorded first. With --limit, so many."""
    columns, shape = _SHAPES[what]
    with reading(config) as reader, _into(output):
        show(_pages(reader, what, wanted), columns, style=Format(style.value), as_json=shape)


_SHAPES: dict[What, tuple[Any, Callable[[Any], Any]]] = {
    What.STEPS: (STEP_COLUMNS, step_shape),
    What.AGREEMENTS: (AGREEMENT_COLUMNS, lambda one: agreement_shape(*one)),
    What.ARTICLES: (ARTICLE_COLUMNS, lambda one: article_shape(one, text=True)),
}


def _pages(reader: "Reader", what: What, wanted: "Filter") -> Iterator[Any]:
    """All that match, some at a time."""
    left, before = wanted.limit, None
    while left > 0:
        page = replace(wanted, limit=min(PAGE, left), before_id=before)
        found: list[Any] = getattr(reader, what.value)(page)
        if not found:
            return
        left -= len(found)
        before = found[-1].seq if what is What.STEPS else found[-1].id
        if what is What.AGREEMENTS:
            from monitor.timelines import with_steps

            found = with_steps(found, reader.steps_of({one.parties for one in found}))
        yield from found


@contextlib.contextmanager
def _into(output: Path | None) -> Iterator[None]:
    """What is printed inside goes into that file, which is replaced in one step at the end."""
    if output is None:
        yield
        return
    new = output.with_name(f".{output.name}.new")
    try:
        with new.open("w", encoding="utf-8", newline="") as stream, contextlib.redirect_stdout(stream):
            yield
        os.replace(new, output)  # noqa: PTH105 - one atomic step
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise CommandError(f"{output.as_posix()}: {reason.lower()}") from None
    finally:
        new.unlink(missing_ok=True)
