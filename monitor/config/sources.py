"""A source as the configuration declares it, and as the web room and storage want to know it."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from monitor.config.strict import Strict
from monitor.config.values import AddressTemplate, Country, Language, SourceId, Tag, WebAddress, Zone
from monitor.durations import Duration
from monitor.terms import Tier
from spiders import why_not_page_api
from spiders.items import Kind, PageApi, Selectors, Source
from storage.records import SourceRecord

SHORTEST_INTERVAL = timedelta(seconds=10)


class Status(StrEnum):
    """Whether a source is polled. `blocked` ones refuse us and are asked rarely; `dead` ones are gone."""

    ACTIVE = "active"
    OFF = "off"
    BLOCKED = "blocked"
    DEAD = "dead"


class Expectation(Strict):
    """What a working source yields; less than that is a failure, told to the operator."""

    entries: int | None = Field(default=None, ge=0, description="at least so many entries in a visit")
    silence: Duration | None = Field(default=None, description="no new entry for longer than this is stale")


class SelectorSettings(Strict):
    """CSS selectors of a listing and of its article pages; see spiders.items.Selectors."""

    item: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None
    summary: str | None = None
    next_page: str | None = None
    date_format: str | None = None
    heading: str | None = None
    body: str | None = None
    article_date: str | None = None

    def to_selectors(self) -> Selectors:
        """The same, as the web room takes them."""
        return Selectors(**self.model_dump())


class PageApiSettings(Strict):
    """The interface behind the article pages of a source; see spiders.items.PageApi."""

    link: str = Field(min_length=1)
    address: AddressTemplate
    text: str = Field(min_length=1)
    title: str | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "PageApiSettings":
        if fault := why_not_page_api(self.to_page_api()):
            raise ValueError(fault)
        return self

    def to_page_api(self) -> PageApi:
        """The same, as the web room takes it."""
        return PageApi(**self.model_dump())


# One for all sources that say nothing of it: pydantic would make each a copy of a default.
_NOTHING_EXPECTED = Expectation()
_NO_SELECTORS = SelectorSettings()
_SELECT_NOTHING = Selectors()
_NOTHING: dict[str, str] = {}


# Ten thousand of them take 10 MB less with slots than as a model, which has a dictionary each.
@dataclass(frozen=True, slots=True, kw_only=True, config={"extra": "forbid", "strict": True})
class SourceSettings:
    """One entry under `sources`."""

    id: SourceId
    publisher: str = Field(min_length=1, max_length=200)
    url: WebAddress
    country: Country | None = None
    tier: Tier
    kind: Kind = Kind.FEED
    language: Language | None = None
    zone: Zone = "UTC"
    interval: Duration | None = Field(default=None, description="the tier's own where it is not given")
    tags: tuple[Tag, ...] = ()
    status: Status = Status.ACTIVE
    status_since: date | None = None
    status_reason: str | None = None
    note: str | None = None
    expect: Expectation = Field(default_factory=lambda: _NOTHING_EXPECTED)
    selectors: SelectorSettings = Field(default_factory=lambda: _NO_SELECTORS)
    paths: dict[str, str] = Field(default_factory=lambda: _NOTHING)
    page_api: PageApiSettings | None = None
    headers: dict[str, str] = Field(default_factory=lambda: _NOTHING)
    fallback: tuple[SourceId, ...] = ()
    pages: int = Field(default=1, ge=1, le=50)
    min_delay: Duration | None = None
    timeout: Duration | None = None
    obey_robots: bool = True
    allow_private: bool = False

    @model_validator(mode="after")
    def _can_be_polled_or_says_why_not(self) -> "SourceSettings":
        if self.status in {Status.BLOCKED, Status.DEAD} and not (self.status_since and self.status_reason):
            raise ValueError(f"status {self.status.value} wants status_since and status_reason beside it")
        if self.is_polled and self.kind is Kind.LISTING and not self.selectors.item:
            raise ValueError("a listing wants selectors.item: the CSS selector of one item")
        if self.interval is not None and self.interval < SHORTEST_INTERVAL and not self.allow_private:
            raise ValueError("interval is below 10s, more than a server should bear")
        return self

    @property
    def can_stand_in(self) -> bool:
        """Whether it is off but could be polled: a listing needs its selectors."""
        readable = self.kind is not Kind.LISTING or self.selectors.item is not None
        return self.status is Status.OFF and readable

    @property
    def is_polled(self) -> bool:
        """Whether the schedule asks this source at all."""
        return self.status in {Status.ACTIVE, Status.BLOCKED}

    def to_source(self, *, min_delay: timedelta, timeout: timedelta) -> Source:
        """The source as the web room takes it; the arguments stand in where it has no own."""
        return Source(
            id=self.id,
            url=self.url,
            kind=self.kind,
            language=self.language,
            zone=self.zone,
            selectors=_SELECT_NOTHING if self.selectors is _NO_SELECTORS else self.selectors.to_selectors(),
            paths=self.paths,
            headers=self.headers,
            min_delay=min_delay if self.min_delay is None else self.min_delay,
            timeout=self.timeout or timeout,
            obey_robots=self.obey_robots,
            allow_private=self.allow_private,
            pages=self.pages,
            page_api=self.page_api.to_page_api() if self.page_api else None,
        )

    def to_record(self, *, interval: timedelta, due_at: datetime | None = None) -> SourceRecord:
        """The source as storage takes it, before its first visit."""
        return SourceRecord(
            id=self.id,
            publisher=self.publisher,
            country=self.country,
            tier=self.tier.value,
            kind=self.kind.value,
            url=self.url,
            language=self.language,
            zone=self.zone,
            status=self.status.value,
            interval_seconds=int((self.interval or interval).total_seconds()),
            due_at=due_at,
        )
