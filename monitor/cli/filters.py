"""The filters that every query takes, and what they come to.

`@filtered` gives a command the options --party, --pair, --stage, --instrument, --since, --until,
--lang, --tier and --limit, and calls it with one `Filter`.
"""

import functools
import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.failures import WrongUseError

if TYPE_CHECKING:
    from storage.records import Filter

EVERYTHING = 1_000_000
OPTIONS: dict[str, Any] = {
    "party": Annotated[str | None, typer.Option(help="Of a party (DK, EU, NATO).", metavar="CODE")],
    "pair": Annotated[str | None, typer.Option(help="Of a pair (DK-UA).", metavar="PAIR")],
    "stage": Annotated[str | None, typer.Option(help="At a stage (signed).", metavar="STAGE")],
    "instrument": Annotated[str | None, typer.Option(help="Of an instrument.", metavar="INSTRUMENT")],
    "since": Annotated[
        str | None, typer.Option(help="From a day, month, year, or ago (7d).", metavar="WHEN")
    ],
    "until": Annotated[str | None, typer.Option(help="Up to a day, month or year.", metavar="WHEN")],
    "lang": Annotated[str | None, typer.Option(help="Reported in a language (uk).", metavar="CODE")],
    "tier": Annotated[str | None, typer.Option(help="Reported by a tier (official).", metavar="TIER")],
    "limit": Annotated[int, typer.Option(help="At most so many.", min=1, max=EVERYTHING)],
}


def filtered_all(command: Callable[..., None]) -> Callable[..., None]:
    """As `filtered`, for commands that give everything unless told otherwise."""
    return filtered(command, limit=EVERYTHING)


def filtered(command: Callable[..., None], *, limit: int = 100) -> Callable[..., None]:
    """The command with the filters as options instead of its parameter `wanted`."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        command(wanted=filter_of(**{name: given.pop(name) for name in OPTIONS}), **given)

    own = [one for one in inspect.signature(command).parameters.values() if one.name != "wanted"]
    added = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=limit if name == "limit" else None,
            annotation=annotation,
        )
        for name, annotation in OPTIONS.items()
    ]
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [*(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *added]
    )
    # Not typing.get_type_hints: it would need `Filter`, and with it the whole of storage, for --help.
    run.__annotations__ = {one.name: one.annotation for one in own} | OPTIONS
    return run


def filter_of(
    *,
    party: str | None = None,
    pair: str | None = None,
    stage: str | None = None,
    instrument: str | None = None,
    since: str | None = None,
    until: str | None = None,
    lang: str | None = None,
    tier: str | None = None,
    limit: int = 100,
) -> "Filter":
    """What the options ask for. Raises WrongUseError naming the option and the nearest right value."""
    from monitor import filters

    try:
        return filters.filter_of(
            now=datetime.now(UTC),
            limit=limit,
            party=party,
            pair=pair,
            stage=stage,
            instrument=instrument,
            since=since,
            until=until,
            lang=lang,
            tier=tier,
        )
    except filters.WrongFilterError as error:
        raise WrongUseError(f"--{error.name}: {error.reason}") from None
