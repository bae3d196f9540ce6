"""`pactwatch sources`: what we poll and how each is doing; and what an address may be."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import adding
from monitor.cli.database import opened
from monitor.cli.failures import CommandError
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, read_config, style_of
from monitor.cli.output import plain, print_json, show
from monitor.cli.probing import probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.config import SourceSettings
    from storage.records import SourceRecord

group = typer.Typer(no_args_is_help=True, help="What we poll, and how it is doing.")
group.command("probe")(probe)
group.command("add")(adding.add)
group.command("import")(adding.import_)
group.command("export")(adding.export)
_COLUMNS: "dict[str, Callable[[Any], Any]]" = {
    "id": lambda one: one[0].id,
    "publisher": lambda one: one[0].publisher,
    "country": lambda one: one[0].country,
    "tier": lambda one: one[0].tier,
    "kind": lambda one: one[0].kind,
    "health": lambda one: health(*one),
    "visited": lambda one: one[1].last_visit_at if one[1] else None,
    "newest": lambda one: one[1].newest_entry_at if one[1] else None,
    "entries": lambda one: one[1].entries if one[1] else None,
    "problem": lambda one: _problem(*one),
}


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
    loaded = read_config(config)
    known = _known(config)
    found = [
        (source, known.get(source.id), source in loaded.polled)
        for source in (loaded.sources if everything else loaded.polled)
        if tag is None or tag in source.tags
    ]
    if failing:
        found = [one for one in found if health(*one) in {"failing", "stale"}]
    show(
        found,
        _COLUMNS,
        style=style_of(style, json=json),
        as_json=_shape,
        nothing="no source matches",
    )


def _known(config: "Path | None") -> "dict[str, SourceRecord]":
    """What visits have taught, by source; nothing where the service never ran."""
    with opened(config) as storage:
        if storage.needs_upgrade():
            return {}
        with storage.reading() as reader:
            return {record.id: record for record in reader.sources()}


def health(source: "SourceSettings", record: "SourceRecord | None", polled: bool) -> str:
    """One word: well, new, failing, stale, or why it is not polled (off, blocked, dead)."""
    if not polled:
        return source.status.value if source.status.value != "active" else "off"
    if record is None or record.last_visit_at is None:
        return "new"
    if record.failures:
        return "failing"
    newest = record.last_new_at or record.baseline_at
    silence = source.expect.silence
    if newest and silence and _age(newest) > silence:
        return "stale"
    return "well"


def _age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment


def _problem(source: "SourceSettings", record: "SourceRecord | None", polled: bool) -> str | None:
    if not polled:
        return source.status_reason
    if record is not None and record.failures:
        return f"{record.failure}: {record.error} ({record.failures} in a row)"
    return None


def _shape(one: Any) -> dict[str, Any]:
    source, record, polled = one
    kept = plain(record) if record else {}
    return {
        **{name: plain(get(one)) for name, get in _COLUMNS.items()},
        "url": source.url,
        "language": source.language,
        "tags": list(source.tags),
        "interval": plain(source.interval),
        "polled": polled,
        "due_at": kept.get("due_at"),
        "last_success_at": kept.get("last_success_at"),
        "last_new_at": kept.get("last_new_at"),
        "visits": kept.get("visits"),
        "failures": kept.get("failures"),
        "failure": kept.get("failure"),
        "note": source.note,
    }


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

    loaded = read_config(config)
    found = loaded.source(source)
    if found is None:
        known = [one.id for one in loaded.sources]
        raise CommandError(f'there is no source "{source}"{advice(source, known)}')
    with opened(config) as storage:
        if storage.needs_upgrade():
            record, last = None, []
        else:
            with storage.reading() as reader:
                record, last = reader.source(source), reader.visits(source, visits)
    whole = {**_shape((found, record, found in loaded.polled)), "last_visits": plain(last)}
    if json:
        print_json(whole)
        return
    for name, value in whole.items():
        if name != "last_visits" and value not in (None, []):
            print(f"{name}\t{value}")
    for visit in last:
        said = visit.error or f"{visit.entries} entries, {visit.new_entries} new"
        print(f"visit\t{visit.started:%Y-%m-%d %H:%M:%S}\t{visit.outcome}\t{said}")
