"""The commands put together, and the one place where a failure becomes a line and an exit code."""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import (
    alerts,
    assisting,
    backtesting,
    config,
    db,
    detecting,
    evaluating,
    evidence,
    explaining,
    exporting,
    latency,
    query,
    replaying,
    review,
    routes,
    service,
    showing,
    silence,
    sources,
    tokens,
)
from monitor.cli.failures import CommandError
from monitor.cli.options import choose_config

app = typer.Typer(
    name="pactwatch",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Tells people once, with the evidence, when two states take a new step of a security agreement.",
)
for command in (
    service.run,
    service.poll,
    service.demo,
    query.steps,
    query.agreements,
    query.articles,
    query.find,
    showing.show,
    exporting.export,
    detecting.detect,
    evaluating.evaluate,
    replaying.replay,
    explaining.explain,
    latency.latency,
    assisting.mcp,
):
    app.command()(command)
for name, group in {
    "sources": sources.group,
    "evidence": evidence.group,
    "alerts": alerts.group,
    "routes": routes.group,
    "rules": backtesting.group,
    "review": review.group,
    "silence": silence.group,
    "tokens": tokens.group,
    "config": config.group,
    "db": db.group,
}.items():
    app.add_typer(group, name=name)


@app.callback()
def top(
    config_file: Annotated[
        Path | None, typer.Option("--config", help="The configuration file.", metavar="FILE")
    ] = None,
) -> None:
    """Tells people once, with the evidence, when two states take a new step of a security agreement."""
    choose_config(config_file)


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code of that command line: 0 done, 1 something failed, 2 wrong use or configuration."""
    _write_utf8()
    try:
        app(args=None if arguments is None else list(arguments), prog_name="pactwatch")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    except CommandError as error:
        print(error, file=sys.stderr, end="\n" if str(error) else "")
        return error.code
    except BrokenPipeError:  # the reader of our pipe has gone: `pactwatch steps | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def _write_utf8() -> None:
    """JSON and tables are UTF-8, whatever the locale of a cron job says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
