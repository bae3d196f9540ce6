"""The filters that every query takes, and what they come to.

`@filtered` gives a command the options --party, --pair, --stage, --instrument, --since, --until,
--lang, --tier and --limit, and calls it with one `Filter`.
"""

import functools
import inspect
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from monitor.cli.failures import WrongUseError
from monitor.terms import Instrument, Stage, Tier

if TYPE_CHECKING:
    from storage.records import Filter

T = TypeVar("T")
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
    from monitor.config import values
    from storage.records import Filter

    return Filter(
        party=_checked("--party", party, values.party),
        pair=_checked("--pair", pair, values.pair),
        stage=_word("--stage", stage, Stage),
        instrument=_word("--instrument", instrument, Instrument),
        since=_day("--since", since, last=False),
        until=_day("--until", until, last=True),
        language=_checked("--lang", lang, values.language),
        tier=_word("--tier", tier, Tier),
        limit=limit,
    )


def _checked(option: str, value: str | None, check: Callable[[str], T]) -> T | None:
    if value is None:
        return None
    try:
        return check(value)
    except ValueError as error:
        raise WrongUseError(f"{option}: {error}") from None


def _word(option: str, value: str | None, words: Iterable[str]) -> str | None:
    from monitor.config.problems import advice

    known = [str(word) for word in words]
    if value is None or value in known:
        return value
    raise WrongUseError(f'{option}: "{value}" is not known here{advice(value, known)}')


def _day(option: str, value: str | None, *, last: bool) -> date | None:
    from monitor.durations import parse_duration

    if value is None:
        return None
    try:
        if re.fullmatch(r"\d{4}(-\d{2}){0,2}", value):
            return _end_of(value) if last else date.fromisoformat(value + "-01" * (2 - value.count("-")))
        return (datetime.now(UTC) - parse_duration(value)).date()
    except ValueError:
        message = f'{option}: "{value}" is not a day (2024-02-23, 2024-02, 2024, or 7d for a week ago)'
        raise WrongUseError(message) from None


def _end_of(value: str) -> date:
    """The last day of a year or month, or the day itself."""
    import calendar

    year, *rest = map(int, value.split("-"))
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) == 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day)
