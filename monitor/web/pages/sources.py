"""What is polled, and how it is doing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from monitor.config import Config
from monitor.health import health, problem_of
from monitor.patrol import META, told_before
from monitor.web.context import Context
from monitor.web.pages.asked import Asked, asked, page
from storage.records import SourceRecord

# In the order in which a human should look at them.
ORDER = ("failing", "stale", "blocked", "dead", "new", "well", "off")
A_PAGE = 100
MOST_TROUBLES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A source with its health and what is wrong."""

    record: SourceRecord
    health: str
    problem: str | None


def sources(context: Context, request: Request) -> Response:
    """The sources by health, those in trouble first."""
    ask = asked(context, request)
    with context.storage.reading() as r:
        records = r.sources()
        troubles = list(told_before(r.meta(META)).values())
    rows = rows_of(ask, context.config, records)
    tally = Counter(row.health for row in rows)
    wished = ask.param("health")
    shown = [row for row in rows if wished not in ORDER or row.health == wished]
    first = ask.number("after") or 0
    return page(
        ask,
        "sources.html.j2",
        title=ask.t("sources"),
        tally=[(name, tally[name]) for name in ORDER if tally[name]],
        troubles=troubles[:MOST_TROUBLES],
        rows=shown[first : first + A_PAGE],
        next=first + A_PAGE if len(shown) > first + A_PAGE else None,
    )


def rows_of(ask: Asked, config: Config, records: Sequence[SourceRecord]) -> list[Row]:
    """Every source, in the order of its health and then of its publisher's name. One that the
    configuration no longer has is off."""
    settings = {source.id: source for source in config.sources}
    polled = {source.id for source in config.polled}
    rows = []
    for record in records:
        if source := settings.get(record.id):
            known = (source, record, record.id in polled)
            rows.append(Row(record=record, health=health(*known, now=ask.now), problem=problem_of(*known)))
        else:
            rows.append(Row(record=record, health="off", problem=None))
    return sorted(rows, key=lambda row: (ORDER.index(row.health), row.record.publisher.casefold()))
