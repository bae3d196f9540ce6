"""`pactwatch db`: the database itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.database import opened
from monitor.cli.failures import CommandError
from monitor.cli.options import ConfigOption, JsonOption, read_config
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


@group.command("check")
def check(json: JsonOption = False, config: ConfigOption = None) -> None:
    """Read the whole database through and tell what is damaged. Exit code 1 if anything is."""
    with opened(config) as storage:
        found = storage.check()
        description = storage.description
    if json:
        print_json({"database": description, "whole": not found, "damage": found})
    else:
        print(description)
        print("\n".join(found) or "whole")
    if found:
        raise typer.Exit(1)


@group.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(help="Where the copy goes; one that is there is replaced.")],
    *,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Write a whole copy of a SQLite database while the service runs. It is read through before it counts.

    PostgreSQL has a tool of its own for this: pg_dump --format=custom --file=FILE, with storage.url.
    """
    with opened(config) as storage:
        size = storage.back_up(target)
    if json:
        print_json({"backup": str(target), "bytes": size})
    else:
        print(f"{target}: {size} bytes, whole")


@group.command("restore")
def restore(
    backup_file: Annotated[Path, typer.Argument(help="A copy that `db backup` made.", metavar="FILE")],
    *,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Put a copy in the place of the database; the service must be stopped. What was there is kept beside it.

    What was told after the copy was made is not told again by channels that can be asked; others mark what
    they tell within a day as a possible repeat.
    """
    from storage import StorageError, put_back

    url = read_config(config).storage_url
    if not url.startswith("sqlite:///"):
        raise CommandError("use pg_restore; then `pactwatch db restored`")
    database = Path(url.removeprefix("sqlite:///"))
    try:
        made, kept = put_back(backup_file, database, datetime.now(UTC))
    except StorageError as error:
        raise CommandError(str(error)) from None
    if json:
        print_json({"database": str(database), "made": made, "kept": str(kept) if kept else None})
    else:
        print(f"{database}: restored to {made[:19]}" + (f"; what was there is {kept}" if kept else ""))


@group.command("restored")
def restored(config: ConfigOption = None) -> None:
    """Say that the database was put back to an earlier state by another tool, such as pg_restore, while the
    service was stopped: what may have been told since is not told twice. `db restore` does this by itself."""
    with opened(config) as storage:
        storage.hold()
        with storage.writing() as w:
            w.mark_restored(datetime.now(UTC))
    print("noted: for a day, channels that can be asked are asked first; others mark possible repeats")


@group.command("compact")
def compact(json: JsonOption = False, config: ConfigOption = None) -> None:
    """Remove all that is older than `retention` says, and give its room back to the disk. The service, which
    removes such things a little at a time, must be stopped."""
    from monitor.pruning import prune

    settings = read_config(config).retention
    with opened(config) as storage:
        storage.hold()
        pruned = prune(storage, settings, now=datetime.now(UTC), rounds=None)
        storage.compact()
    removed = {name: getattr(pruned, name) for name in ("visits", "raw_pages", "texts", "entries")}
    if json:
        print_json(removed)
    else:
        print(
            "removed " + ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in removed.items())
        )
