"""`pactwatch routes test`: who would be told of a step, without telling anybody."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from monitor.cli.failures import WrongUseError
from monitor.cli.filters import filter_of
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, read_config, saved, style_of
from monitor.cli.output import show
from monitor.terms import Corroboration

group = typer.Typer(no_args_is_help=True, help="Who is told what.")


@group.command("test")
def try_routes(
    *,
    pair: Annotated[str, typer.Option(help="The step's pair (DK-UA).", metavar="PAIR")],
    stage: Annotated[str, typer.Option(help="Its stage.", metavar="STAGE")],
    instrument: Annotated[
        str, typer.Option(help="Its instrument.", metavar="INSTRUMENT")
    ] = "security_agreement",
    tier: Annotated[str, typer.Option(help="The tier that reports it.", metavar="TIER")] = "official",
    lang: Annotated[str, typer.Option(help="The language that it is reported in.", metavar="CODE")] = "en",
    search: Annotated[
        list[str] | None,
        typer.Option(help="A saved search that finds it; may be given again.", metavar="NAME"),
    ] = None,
    corroboration: Annotated[str, typer.Option(help="How well it is reported.")] = "single",
    confidence: Annotated[float, typer.Option(help="How sure detection is.", min=0, max=1)] = 1.0,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Tell which routes and channels a step would take, and when."""
    from monitor.alerts.routing import StepFacts, Told, route
    from monitor.config.problems import advice

    if corroboration not in list(Corroboration):
        known = advice(corroboration, Corroboration)
        raise WrongUseError(f'--corroboration: "{corroboration}" is not known here{known}')
    wanted = filter_of(pair=pair, stage=stage, instrument=instrument, tier=tier, lang=lang)
    assert wanted.pair is not None
    facts = StepFacts(
        parties=wanted.pair,
        instrument=instrument,
        stage=stage,
        tiers=frozenset({tier}),
        languages=frozenset({lang}),
        searches=frozenset(search or ()),
        corroboration=corroboration,
        confidence=confidence,
    )
    loaded = read_config(config)
    for name in search or ():
        saved(loaded, name)
    told = route(facts, loaded.alerting.routes, now=datetime.now(UTC))
    columns: dict[str, Any] = {name: lambda one, name=name: getattr(one, name) for name in _NAMES}
    show(
        list[Told](told),
        columns,
        style=style_of(style, json=json),
        nothing="nobody would be told",
    )


_NAMES = ("route", "channel", "due_at", "batch")
