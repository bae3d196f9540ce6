"""`pactwatch review`: the steps that a human must decide on, and the decisions."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.database import opened, reading
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.filters import filtered
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, read_config, style_of
from monitor.cli.output import show
from monitor.cli.showing import step_line
from monitor.columns import STEP_COLUMNS
from monitor.shapes import step_shape

if TYPE_CHECKING:
    from monitor.review import Verdict
    from monitor.rules import Rules
    from storage import Writer
    from storage.records import Filter

group = typer.Typer(no_args_is_help=True, help="Decide on steps that detection is not sure of.")
Step = Annotated[str, typer.Argument(help="The step's id.", metavar="STEP")]
Reason = Annotated[str, typer.Option(help="Why; kept with the decision.")]
Who = Annotated[str | None, typer.Option(help="Who decides. Default: your login.")]


@group.command("list")
@filtered
def list_(
    *,
    wanted: "Filter",
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the steps that wait for a decision, last recorded first."""
    from monitor.review import waiting

    with reading(config) as reader:
        found = waiting(reader, wanted)
    columns = {
        **STEP_COLUMNS,
        "confidence": lambda one: round(one.confidence, 2),
        "why": lambda one: one.reason,
    }
    show(
        found,
        columns,
        style=style_of(style, json=json),
        as_json=step_shape,
        nothing="nothing waits for a decision",
    )


@contextmanager
def _deciding(config: Path | None, who: str | None, reason: str) -> "Iterator[tuple[Writer, Verdict, Rules]]":
    """One transaction in which a decision is made. Raises CommandError where it cannot be."""
    from monitor.review import ReviewError, Verdict
    from monitor.rules import rules_of

    rules = rules_of(read_config(config))
    verdict = Verdict(who=who or getpass.getuser(), reason=reason, now=datetime.now(UTC))
    try:
        with opened(config) as storage, storage.writing() as writer:
            yield writer, verdict, rules
    except ReviewError as error:
        raise CommandError(str(error)) from None


@group.command("accept")
def accept(step: Step, *, reason: Reason = "", who: Who = None, config: ConfigOption = None) -> None:
    """Accept a step: people are told as of any new one."""
    from monitor import review

    with _deciding(config, who, reason) as (writer, verdict, rules):
        print(step_line(review.accept(writer, step, verdict, rules)))


@group.command("reject")
def reject(step: Step, *, reason: Reason, who: Who = None, config: ConfigOption = None) -> None:
    """Reject a step: its reports stay silent, and those who were told hear that it was withdrawn."""
    from monitor import review

    with _deciding(config, who, reason) as (writer, verdict, rules):
        print(step_line(review.reject(writer, step, verdict, rules)))


@group.command("merge")
def merge(
    step: Step,
    into: Annotated[str, typer.Argument(help="The step that it is the same as.", metavar="INTO")],
    *,
    reason: Reason = "the same step",
    who: Who = None,
    config: ConfigOption = None,
) -> None:
    """Merge a step into another one that it is the same as. Nobody is told again."""
    from monitor import review

    with _deciding(config, who, reason) as (writer, verdict, _):
        print(step_line(review.merge(writer, step, into, verdict)))


@group.command("split")
def split(
    step: Step,
    articles: Annotated[list[int], typer.Argument(help="The articles that tell of another step.")],
    *,
    on: Annotated[str, typer.Option(help="The other step's day.", metavar="DAY")],
    reason: Reason,
    who: Who = None,
    config: ConfigOption = None,
) -> None:
    """Split a step in two: these articles tell of another one, on another day."""
    from monitor import review

    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise WrongUseError(f'--on: "{on}" is not a day (like 2024-02-23)') from None
    with _deciding(config, who, reason) as (writer, verdict, rules):
        print(step_line(review.split(writer, step, articles, on=day, verdict=verdict, rules=rules)))


@group.command("export")
def export(config: ConfigOption = None) -> None:
    """Write the decisions as labelled articles, for `pactwatch evaluate`."""
    from monitor.review import labelled_lines

    with reading(config) as reader:
        for line in labelled_lines(reader):
            print(line)
