"""The whole configuration, checked, as the rest of the program reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from monitor.config.alerting import Alerting
from monitor.config.models import (
    MainFile,
    OperatorSettings,
    RetentionSettings,
    ScheduleSettings,
    SourcesFile,
    WatchSettings,
    WebSubSettings,
)
from monitor.config.sources import SourceSettings, Status
from monitor.config.web import WebSettings
from spiders.items import Source
from storage.records import SourceRecord


def _version() -> str:
    try:
        return version("pactwatch")
    except PackageNotFoundError:
        return "dev"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What config.yaml and its included files say. `folder` is where relative paths start."""

    path: Path
    contact: str | None
    storage_url: str
    watch: WatchSettings
    schedule: ScheduleSettings
    sources: tuple[SourceSettings, ...]  # all that are declared, switched on or not
    tags: tuple[str, ...] | None  # the groups that are switched on; None: all
    excluded: frozenset[str]
    alerting: Alerting
    operator: OperatorSettings
    files: tuple[Path, ...]
    searches: Mapping[str, str] = field(default_factory=dict)  # saved searches, by name
    web: WebSettings = field(default_factory=WebSettings)
    websub: WebSubSettings = field(default_factory=WebSubSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)

    @classmethod
    def assemble(
        cls,
        path: Path,
        main: MainFile,
        alerting: Alerting,
        included: Iterable[SourcesFile],
        environ: Mapping[str, str],
    ) -> Self:
        """The configuration made of its checked parts."""
        url_env = main.storage.url_env
        url = (environ.get(url_env) if url_env else None) or main.storage.url
        return cls(
            path=path,
            contact=main.contact,
            storage_url=_anchored(url, path.parent),
            watch=main.watch,
            schedule=main.schedule,
            sources=(*main.sources, *(source for file in included for source in file.sources)),
            tags=main.tags,
            excluded=frozenset(main.exclude),
            alerting=alerting,
            operator=main.operator,
            searches=main.searches,
            web=main.web,
            websub=main.websub,
            retention=main.retention,
            files=(path, *(path.parent / name for name in main.include)),
        )

    @property
    def folder(self) -> Path:
        """The folder of config.yaml."""
        return self.path.parent

    @property
    def user_agent(self) -> str:
        """What we call ourselves to every server, with the address to complain to."""
        return f"PactWatch/{_version()} (+{self.contact or 'no contact given'})"

    def is_on(self, source: SourceSettings) -> bool:
        """Whether the source's group is switched on and it is not excluded. One without tags is always on."""
        if source.id in self.excluded:
            return False
        return self.tags is None or not source.tags or bool(set(self.tags) & set(source.tags))

    @property
    def polled(self) -> tuple[SourceSettings, ...]:
        """The sources that the schedule asks."""
        return tuple(source for source in self.sources if source.is_polled and self.is_on(source))

    @property
    def resting(self) -> tuple[SourceSettings, ...]:
        """The sources that are switched off and stand in for another when that one is in trouble: they are
        named in its `fallback`, and can be polled as they stand."""
        named = {one for source in self.polled for one in source.fallback}
        return tuple(s for s in self.sources if s.id in named and s.can_stand_in)

    def source(self, source_id: str) -> SourceSettings | None:
        """The source with that id, or None."""
        return next((source for source in self.sources if source.id == source_id), None)

    def web_source(self, source: SourceSettings) -> Source:
        """That source as the web room takes it."""
        schedule = self.schedule
        return source.to_source(min_delay=schedule.min_delay, timeout=schedule.visit_timeout)

    def source_record(self, source: SourceSettings) -> SourceRecord:
        """That source as storage takes it; one whose group is switched off is "off"."""
        if source.is_polled and not self.is_on(source):
            source = replace(source, status=Status.OFF)
        return source.to_record(interval=self.schedule.interval(source.tier))

    def notes(self) -> tuple[str, ...]:
        """What is allowed but worth saying at start-up."""
        found = []
        if self.contact is None:
            found.append("contact is not set: the sites we poll cannot reach you; give an address or mailto:")
        if not self.polled:
            found.append("no source is switched on: see sources, include and tags")
        if not self.alerting.channels:
            found.append("no channel is set up: steps are recorded and nobody is told")
        return tuple(found)


def _anchored(url: str, folder: Path) -> str:
    """The database address, an SQLite path in it being relative to the configuration's folder."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith(f"{prefix}/"):
        return url
    return f"{prefix}{(folder / url.removeprefix(prefix)).resolve().as_posix()}"
