"""`pactwatch replay`: the true pipeline over a file of articles, with their publication as the clock."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, read_config
from monitor.cli.output import print_json


def replay(
    file: Annotated[Path, typer.Argument(help="Articles as JSON Lines, with `published`.")],
    *,
    known: Annotated[
        bool, typer.Option("--known", help="Start from the shipped list of known steps, not from nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The only format there is; for symmetry.")] = True,
    config: ConfigOption = None,
) -> None:
    """Tell what people would have been told, one line of JSON for each step, after the run.

    Detect, register, route and outbox as in the service, on a temporary database. A line that is no
    article is named on the standard error; the rest is still done, and the exit code is 1. With
    --config, its watch section decides; else every step is told.
    """
    from monitor.replay import replay as replay_file
    from monitor.rules import rules_of
    from storage import StorageError

    rules = rules_of(read_config(config)) if config is not None else None
    try:
        with _progress() as progress:
            done = replay_file(file, rules=rules, known=known, progress=progress)
    except StorageError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise WrongUseError(f"{file.as_posix()}: {reason}") from None
    for step in done.told:
        print_json(step.line())
    for bad in done.bad:
        print(f"{file.as_posix()}: {bad}", file=sys.stderr)
    if sys.stderr.isatty():
        print(f"{done.articles} articles, {len(done.told)} steps told", file=sys.stderr)
    if done.bad:
        raise typer.Exit(1)


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Shows how many articles are done, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading ...") as status:
        yield lambda done: status.update(f"{done} articles")
