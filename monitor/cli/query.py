"""`pactwatch steps`, `agreements`, `articles` and `find`: what the register and the archive hold."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading
from monitor.cli.failures import WrongUseError
from monitor.cli.filters import filtered
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, read_config, saved, style_of
from monitor.cli.output import show
from monitor.columns import AGREEMENT_COLUMNS, ARTICLE_COLUMNS, STEP_COLUMNS
from monitor.shapes import agreement_shape, article_shape, step_shape

if TYPE_CHECKING:
    from monitor.searching import Hit
    from storage.records import Filter


def _marked(hit: "Hit") -> str:
    from monitor.searching import marked

    return marked(hit.snippet)


HIT_COLUMNS: "dict[str, Callable[[Hit], Any]]" = {
    "id": lambda hit: hit.article.id,
    "published": lambda hit: hit.article.published,
    "publisher": lambda hit: hit.article.publisher,
    "title": lambda hit: hit.article.title,
    "found": _marked,
}


@filtered
def steps(
    *,
    wanted: "Filter",
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the steps of agreements, last recorded first."""
    with reading(config) as reader:
        found = reader.steps(wanted)
    show(
        found,
        STEP_COLUMNS,
        style=style_of(style, json=json),
        as_json=step_shape,
        nothing="no step matches",
    )


@filtered
def agreements(
    *,
    wanted: "Filter",
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the agreements with the stage that each has reached, last recorded first."""
    from monitor.timelines import with_steps

    with reading(config) as reader:
        found = reader.agreements(wanted)
        timelines = with_steps(found, reader.steps_of({one.parties for one in found}))
    show(
        timelines,
        AGREEMENT_COLUMNS,
        style=style_of(style, json=json),
        as_json=lambda one: agreement_shape(*one),
        nothing="no agreement matches",
    )


@filtered
def articles(
    *,
    wanted: "Filter",
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the articles that were read, last found first; by party or stage: those that mention one."""
    with reading(config) as reader:
        found = reader.articles(wanted)
    show(
        found,
        ARTICLE_COLUMNS,
        style=style_of(style, json=json),
        as_json=article_shape,
        nothing="no article matches",
    )


@filtered
def find(
    *,
    text: Annotated[
        str | None,
        typer.Argument(
            help='Words in any form; "words in quotes" stand together; secur* is a beginning; AND, OR, NOT, '
            "brackets; party:DK pair: stage: instrument: since: until: lang: tier: source:"
        ),
    ] = None,
    wanted: "Filter",
    name: Annotated[
        str | None, typer.Option("--saved", help="A saved search instead (docs/search.md).", metavar="NAME")
    ] = None,
    best: Annotated[bool, typer.Option("--best", help="The best of the newest 200 first.")] = False,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Find articles by their words, last found first (docs/search.md)."""
    from datetime import UTC, datetime

    from monitor.filters import WrongFilterError
    from monitor.searching import QueryError, search

    if (text is None) == (name is None):
        raise WrongUseError("give words to find, or --saved and the name of a search")
    text = saved(read_config(config), name) if name else text or ""
    try:
        with reading(config) as reader:
            found = search(reader, text, wanted, now=datetime.now(UTC), best_first=best)
    except QueryError as error:
        raise WrongUseError(f"{text}\n{' ' * error.at}^ {error.reason}") from None
    except WrongFilterError as error:
        raise WrongUseError(str(error)) from None
    show(
        found,
        HIT_COLUMNS,
        style=style_of(style, json=json),
        as_json=lambda hit: {**article_shape(hit.article), "snippet": _marked(hit)},
        nothing=f"no article has: {text}",
    )
