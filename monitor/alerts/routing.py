"""Who is told what, where and when: a tree of routes over the facts of a step. Pure.

As in Alertmanager: a step enters at the top; the first route that matches takes it, `continues`
lets the next sibling look too; a route with children gives the step to them, and keeps it for its
own channels when no child wants it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.timing import Digest, QuietHours, after_quiet, next_digest
from monitor.terms import Corroboration, Pair
from storage.records import SilenceRecord, StepView

REPORTS = ("report", "corroboration")  # roles of mentions that stand behind a step


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """What routes look at."""

    parties: Pair
    instrument: str
    stage: str
    tiers: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    searches: frozenset[str] = frozenset()  # the saved searches that find it
    corroboration: str = "single"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a route or a silence wants; empty means "any". All the given conditions must hold."""

    parties: frozenset[str] = frozenset()
    pairs: frozenset[Pair] = frozenset()
    instruments: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    searches: frozenset[str] = frozenset()
    corroboration: str = "single"  # at least
    confidence: float = 0.0  # at least

    def wants(self, facts: StepFacts) -> bool:
        """Whether these facts fulfil every condition."""
        return (
            (not self.parties or bool(self.parties & set(facts.parties)))
            and (not self.pairs or facts.parties in self.pairs)
            and (not self.instruments or facts.instrument in self.instruments)
            and (not self.stages or facts.stage in self.stages)
            and (not self.tiers or bool(self.tiers & facts.tiers))
            and (not self.languages or bool(self.languages & facts.languages))
            and (not self.searches or bool(self.searches & facts.searches))
            and Corroboration(facts.corroboration).rank >= Corroboration(self.corroboration).rank
            and facts.confidence >= self.confidence
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `count` messages in `per`; what is over goes into one summary when the time is up."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A branch of the tree. Times of day are wall times in `zone`."""

    name: str
    match: Match = field(default_factory=Match)
    channels: tuple[str, ...] = ()
    zone: str = "UTC"
    digest: Digest | None = None
    quiet: QuietHours | None = None
    group: timedelta = timedelta(0)  # steps told within this time go out as one message
    limit: Limit | None = None
    continues: bool = False
    routes: tuple["Route", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One channel that is told, and when. Those of one `batch` go out as one message."""

    route: str
    channel: str
    due_at: datetime
    batch: str | None = None
    limit: Limit | None = None
    silenced: str | None = None  # why nobody is told after all


def facts_of(view: StepView, searches: frozenset[str] = frozenset()) -> StepFacts:
    """The facts of a stored step: tiers and languages of the articles that report it, and the saved
    `searches` that find it."""
    reports = [m for m in view.mentions if m.mention.role in REPORTS]
    return StepFacts(
        parties=view.step.agreement.parties,
        instrument=view.step.agreement.instrument,
        stage=view.step.stage,
        tiers=frozenset(m.article.tier for m in reports),
        languages=frozenset(m.article.language for m in reports if m.article.language),
        searches=searches,
        corroboration=view.step.corroboration,
        confidence=view.step.confidence,
    )


def route(
    facts: StepFacts,
    routes: Sequence[Route],
    *,
    now: datetime,
    silences: Sequence[SilenceRecord] = (),
) -> tuple[Told, ...]:
    """Who is told, one Told a channel: where several routes lead to it, the earliest."""
    silenced = silenced_by(facts, silences, now=now)
    told: dict[str, Told] = {}
    for taken in _taken(facts, routes):
        for channel in taken.channels:
            one = _told(taken, channel, now)
            if channel not in told or one.due_at < told[channel].due_at:
                told[channel] = replace(one, silenced=silenced)
    return tuple(told.values())


def silenced_by(facts: StepFacts, silences: Iterable[SilenceRecord], *, now: datetime) -> str | None:
    """The reason of the first silence that holds now and matches; None when there is none."""
    for silence in silences:
        if silence.created <= now < silence.expires and match_of(silence).wants(facts):
            return f"silenced by {silence.who}: {silence.reason}"
    return None


def match_of(silence: SilenceRecord) -> Match:
    """The condition that a silence keeps as plain data: {"pairs": ["DK-UA"], "stages": [...], …}."""
    data = dict(silence.match)
    pairs = frozenset(
        (one, other) for one, _, other in (str(p).partition("-") for p in data.pop("pairs", ()))
    )
    corroboration, confidence = str(data.pop("corroboration", "single")), float(data.pop("confidence", 0))
    rest = {name: frozenset(map(str, values)) for name, values in data.items()}
    return Match(pairs=pairs, corroboration=corroboration, confidence=confidence, **rest)


def held_back(told: Told, told_at: Sequence[datetime], *, now: datetime) -> Told:
    """`told` as its route's limit allows: over it, part of the one summary when the time is up.

    `told_at`: when this route told this channel before.
    """
    if told.limit is None or told.batch is not None:
        return told
    per = told.limit.per.total_seconds()
    if sum(at > now - told.limit.per for at in told_at) < told.limit.count:
        return told
    # The summary is named after the end of its window, so that all that one window holds back share it.
    end = datetime.fromtimestamp((now.timestamp() // per + 1) * per, tz=now.tzinfo)
    return replace(told, due_at=end, batch=f"{told.route}/{told.channel}/held/{end:%Y-%m-%dT%H:%M:%SZ}")


def is_appointment(batch: str | None) -> bool:
    """Whether a batch is told at a wall time (a digest, the end of quiet hours), however the clock is set."""
    kind = (batch or "").partition("|")[0].rsplit("/", 2)[-2:-1]
    return kind in (["hourly"], ["daily"], ["weekly"], ["quiet"])


def _taken(facts: StepFacts, routes: Sequence[Route]) -> tuple[Route, ...]:
    """The routes that take the step, in the order of the tree."""
    taken: list[Route] = []
    for one in routes:
        if not one.match.wants(facts):
            continue
        below = _taken(facts, one.routes)
        taken.extend(below or (one,))
        if not one.continues:
            break
    return tuple(taken)


def _told(taken: Route, channel: str, now: datetime) -> Told:
    due, batch = now, None
    if taken.digest is not None:
        due = next_digest(taken.digest, taken.zone, now)
        batch = f"{taken.name}/{channel}/{taken.digest.every}/{due:%Y-%m-%dT%H:%MZ}"
    elif taken.group > timedelta(0):
        size = taken.group.total_seconds()
        due = datetime.fromtimestamp((now.timestamp() // size + 1) * size, tz=now.tzinfo)
        batch = f"{taken.name}/{channel}/group/{due:%Y-%m-%dT%H:%M:%SZ}"
    quiet_until = after_quiet(taken.quiet, taken.zone, due)
    if quiet_until > due and batch is None:  # what a night has gathered is one message in the morning
        batch = f"{taken.name}/{channel}/quiet/{quiet_until:%Y-%m-%dT%H:%MZ}"
    return Told(route=taken.name, channel=channel, due_at=quiet_until, batch=batch, limit=taken.limit)
