"""`pactwatch rules test`: what a change of rules would have told, before it is put in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.database import reading
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, JsonOption, read_config
from monitor.cli.output import print_json

if TYPE_CHECKING:
    from monitor.backtest import Backtest
    from monitor.replay import StepTold


group = typer.Typer(no_args_is_help=True, help="Try a change of rules before it is put in force.")


@group.callback()
def rules() -> None:
    """Try a change of rules before it is put in force."""


@group.command("test")
def try_rules(
    new: Annotated[Path, typer.Argument(help="The configuration with the new rules.", metavar="NEW")],
    file: Annotated[
        Path | None, typer.Argument(help="Articles as JSON Lines; all stored articles, if none is given.")
    ] = None,
    *,
    max_per_week: Annotated[
        float | None, typer.Option(help="Fail (exit code 1) where NEW tells more than so many a week.", min=0)
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Compare what the watch section and the routes of NEW would have told with what those of --config would
    have: steps gained, lost and kept, with their articles, and alerts a week."""
    from monitor.backtest import backtest as compare
    from monitor.rules import rules_of
    from storage import StorageError

    after, before = rules_of(read_config(new)), rules_of(read_config(config))
    try:
        with _articles(file, config) as articles:
            done = compare(articles, after, before)
    except StorageError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        name = file.as_posix() if file else "the stored articles"
        raise WrongUseError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from None
    for word, steps in (("gained", done.gained), ("lost", done.lost), ("kept", done.kept)):
        for step in steps:
            _print(word, step, json=json)
    if not json:
        print(_summary(done))
    if max_per_week is not None and done.per_week > max_per_week:
        raise CommandError(f"{done.per_week:.1f} alerts a week are more than the {max_per_week:g} allowed")


@contextmanager
def _articles(file: Path | None, config: Path | None) -> Iterator[Path]:
    from monitor.backtest import stored_lines

    if file is not None:
        yield file
        return
    with reading(config) as reader, stored_lines(reader) as path:
        yield path


def _print(word: str, told: "StepTold", *, json: bool) -> None:
    if json:
        print_json({"change": word, **told.line()})
        return
    step = told.step
    print(f"{word}\t{step.id}\t{', '.join(told.channels)}\t{', '.join(told.articles)}")


def _summary(done: "Backtest") -> str:
    return (
        f"{done.articles} articles: {len(done.gained)} steps gained, {len(done.lost)} lost, "
        f"{len(done.kept)} kept; {done.per_week:.1f} alerts a week"
    )
