"""`pactwatch silence`: people are not told of what matches, until it ends."""

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading, writing
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.filters import filter_of
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, style_of
from monitor.cli.output import show
from monitor.terms import pair_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.records import SilenceRecord

group = typer.Typer(no_args_is_help=True, help="Keep quiet about some steps for a while.")
_COLUMNS: "dict[str, Callable[[SilenceRecord], Any]]" = {
    "id": lambda one: one.id,
    "match": lambda one: "; ".join(f"{key}: {', '.join(map(str, of))}" for key, of in one.match.items()),
    "expires": lambda one: one.expires,
    "who": lambda one: one.who,
    "reason": lambda one: one.reason,
}


@group.command("add")
def add(
    *,
    reason: Annotated[str, typer.Option(help="Why. Shown where a message was held back.")],
    for_: Annotated[str, typer.Option("--for", help="How long (2h, 3d).")] = "1d",
    party: Annotated[str | None, typer.Option(help="Steps of a party.", metavar="CODE")] = None,
    pair: Annotated[str | None, typer.Option(help="Steps of a pair (DK-UA).", metavar="PAIR")] = None,
    stage: Annotated[str | None, typer.Option(help="Steps at a stage.", metavar="STAGE")] = None,
    instrument: Annotated[
        str | None, typer.Option(help="Steps of an instrument.", metavar="INSTRUMENT")
    ] = None,
    who: Annotated[str | None, typer.Option(help="Who says so. Default: your login.")] = None,
    config: ConfigOption = None,
) -> None:
    """Hold back messages about steps that match all the given conditions."""
    from monitor.durations import parse_duration
    from storage.records import SilenceRecord

    wanted = filter_of(party=party, pair=pair, stage=stage, instrument=instrument)
    match = {
        "parties": [wanted.party] if wanted.party else [],
        "pairs": [pair_name(wanted.pair)] if wanted.pair else [],
        "stages": [wanted.stage] if wanted.stage else [],
        "instruments": [wanted.instrument] if wanted.instrument else [],
    }
    match = {key: values for key, values in match.items() if values}
    if not match:
        raise WrongUseError(
            "a silence wants --party, --pair, --stage or --instrument: it never holds back all"
        )
    try:
        duration = parse_duration(for_)
    except ValueError as error:
        raise WrongUseError(f"--for: {error}") from None
    now = datetime.now(UTC)
    silence = SilenceRecord(
        match=match, reason=reason, who=who or getpass.getuser(), created=now, expires=now + duration
    )
    with writing(config) as writer:
        added = writer.add_silence(silence)
    print(f"silence {added.id} until {added.expires:%Y-%m-%d %H:%M} UTC")


@group.command("list")
def list_(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Those that ended, too.")] = False,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the silences in force."""
    with reading(config) as reader:
        found = reader.silences(None if everything else datetime.now(UTC))
    show(
        found,
        _COLUMNS,
        style=style_of(style, json=json),
        as_json=lambda one: one,
        nothing="nothing is silenced",
    )


@group.command("end")
def end(
    *,
    silence: Annotated[int, typer.Argument(help="Its number in `silence list`.", metavar="ID")],
    config: ConfigOption = None,
) -> None:
    """End a silence now."""
    with writing(config) as writer:
        ended = writer.expire_silence(silence, datetime.now(UTC))
    if not ended:
        raise CommandError(f"silence {silence} is not in force")
    print(f"silence {silence} ended")
