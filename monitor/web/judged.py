"""Detection's share of /metrics, counted since the service began."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.rates import Rates


class Judged(Collector):
    """What was judged, in which language, how long it took, and what the prefilter refused."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    def collect(self) -> Iterator[Metric]:
        found = self._rates.so_far()
        for name, about, by_language in (
            ("texts_judged", "Texts that detection has judged.", found.texts),
            ("findings", "New steps that these claim, before the register has its say.", found.findings),
            ("judging_seconds", "Seconds that judging them took.", found.seconds),
        ):
            family = CounterMetricFamily(f"pactwatch_{name}", about, labels=["language"])
            for language, number in sorted(by_language.items()):
                family.add_metric([language], number)
            yield family
        entries = CounterMetricFamily(
            "pactwatch_new_entries", "New entries, read or refused by the prefilter.", labels=["outcome"]
        )
        for outcome, number in sorted(found.entries.items()):
            entries.add_metric([outcome], number)
        yield entries
        yield CounterMetricFamily(
            "pactwatch_unjudged", "Texts that a bug kept from judging.", value=found.bugs
        )
