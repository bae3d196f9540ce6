"""The sections of config.yaml as typed values. docs/configuration.md explains each key."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator, model_validator

from monitor.alerts.settings import CanarySettings, HeartbeatSettings
from monitor.config.problems import nearest
from monitor.config.sources import SHORTEST_INTERVAL, SourceSettings
from monitor.config.strict import Strict
from monitor.config.values import Contact, Party, PartyPair, SourceId, Tag, WebAddress
from monitor.config.web import WebSettings
from monitor.durations import Duration
from monitor.schedule import Pace
from monitor.terms import Instrument, Stage, Tier
from storage.records import Keep

SHORTEST_RETENTION = timedelta(days=30)


def _all_or_list(value: Any) -> Any:
    if isinstance(value, str) and value != "all":
        raise ValueError(f'"{value}" is neither "all" nor a list (like [{value}])')
    return None if value == "all" else tuple(value) if isinstance(value, list) else value


# None stands for "all".
Parties = Annotated[tuple[Party, ...] | None, BeforeValidator(_all_or_list)]
Instruments = Annotated[tuple[Instrument, ...] | None, BeforeValidator(_all_or_list)]
Stages = Annotated[tuple[Stage, ...] | None, BeforeValidator(_all_or_list)]


class StorageSettings(Strict):
    """Where everything is kept: `url`, or the environment variable that holds it."""

    url: str = "sqlite:///data/pactwatch.db"
    url_env: str | None = None

    @model_validator(mode="after")
    def _is_known(self) -> "StorageSettings":
        if not self.url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            kinds = ("sqlite:///", "postgresql+psycopg://")
            close = nearest(self.url.partition("://")[0] + "://", kinds) or kinds[0]
            raise ValueError(f"url is not a database that PactWatch knows; did you mean {close}...?")
        return self


class RetentionSettings(Strict):
    """How long what may go is kept; null: for ever. storage.retention says what stays in its place."""

    visits: Duration | None = timedelta(days=90)
    raw_pages: Duration | None = timedelta(days=90)
    texts: Duration | None = None

    @model_validator(mode="after")
    def _keeps_what_is_worked_with(self) -> "RetentionSettings":
        """Pages are read again for a week, and feeds bring back items for a few weeks."""
        for name in ("visits", "raw_pages", "texts"):
            kept = getattr(self, name)
            if kept is not None and kept < SHORTEST_RETENTION:
                raise ValueError(f"{name} is below 30d; older entries and pages are still worked with")
        return self

    def to_keep(self, now: datetime) -> Keep:
        """What is older may go."""
        since = {n: now - age for n in ("visits", "raw_pages", "texts") if (age := getattr(self, n))}
        return Keep(**since)


class WatchSettings(Strict):
    """What people want to be told of. A pair is watched when either list names it."""

    parties: Parties = None
    pairs: tuple[PartyPair, ...] = ()
    instruments: Instruments = None
    stages: Stages = None
    alert_confidence: float | None = Field(default=None, ge=0, le=1)  # None: detection's own default
    review_confidence: float | None = Field(default=None, ge=0, le=1)
    late_after: Duration = timedelta(days=14)
    group_wait: Duration = timedelta(minutes=2)

    @model_validator(mode="after")
    def _review_lies_below_alert(self) -> "WatchSettings":
        alert, review = self.alert_confidence, self.review_confidence
        if alert is not None and review is not None and review > alert:
            raise ValueError("review_confidence must not be above alert_confidence")
        return self


_INTERVALS = {
    Tier.OFFICIAL: timedelta(minutes=10),
    Tier.PARLIAMENT: timedelta(minutes=15),
    Tier.AGENCY: timedelta(minutes=5),
    Tier.PRESS: timedelta(minutes=15),
    Tier.DISCOVERY: timedelta(minutes=30),
}


class ScheduleSettings(Strict):
    """How the sources are polled; monitor.schedule has the rules."""

    concurrency: int = Field(default=32, ge=1, le=1000)
    visit_timeout: Duration = timedelta(seconds=30)
    min_delay: Duration = timedelta(seconds=1)
    intervals: dict[Tier, Duration] = Field(default_factory=dict)
    stretch: float = Field(default=4, ge=1, le=100)
    stretch_official: float = Field(default=1, ge=1, le=100)
    unconditional_after: Duration = timedelta(hours=6)
    jitter: float = Field(default=0.1, ge=0, le=1)

    @model_validator(mode="after")
    def _asks_at_a_bearable_rate(self) -> "ScheduleSettings":
        hasty = [tier.value for tier, interval in self.intervals.items() if interval < SHORTEST_INTERVAL]
        if hasty:
            raise ValueError(f"intervals.{hasty[0]} is below 10s, more than a server should bear")
        return self

    def interval(self, tier: Tier) -> timedelta:
        """How often a source of that tier is asked, where it has no interval of its own."""
        return self.intervals.get(tier, _INTERVALS[tier])

    def to_pace(self) -> Pace:
        """The rules' own numbers."""
        return Pace(
            stretch=self.stretch,
            stretch_official=self.stretch_official,
            unconditional_after=self.unconditional_after,
            jitter=self.jitter,
        )


class WebSubSettings(Strict):
    """Whether hubs tell us of news: only where they can reach us. monitor.websub has the rules."""

    callback: WebAddress | None = None  # our public address; hubs ask <callback>/websub/...
    lease: Duration = timedelta(days=10)
    stretch: float = Field(default=4, ge=1, le=100)

    @field_validator("callback")
    @classmethod
    def _can_be_gone_on_from(cls, callback: str | None) -> str | None:
        if callback is not None and ("?" in callback or "#" in callback):
            raise ValueError(f'"{callback}" cannot be gone on from: give it without ? and #')
        return callback

    @field_validator("lease")
    @classmethod
    def _is_no_moment_and_no_year(cls, lease: timedelta) -> timedelta:
        if not timedelta(hours=1) <= lease <= timedelta(days=30):
            raise ValueError("must be from 1h to 30d")
        return lease

    @property
    def host(self) -> str | None:
        """The name that hubs call us by."""
        return urlsplit(self.callback).hostname if self.callback else None


class OperatorSettings(Strict):
    """Who is told of troubles: dead channels, silent sources, full disks."""

    channels: tuple[str, ...] = ()
    heartbeat: HeartbeatSettings | None = None  # told to a watcher outside
    canary: CanarySettings | None = None  # an invented step, to a test address


class MainFile(Strict):
    """config.yaml. The alerts' own models read channels, routes and delivery (monitor.config.alerting)."""

    contact: Contact | None = None
    storage: StorageSettings = StorageSettings()
    retention: RetentionSettings = RetentionSettings()
    watch: WatchSettings = WatchSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    include: tuple[str, ...] = ()
    tags: Annotated[tuple[Tag, ...] | None, BeforeValidator(_all_or_list)] = None
    exclude: tuple[SourceId, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    channels: dict[str, Any] = Field(default_factory=dict)
    searches: dict[Tag, str] = Field(default_factory=dict)
    routes: tuple[Any, ...] = ()
    delivery: Any = None
    operator: OperatorSettings = OperatorSettings()
    web: WebSettings = WebSettings()
    websub: WebSubSettings = WebSubSettings()

    @model_validator(mode="after")
    def _listens_where_it_is_called(self) -> "MainFile":
        if self.websub.callback is not None and not self.web.enabled:
            raise ValueError(
                "websub.callback wants web.enabled: hubs are answered where the pages are served"
            )
        return self


class SourcesFile(Strict):
    """A file named under `include`: sources and nothing else."""

    sources: tuple[SourceSettings, ...]
