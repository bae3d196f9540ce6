"""Routes and delivery as config.yaml writes them: strict models, each with the value it stands for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor.alerts.routing import Limit, Match, Route
from monitor.alerts.timing import Digest, QuietHours
from monitor.durations import Duration
from monitor.terms import Corroboration, Instrument, Pair, Stage, Tier, pair_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Strict(BaseModel):
    """A settings model that takes no unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _several(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _party(value: str) -> str:
    if value in ("EU", "NATO") or (len(value) == 2 and value.isascii() and value.isupper()):
        return value
    raise ValueError(f"{value!r} is not a party (an ISO code like DK, or EU, NATO)")


def _pair(value: Any) -> Pair:
    one, dash, other = str(value).partition("-")
    if not dash:
        raise ValueError(f"{value!r} is not a pair (like DK-UA)")
    return pair_of(_party(one), _party(other))


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone (like Europe/Kyiv)") from None
    return value


def _wall_time(value: Any) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1440:
        return time(*divmod(value, 60))  # YAML 1.1 reads 08:30 as a number of base 60
    hours, colon, minutes = str(value).partition(":")
    try:
        if not colon or not (hours + minutes).isdigit():
            raise ValueError
        return time(int(hours), int(minutes))
    except ValueError:
        raise ValueError(f"{value!r} is not a time of day (like 08:30)") from None


Party = Annotated[str, AfterValidator(_party)]
Zone = Annotated[str, AfterValidator(_zone)]
WallTime = Annotated[time, BeforeValidator(_wall_time)]


class MatchSettings(Strict):
    """`match:` of a route: each condition one value or a list."""

    party: Annotated[tuple[Party, ...], BeforeValidator(_several)] = ()
    pair: Annotated[tuple[Annotated[Pair, BeforeValidator(_pair)], ...], BeforeValidator(_several)] = ()
    instrument: Annotated[tuple[Instrument, ...], BeforeValidator(_several)] = ()
    stage: Annotated[tuple[Stage, ...], BeforeValidator(_several)] = ()
    tier: Annotated[tuple[Tier, ...], BeforeValidator(_several)] = ()
    language: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    search: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    corroboration: Corroboration = Corroboration.SINGLE
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0

    def to_match(self) -> Match:
        """The condition."""
        return Match(
            parties=frozenset(self.party),
            pairs=frozenset(self.pair),
            instruments=frozenset(self.instrument),
            stages=frozenset(self.stage),
            tiers=frozenset(self.tier),
            languages=frozenset(self.language),
            searches=frozenset(self.search),
            corroboration=self.corroboration,
            confidence=self.confidence,
        )


class DigestSettings(Strict):
    """`digest:` of a route: hourly, daily or weekly, at a wall time of the route's zone."""

    every: Literal["hourly", "daily", "weekly"] = "daily"
    at: WallTime = time(8, 0)
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"

    def to_digest(self) -> Digest:
        """The digest."""
        return Digest(every=self.every, at=self.at, weekday=WEEKDAYS.index(self.weekday))


class QuietSettings(Strict):
    """`quiet:` of a route: {from: "22:00", to: "07:00"}, across midnight if it must be."""

    start: WallTime = Field(alias="from")
    end: WallTime = Field(alias="to")


class LimitSettings(Strict):
    """`limit:` of a route: {count: 20, per: 1h}."""

    count: Annotated[int, Field(ge=1)]
    per: Duration


def _digest(value: Any) -> Any:
    return {"every": value} if isinstance(value, str) else value


class RouteSettings(Strict):
    """A branch of `routes:`. What a child leaves out (channels, zone, digest, quiet, group, limit) it
    has from its parent; `digest: null` in a child tells at once."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[\w .-]+$")]
    match: MatchSettings = Field(default_factory=MatchSettings)
    channels: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    zone: Zone | None = None
    digest: Annotated[DigestSettings | None, BeforeValidator(_digest)] = None
    quiet: QuietSettings | None = None
    group: Duration = timedelta(0)
    limit: LimitSettings | None = None
    continues: bool = Field(default=False, alias="continue")
    routes: tuple["RouteSettings", ...] = ()

    def to_route(self, parent: Route | None = None) -> Route:
        """The route and its branches, with what they have from their parents."""
        given = self.model_fields_set
        top = parent or Route(name="")
        quiet = QuietHours(start=self.quiet.start, end=self.quiet.end) if self.quiet else None
        digest = self.digest.to_digest() if self.digest else None
        limit = Limit(count=self.limit.count, per=self.limit.per) if self.limit else None
        mine = Route(
            name=self.name,
            match=self.match.to_match(),
            channels=self.channels or top.channels,
            zone=self.zone or top.zone,
            digest=digest if "digest" in given else top.digest,
            quiet=quiet if "quiet" in given else top.quiet,
            group=self.group if "group" in given else top.group,
            limit=limit if "limit" in given else top.limit,
            continues=self.continues,
        )
        return replace(mine, routes=tuple(branch.to_route(mine) for branch in self.routes))


class ReaderSettings(Strict):
    """What every channel may say of its reader: language, zone of the times, how fast it may be told."""

    language: Literal["en", "uk"] = "en"
    zone: Zone = "UTC"
    pace: Duration = timedelta(0)  # at least this long between two messages


class DeliverySettings(Strict):
    """`delivery:` how long and how eagerly channels are tried."""

    give_up_after: Duration = timedelta(hours=72)
    first_retry: Duration = timedelta(seconds=5)
    longest_retry: Duration = timedelta(minutes=4)
    attempt_deadline: Duration = timedelta(minutes=3)
    failures_to_rest: Annotated[int, Field(ge=1)] = 3


class HeartbeatSettings(Strict):
    """`heartbeat:` of the operator: an address that is pinged while the whole chain runs."""

    url_env: str
    every: Duration = timedelta(minutes=5)
    patience: Duration | None = None  # so long may a link of the chain be still (monitor.chain)


class CanarySettings(Strict):
    """`canary:` of the operator: an invented step that takes the true path to a test address."""

    channel: str
    every: Duration = timedelta(hours=24)


def check_routes(routes: Sequence[RouteSettings], channels: Sequence[str]) -> list[str]:
    """What is wrong with the tree as a whole: names used twice, leaves that lead to no channel,
    channels that do not exist. Empty when all is well."""
    problems: list[str] = []
    seen: set[str] = set()

    def look(route: RouteSettings, inherited: tuple[str, ...]) -> None:
        if route.name in seen:
            problems.append(f"route {route.name!r} is there twice")
        seen.add(route.name)
        mine = route.channels or inherited
        if not mine and not route.routes:
            problems.append(f"route {route.name!r} leads to no channel")
        problems.extend(
            f"route {route.name!r}: there is no channel {name!r}"
            for name in route.channels
            if name not in channels
        )
        for branch in route.routes:
            look(branch, mine)

    for route in routes:
        look(route, ())
    return problems
