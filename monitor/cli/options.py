"""The options that many commands share, and the configuration that --config names."""

import os
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.failures import WrongUseError

if TYPE_CHECKING:
    from monitor.config import Config

DEFAULT_CONFIG = Path("config.yaml")
CONFIG_VARIABLE = "PACTWATCH_CONFIG"
_chosen: ContextVar[Path | None] = ContextVar("chosen", default=None)


class Format(StrEnum):
    """How data is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help=f"The configuration file. Default: ${CONFIG_VARIABLE}, else ./{DEFAULT_CONFIG}.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]


def style_of(style: Format, *, json: bool) -> Format:
    """How to print: --json is short for --format json."""
    return Format.JSON if json else style


def choose_config(path: Path | None) -> None:
    """Note the file, if any, that stood before the command (`pactwatch --config FILE steps`)."""
    _chosen.set(path)


def config_path(given: Path | None) -> Path:
    """The configuration file to read. Raises WrongUseError, with what to do, where there is none."""
    from_environ = os.environ.get(CONFIG_VARIABLE)
    path = given or _chosen.get() or (Path(from_environ) if from_environ else None)
    if path is not None:
        return path
    if not DEFAULT_CONFIG.exists():
        raise WrongUseError(
            f"{DEFAULT_CONFIG}: there is no such file here. `pactwatch config init` writes one "
            f"with its sources; or name yours with --config FILE or ${CONFIG_VARIABLE}."
        )
    return DEFAULT_CONFIG


def saved(config: "Config", name: str) -> str:
    """The saved search of that name. Raises WrongUseError naming the nearest one."""
    from monitor.config.problems import advice

    if name not in config.searches:
        raise WrongUseError(f'there is no saved search "{name}"{advice(name, sorted(config.searches))}')
    return config.searches[name]


def read_config(given: Path | None, *, secrets: bool = False) -> "Config":
    """The configuration. Raises WrongUseError with every mistake in it. With `secrets`, each must be set."""
    from monitor.config import ConfigError, load_config

    try:
        return load_config(config_path(given), secrets=secrets)
    except ConfigError as error:
        raise WrongUseError(str(error)) from None
