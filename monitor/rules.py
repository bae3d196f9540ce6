"""What decides who is told what: scope, limits, routes. Made from the configuration, and pure after that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.alerts.channels import addresses_of
from monitor.alerts.routing import Route
from monitor.config import Config
from monitor.detect import ALERT_AT, REVIEW_AT
from monitor.register import Limits
from monitor.searching.language import Query, parse
from monitor.terms import Pair
from storage.records import StepRecord

# The lines as detection draws them.
LIMITS = Limits(alert_confidence=ALERT_AT, review_confidence=REVIEW_AT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What people are told of; empty means "any". Everything is recorded, whatever the scope."""

    parties: frozenset[str] = frozenset()
    pairs: frozenset[Pair] = frozenset()
    instruments: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()

    def covers(self, step: StepRecord) -> bool:
        """Whether the step is one to tell."""
        agreement = step.agreement
        named = self.parties or self.pairs
        return (
            (not named or bool(self.parties & set(agreement.parties)) or agreement.parties in self.pairs)
            and (not self.instruments or agreement.instrument in self.instruments)
            and (not self.stages or step.stage in self.stages)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Who is told what, and when. `addresses`: the names behind each configured channel."""

    scope: Scope = field(default_factory=Scope)
    limits: Limits = field(default_factory=lambda: LIMITS)
    routes: tuple[Route, ...] = ()
    searches: Mapping[str, Query] = field(default_factory=dict)  # those that a route names
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group_wait: timedelta = timedelta(minutes=2)  # a burst of outlets becomes one alert


def rules_of(config: Config) -> Rules:
    """The rules that config.yaml writes under `watch`, `routes` and `channels`."""
    watch = config.watch
    return Rules(
        scope=Scope(
            parties=frozenset(watch.parties or ()),
            pairs=frozenset(watch.pairs) if watch.parties is not None else frozenset(),
            instruments=frozenset(watch.instruments or ()),
            stages=frozenset(watch.stages or ()),
        ),
        limits=Limits(
            alert_confidence=_or(watch.alert_confidence, ALERT_AT),
            review_confidence=_or(watch.review_confidence, REVIEW_AT),
            late_after=watch.late_after,
        ),
        routes=config.alerting.routes,
        searches={name: parse(config.searches[name]) for name in sorted(_searches(config.alerting.routes))},
        addresses=addresses_of(config.alerting.channels),
        group_wait=watch.group_wait,
    )


def _searches(routes: Iterable[Route]) -> set[str]:
    """The saved searches that these routes and their branches name."""
    named: set[str] = set()
    for one in routes:
        named |= one.match.searches | _searches(one.routes)
    return named


def _or(value: float | None, usual: float) -> float:
    return usual if value is None else value
