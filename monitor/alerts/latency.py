"""The latency ledger: when a step was published, seen, detected and told, and how long that took. Pure."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.routing import REPORTS
from storage.records import AlertRecord, DeliveryRecord, MentionView, StepView


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One step's way to one channel. Times are aware UTC; `published` is None where no source said."""

    step_id: str
    stage: str
    source: str  # the source whose article was read first
    channel: str
    published: datetime | None
    first_seen: datetime
    detected: datetime
    sent: datetime

    @property
    def whole(self) -> timedelta:
        """From publication (where that is not known, from first sight) to the message. Never negative:
        some pages are dated in the future."""
        return max(timedelta(0), self.sent - (self.published or self.first_seen))

    @property
    def seeing(self) -> timedelta:
        """From publication until we first saw it; 0 where no source said when that was."""
        return max(timedelta(0), self.first_seen - (self.published or self.first_seen))


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRow:
    """The latency of one source, stage or channel: median and 95th percentile of each leg."""

    name: str
    steps: int
    whole: tuple[timedelta, timedelta]
    seeing: tuple[timedelta, timedelta]  # publication -> first seen
    deciding: tuple[timedelta, timedelta]  # first seen -> alert
    telling: tuple[timedelta, timedelta]  # alert -> sent


BY: Mapping[str, Callable[[Trail], str]] = {
    "source": lambda trail: trail.source,
    "stage": lambda trail: trail.stage,
    "channel": lambda trail: trail.channel,
}


def trail_of(view: StepView, alert: AlertRecord, delivery: DeliveryRecord) -> Trail | None:
    """The trail of a first message that was sent; None for updates and for what was not."""
    reports = [m for m in view.mentions if m.mention.role in REPORTS]
    if delivery.kind != "new" or delivery.sent_at is None or alert.created is None or not reports:
        return None
    first = min(reports, key=_seen)
    return Trail(
        step_id=view.step.id,
        stage=view.step.stage,
        source=first.article.source_id,
        channel=delivery.channel,
        published=first.article.published,
        first_seen=first.article.first_seen or alert.created,
        detected=alert.created,
        sent=delivery.sent_at,
    )


def latency(trails: Iterable[Trail], *, by: str) -> tuple[LatencyRow, ...]:
    """A row for each source, stage or channel (`by`), slowest median first. KeyError for another `by`."""
    groups: dict[str, list[Trail]] = {}
    for trail in trails:
        groups.setdefault(BY[by](trail), []).append(trail)
    rows = [_row(name, group) for name, group in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-row.whole[0], row.name)))


def _row(name: str, trails: Sequence[Trail]) -> LatencyRow:
    return LatencyRow(
        name=name,
        steps=len(trails),
        whole=_middle_and_tail([t.whole for t in trails]),
        seeing=_middle_and_tail(
            [max(timedelta(0), t.first_seen - (t.published or t.first_seen)) for t in trails]
        ),
        deciding=_middle_and_tail([max(timedelta(0), t.detected - t.first_seen) for t in trails]),
        telling=_middle_and_tail([max(timedelta(0), t.sent - t.detected) for t in trails]),
    )


def _middle_and_tail(durations: Sequence[timedelta]) -> tuple[timedelta, timedelta]:
    """p50 and p95, in whole milliseconds; of one value, that value twice."""
    seconds = [d.total_seconds() for d in durations]
    tail = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return timedelta(seconds=round(statistics.median(seconds), 3)), timedelta(seconds=round(tail, 3))


def _seen(view: MentionView) -> tuple[float, int]:
    seen = view.article.first_seen or view.mention.created
    return (seen.timestamp() if seen else float("inf"), view.article.id or 0)
