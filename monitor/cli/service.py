"""`pactwatch run`, `poll` and `demo`: the service, one round of it by hand, and a play of it."""

import asyncio
import logging
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import logs
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import (
    ConfigOption,
    Format,
    FormatOption,
    JsonOption,
    config_path,
    read_config,
    style_of,
)
from monitor.cli.output import show
from monitor.cli.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.config import Config
    from monitor.intake import Polled
    from monitor.service import Service


class LogFormat(StrEnum):
    """How the log is written."""

    TEXT = "text"
    JSON = "json"


LogOption = Annotated[
    LogFormat, typer.Option("--log-format", help="text, or json: one object a line, every step of the way.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log every visit and decision.")]
_POLLED: "dict[str, Callable[[Polled], Any]]" = {
    "source": lambda one: one.source.id,
    "outcome": lambda one: one.visit.outcome,
    "entries": lambda one: len(one.visit.entries),
    "new": lambda one: one.new,
    "baseline": lambda one: one.baseline,
    "seconds": lambda one: round((one.visit.finished - one.visit.started).total_seconds(), 2),
    "failure": lambda one: one.visit.failure,
    "error": lambda one: one.visit.error,
}


def run(
    *, verbose: VerboseOption = False, log_format: LogOption = LogFormat.TEXT, config: ConfigOption = None
) -> None:
    """Run the service until it is told to stop (Ctrl-C, SIGTERM). SIGHUP reads the configuration again;
    one with mistakes is told and the old one stays in force."""
    logs.set_up(verbose=verbose, as_json=log_format is LogFormat.JSON)
    path = config_path(config)
    try:
        asyncio.run(_serve(path, read_config(config, secrets=True)))
    except OSError as error:
        raise CommandError(f"the service cannot start: {error}") from None


async def _serve(path: Path, config: "Config") -> None:
    loop, signals = asyncio.get_running_loop(), asyncio.Queue[signal.Signals]()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, signals.put_nowait, number)
    while True:
        teller = Teller(config, sys.stdout)
        service = await _started(config, teller)
        teller.started(service.storage.description, pages=service.web.url if service.web else None)
        losing = asyncio.create_task(_when_lost(service, signals))
        asked = await signals.get()
        while asked is signal.SIGHUP and (changed := _read_again(path)) is None:
            asked = await signals.get()
        teller.say("stopping ..." if asked is not signal.SIGHUP else "starting again ...")
        losing.cancel()
        await service.stop()
        if service.lost.is_set():
            raise CommandError("another PactWatch has taken the database over; this one has ended")
        if asked is not signal.SIGHUP:
            teller.say("stopped; what is pending is sent at the next start")
            return
        assert changed is not None
        config = changed


async def _when_lost(service: "Service", signals: "asyncio.Queue[signal.Signals]") -> None:
    await service.lost.wait()
    signals.put_nowait(signal.SIGTERM)


def _read_again(path: Path) -> "Config | None":
    try:
        return read_config(path, secrets=True)
    except WrongUseError as error:
        logging.getLogger("pactwatch").error("%s\nthe old configuration stays in force", error)
        return None


async def _started(config: "Config", teller: Teller, *, chores: bool = True) -> "Service":
    from monitor.alerts.channels import SecretMissing
    from monitor.service import Service
    from storage import StorageError

    service = Service(config, environ=os.environ, observe=teller.happened)
    try:
        await service.start(chores=chores)
    except StorageError as error:
        raise CommandError(str(error)) from None
    except SecretMissing as error:
        raise WrongUseError(str(error)) from None
    return service


def poll(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Sources by id; all that are switched on, if none.", metavar="SOURCE"),
    ] = None,
    *,
    verbose: VerboseOption = False,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Poll sources once, now, and tell people of what is new. A source's first visit only records.

    Exit code 1 when a named source failed, or when all did.
    """
    logs.set_up(verbose=verbose)
    loaded = read_config(config, secrets=True)
    wanted = _wanted(loaded, sources or [])
    polled = asyncio.run(_round(loaded, wanted, quiet=json or style is not Format.TABLE))
    polled.sort(key=lambda one: one.source.id)
    show(polled, _POLLED, style=style_of(style, json=json), nothing="no source is switched on")
    failed = sum(one.visit.failure is not None for one in polled)
    if failed and (sources or failed == len(polled)):
        raise typer.Exit(1)


def _wanted(config: "Config", ids: list[str]) -> list[str]:
    from monitor.config.problems import advice

    polled = {source.id for source in config.polled}
    for name in ids:
        source = config.source(name)
        if source is None:
            known = [one.id for one in config.sources]
            raise WrongUseError(f'there is no source "{name}"{advice(name, known)}')
        if name not in polled:
            reason = source.status_reason or "its group is not switched on (tags), or it is excluded"
            raise WrongUseError(f'"{name}" is not polled: {reason}')
    return ids


async def _round(config: "Config", ids: list[str], *, quiet: bool) -> "list[Polled]":
    teller = Teller(config, sys.stderr if quiet else sys.stdout)
    service = await _started(config, teller, chores=False)
    try:
        polled = await service.poll_now(ids)
        await service.delivery.drain()
        return polled
    finally:
        await service.stop()


def demo(*, config: ConfigOption = None) -> None:
    """Show the whole system against a newsroom on this machine: no accounts, no internet, under a minute.

    It brings its own configuration. Exit code 1 if anything was told too often, or not at all.
    """
    from monitor.demo import run_demo

    logs.set_up(verbose=False)
    logging.getLogger("pactwatch").setLevel(logging.ERROR)
    raise typer.Exit(asyncio.run(run_demo(sys.stdout)))
