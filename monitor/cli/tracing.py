"""`pactwatch alerts trace`: the way of one step from the visits that found it to the messages about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading
from monitor.cli.failures import CommandError
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, style_of
from monitor.cli.output import cell, show

if TYPE_CHECKING:
    from storage import Reader
    from storage.records import ArticleRecord, StepView

# A visit is kept within moments of its end; and so many visits of a source are looked through.
AT_MOST, VISITS = timedelta(minutes=1), 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One thing that happened on the way."""

    at: datetime | None
    what: str  # visit, entry, article, step, alert, delivery
    id: str
    about: str


_COLUMNS: dict[str, Callable[[Passed], Any]] = {
    "at": lambda one: one.at,
    "what": lambda one: one.what,
    "id": lambda one: one.id,
    "about": lambda one: one.about,
}


def trace(
    step: Annotated[str, typer.Argument(help="A step (DK-UA/security_agreement/signed/2024-02-23).")],
    *,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Follow a step from the visits that found it, over entries and articles, to each message about it."""
    with reading(config) as reader:
        view = reader.step_view(step)
        if view is None:
            raise CommandError(f'"{cell(step)}" is no step that is stored')
        way = sorted(_way(reader, view), key=lambda one: (one.at is None, one.at))
    show(way, _COLUMNS, style=style_of(style, json=json), nothing="nothing is known of its way")


def _way(reader: "Reader", view: "StepView") -> Iterator[Passed]:
    step = view.step
    for mention in view.mentions:
        yield from _read(reader, mention.article, mention.mention.role)
    yield Passed(at=step.first_seen, what="step", id=step.id, about=f"{step.state}, {step.corroboration}")
    for alert in reader.alerts(step.id):
        about = f"{alert.kind}: {alert.change}"
        yield Passed(at=alert.created, what="alert", id=str(alert.id), about=about)
    for one in reader.deliveries(step_id=step.id):
        tries = f"{one.attempts} tries" if one.attempts != 1 else "1 try"
        about = f"{one.channel}: {one.state}, {tries}{f', {one.error}' if one.error else ''}"
        yield Passed(at=one.sent_at or one.created, what="delivery", id=one.key, about=cell(about))


def _read(reader: "Reader", article: "ArticleRecord", role: str) -> Iterator[Passed]:
    """An article, the entries that led to it, and the visits that brought these."""
    assert article.id is not None
    about = f"{role} by {cell(article.publisher)}: {cell(article.url or article.canonical_url)}"
    yield Passed(at=article.fetched, what="article", id=str(article.id), about=about)
    for entry in reader.entries_of(article.id):
        about = f"{entry.source_id}: {cell(entry.title)}"
        yield Passed(at=entry.first_seen, what="entry", id=str(entry.id), about=about)
        visits = reader.visits(entry.source_id, limit=VISITS) if entry.first_seen else []
        near = [v for v in visits if entry.first_seen and abs(v.finished - entry.first_seen) <= AT_MOST]
        for visit in sorted((v for v in near if v.new_entries), key=lambda v: v.finished)[:1]:
            about = f"{visit.source_id}: {visit.outcome}, {visit.new_entries} new of {visit.entries}"
            yield Passed(at=visit.finished, what="visit", id=str(visit.id), about=about)
