"""`pactwatch sources`: what we poll and how each is doing; and what an address may be."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import adding
from monitor.cli.database import opened
from monitor.cli.failures import CommandError
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, read_config, style_of
from monitor.cli.output import Columns, plain, print_json, show
from monitor.cli.probing import probe

if TYPE_CHECKING:
    from pathlib import Path

    from storage.records import SourceRecord

group = typer.Typer(no_args_is_help=True, help="What we poll, and how it is doing.")
group.command("probe")(probe)
group.command("add")(adding.add)
group.command("import")(adding.import_)
group.command("export")(adding.export)


@group.command("list")
def list_(
    *,
    tag: Annotated[str | None, typer.Option(help="Of one group.", metavar="TAG")] = None,
    failing: Annotated[bool, typer.Option("--failing", help="Only those in trouble.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Those not polled, too.")] = False,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the sources with their health: what the last visits brought, and what is wrong."""
    from monitor.health import health, source_columns, source_shape

    loaded = read_config(config)
    known = _known(config)
    found = [
        (source, known.get(source.id), source in loaded.polled)
        for source in (loaded.sources if everything else loaded.polled)
        if tag is None or tag in source.tags
    ]
    now = datetime.now(UTC)
    if failing:
        found = [one for one in found if health(*one, now=now) in {"failing", "stale"}]
    show(
        found,
        source_columns(now),
        style=style_of(style, json=json),
        as_json=lambda one: source_shape(one, now=now),
        nothing="no source matches",
    )


def _known(config: "Path | None") -> "dict[str, SourceRecord]":
    """What visits have taught, by source; nothing where the service never ran."""
    with opened(config) as storage:
        if storage.needs_upgrade():
            return {}
        with storage.reading() as reader:
            return {record.id: record for record in reader.sources()}


@group.command("gaps")
def gaps_(
    *,
    still: Annotated[bool, typer.Option("--open", help="Only those that are not filled.")] = False,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List the times in which a source may have brought what nobody read, and how they were filled."""
    from monitor.gaps import Gap, gaps

    with opened(config) as storage:
        found: list[Gap] = []
        if not storage.needs_upgrade():
            with storage.reading() as reader:
                found = [gap for gap in gaps(reader) if not (still and gap.filled_by)]
    columns: Columns[Gap] = {
        "source": lambda gap: gap.source_id,
        "since": lambda gap: gap.since,
        "until": lambda gap: gap.until,
        "filled_by": lambda gap: gap.filled_by,
        "found": lambda gap: gap.found,
        "next_try": lambda gap: gap.due_at,
    }
    show(found, columns, style=style_of(style, json=json), nothing="no gap is known")


@group.command("show")
def show_(
    *,
    source: Annotated[str, typer.Argument(help="A source's id.", metavar="ID")],
    visits: Annotated[int, typer.Option(help="So many of its last visits.", min=0)] = 10,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show one source: its settings, what visits taught, and its last visits."""
    from monitor.config.problems import advice
    from monitor.health import source_shape
    from monitor.websub import subscription_of

    loaded = read_config(config)
    found = loaded.source(source)
    if found is None:
        known = [one.id for one in loaded.sources]
        raise CommandError(f'there is no source "{source}"{advice(source, known)}')
    record, last, pushes = None, [], None
    with opened(config) as storage:
        if not storage.needs_upgrade():
            with storage.reading() as reader:
                record, last = reader.source(source), reader.visits(source, visits)
                pushes = subscription_of(reader, source)
    now = datetime.now(UTC)
    shape = source_shape((found, record, found in loaded.polled), now=now)
    whole = {**shape, "pushes": pushes.shown(now) if pushes else None, "last_visits": plain(last)}
    if json:
        print_json(whole)
        return
    for name, value in whole.items():
        if name != "last_visits" and value not in (None, []):
            print(f"{name}\t{value}")
    for visit in last:
        said = visit.error or f"{visit.entries} entries, {visit.new_entries} new"
        print(f"visit\t{visit.started:%Y-%m-%d %H:%M:%S}\t{visit.outcome}\t{said}")
