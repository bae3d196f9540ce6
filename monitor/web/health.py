"""How the service itself is doing, for the machines that watch it: /healthz, /readyz, /metrics.

/healthz: the process answers (restart it when it does not). /readyz: the chain runs; 503 with the reasons
where it does not. /metrics: numbers for Prometheus. The first two are open to all who reach the port and
say nothing of what is watched; /metrics wants the read scope.
"""

from collections.abc import Iterator
from datetime import datetime
from statistics import quantiles

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor.chain import links
from monitor.plain import plain
from monitor.web.access import caller_of
from monitor.web.context import Context
from monitor.web.judged import Judged
from monitor.web.problems import problem
from monitor.web.tokens import Scope
from storage import StorageError
from storage.records import DeliveryState

COUNTERS = ("visits", "entries", "articles", "mentions", "alerts", "sent_deliveries")
LATEST = 200  # deliveries that the latency is taken from
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def health_routes(context: Context) -> list[Route]:
    """The three routes."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        reasons = await run_in_threadpool(troubles, context)
        status = 503 if reasons else 200
        return JSONResponse({"status": "not ready" if reasons else "ready", "reasons": reasons}, status)

    async def metrics(request: Request) -> Response:
        if not caller_of(request).may(Scope.READ):
            return problem(403, "this token may not read")
        return Response(await run_in_threadpool(numbers, context), media_type=TEXT)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def troubles(context: Context) -> list[str]:
    """What keeps the chain from running, in words without names; empty where nothing does."""
    heartbeat = context.config.operator.heartbeat
    try:
        with context.storage.reading() as r:
            found = links(r, patience=heartbeat.patience if heartbeat else None, now=context.now())
    except StorageError:
        return ["the database cannot be read"]
    reasons = [*found.broken, *context.ailing()]
    if found.stuck:
        channels = len(context.config.alerting.channels)
        reasons.append(f"alerts wait for {found.stuck} of {channels} channels too long")
    return reasons


def numbers(context: Context) -> bytes:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Kept(context))
    registry.register(Judged(context.rates))
    return generate_latest(registry)


class _Kept(Collector):
    """What the database tells, asked anew for each scrape: no counter to lose at a restart."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[Metric]:
        now = self._context.now()
        with self._context.storage.reading() as r:
            counts = plain(r.counts())
            sources = [s for s in r.sources() if s.status in ("active", "blocked")]
            kept_waiting = r.kept_waiting()
            sent = r.deliveries(state=DeliveryState.SENT, limit=LATEST)
        for name, number in counts.items():
            about = name.replace("_", " ")
            family = CounterMetricFamily if name in COUNTERS else GaugeMetricFamily
            yield family(f"pactwatch_{name}", f"How many {about} there are.", value=number)
        late = [max(0.0, (now - s.due_at).total_seconds()) for s in sources if s.due_at]
        yield GaugeMetricFamily(
            "pactwatch_poll_lag_seconds",
            "How overdue the most overdue source is.",
            value=max(late, default=0),
        )
        yield _waiting(kept_waiting, now)
        yield _latency([(d.sent_at - d.created).total_seconds() for d in sent if d.sent_at and d.created])


def _waiting(kept: dict[str, datetime], now: datetime) -> Metric:
    waiting = GaugeMetricFamily(
        "pactwatch_channel_waiting_seconds",
        "How long a channel has kept its oldest delivery waiting.",
        labels=["channel"],
    )
    for channel, due in sorted(kept.items()):
        waiting.add_metric([channel], max(0.0, (now - due).total_seconds()))
    return waiting


def _latency(seconds: list[float]) -> Metric:
    latency = GaugeMetricFamily(
        "pactwatch_delivery_seconds", "From alert to channel, of the latest deliveries.", labels=["quantile"]
    )
    if seconds:
        cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else seconds * 19
        latency.add_metric(["0.5"], cuts[9])
        latency.add_metric(["0.95"], cuts[18])
    return latency
