"""The state of the watch: how much there is, how quick it is, what is missing."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from monitor.alerts.latency import Trail, latency, trail_of
from monitor.patrol import META, told_before
from monitor.web.context import Context
from monitor.web.pages.asked import asked, page
from storage import Reader
from storage.records import Counts, DeliveryState, StepView

# The last messages that the latency is taken from.
MESSAGES = 200
PATHS = {
    "sources": "/sources",
    "failing_sources": "/sources?health=failing",
    "articles": "/search",
    "agreements": "/agreements",
    "steps": "/?state=all",
    "review_steps": "/review",
    "sent_deliveries": "/deliveries?state=sent",
    "held_deliveries": "/deliveries?state=held",
    "dead_deliveries": "/deliveries?state=dead",
}


def status(context: Context, request: Request) -> Response:
    """Counts, latency, gaps."""
    ask = asked(context, request)
    with context.storage.reading() as r:
        counts = r.counts()
        trails = _trails(r)
        gaps = told_before(r.meta(META))
        next_due, next_delivery = r.next_due(), r.next_delivery()
    return page(
        ask,
        "status.html.j2",
        title=ask.t("status"),
        counts=[(name, getattr(counts, name), PATHS.get(name)) for name in Counts.__slots__],
        rows=latency(trails, by="channel"),
        gaps=list(gaps.values()),
        database=context.storage.description,
        next_due=next_due,
        next_delivery=next_delivery,
    )


def _trails(r: Reader) -> Sequence[Trail]:
    sent = [d for d in r.deliveries(state=DeliveryState.SENT, limit=MESSAGES) if d.step_id]
    alerts = {alert.id: alert for alert in r.alerts(limit=MESSAGES * 2)}
    glimpses = r.glimpses({d.step_id for d in sent}, most=20)
    steps = {step.id: step for step in r.steps_by_id(glimpses)}
    trails = [
        trail_of(StepView(step=steps[d.step_id], mentions=glimpses[d.step_id].mentions), alert, d)
        for d in sent
        if d.step_id in glimpses and (alert := alerts.get(d.alert_id))
    ]
    return [trail for trail in trails if trail]
