"""`pactwatch db`: the database itself."""

from typing import Annotated

import typer

from monitor.cli.database import opened
from monitor.cli.options import ConfigOption, JsonOption
from monitor.cli.output import plain, print_json

group = typer.Typer(no_args_is_help=True, help="The database itself.")
_Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing when there is nothing to do.")]


@group.command("upgrade")
def upgrade(quiet: _Quiet = False, json: JsonOption = False, config: ConfigOption = None) -> None:
    """Make the tables, or bring them up to date. Safe to run again, and twice at once."""
    with opened(config) as storage:
        before, after = storage.upgrade()
        description = storage.description
    if json:
        print_json({"before": before, "after": after, "database": description})
    elif before != after or not quiet:
        done = f"schema {before or '(none)'} -> {after}" if before != after else f"schema {after}: up to date"
        print(f"{description}: {done}")


@group.command("reindex")
def reindex(
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing.")] = False, config: ConfigOption = None
) -> None:
    """Make the search words of all stored articles anew, after an upgrade. The service may run meanwhile."""
    from monitor.searching.reindexing import reindex

    def told(done: int) -> None:
        if not quiet and done % 10_000 == 0:
            print(f"{done} articles ...", flush=True)

    with opened(config) as storage:
        done = reindex(storage, told)
    if not quiet:
        print(f"{done} articles indexed anew")


@group.command("status")
def status(json: JsonOption = False, config: ConfigOption = None) -> None:
    """Tell which database it is and how much is in it."""
    with opened(config) as storage, storage.reading() as reader:
        counts = plain(reader.counts())
        description = storage.description
    if json:
        print_json({"database": description, **counts})
        return
    print(description)
    for name, number in counts.items():
        print(f"{name.replace('_', ' ')}\t{number}")
