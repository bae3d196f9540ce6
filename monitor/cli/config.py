"""`pactwatch config`: check a configuration, or write one to start from."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, JsonOption, config_path
from monitor.cli.output import print_json

if TYPE_CHECKING:
    from monitor.config import Config

group = typer.Typer(no_args_is_help=True, help="Check the configuration, or write one to start from.")


@group.command("check")
def check(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Check the configuration and everything it includes, without starting anything.

    Every mistake is told at once with file, line, field and what to write instead. Exit code 2 if there
    is one.
    """
    from monitor.config import ConfigError, load_config

    path = config_path(config)
    try:
        loaded = load_config(path)
    except ConfigError as error:
        if not json:
            raise WrongUseError(str(error)) from None
        for problem in error.problems:
            print_json(problem)
        raise typer.Exit(2) from None
    if json:
        return
    for note in loaded.notes():
        print(f"note: {note}", file=sys.stderr)
    print(f"{path.as_posix()}: in order; {_summary(loaded)}")


def _summary(config: "Config") -> str:
    counts = Counter(source.tier.value for source in config.polled)
    tiers = ", ".join(f"{count} {tier}" for tier, count in counts.items())
    polled, off = len(config.polled), len(config.sources) - len(config.polled)
    return (
        f"{polled} sources polled ({tiers}), {off} not; "
        f"{len(config.alerting.channels)} channels, {len(config.alerting.routes)} routes"
    )


@group.command("init")
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write.", metavar="[FOLDER]")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Write the shipped config.yaml and its sources into a folder, to start from."""
    from monitor.config.shipped import shipped_files

    try:
        files = shipped_files()
    except FileNotFoundError as error:
        raise CommandError(str(error)) from None
    there = [folder / name for name in files if (folder / name).exists()]
    if there and not force:
        raise WrongUseError(f"{there[0].as_posix()}: is there already; --force writes over it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in files.items():
            (folder / name).write_bytes(source.read_bytes())
    except OSError as error:
        raise CommandError(f"{folder.as_posix()}: cannot be written: {error.strerror}") from None
    print(f"wrote {' and '.join((folder / name).as_posix() for name in files)}; now: pactwatch run")
