"""A story as data: who publishes what in which act, and what a reader should be told in the end.

A story is a folder of YAML files: sources.yaml, act-0.yaml, act-1.yaml …, expected.yaml. Act 0 is what
stands on the sources' pages before the watch begins.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date
from pydantic import TypeAdapter

from monitor.terms import Instrument, Pair, Stage, Tier, pair_of

STORIES = files("monitor.newsroom") / "stories"
_SETTINGS = {"extra": "forbid"}
_DATE_WORD = re.compile(r"\{(?P<form>day|date|weekday)(?P<days>[+-]\d+)?\}")
_DATE_FORMS = {"day": "d MMMM", "date": "d MMMM y", "weekday": "EEEE"}
_DAY_WITH_POINT = ("da", "de", "fi", "no")  # "24. november"


class Format(StrEnum):
    """How a source lists its items."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON = "json"
    LISTING = "listing"


class Trouble(StrEnum):
    """What is wrong with a source, from a given act on."""

    MALFORMED = "malformed"  # the feed breaks off in the middle of an item
    FORBIDDEN = "forbidden"  # 403
    HANGS = "hangs"  # takes the request and never answers
    NOT_A_FEED = "not_a_feed"  # 200 with an HTML page


class Verdict(StrEnum):
    """Why an item tells nobody anything new."""

    OLD = "old"
    RECAP = "recap"
    AID = "aid"
    OPINION = "opinion"
    EXERCISE = "exercise"
    EDITED = "edited"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One source of the newsroom: who stands behind it, and how its web site behaves."""

    __pydantic_config__ = _SETTINGS

    id: str
    name: str
    country: str
    tier: Tier
    language: str
    zone: str
    format: Format
    encoding: str = "utf-8"
    etag: bool = True
    last_modified: bool = True
    trouble: Trouble | None = None
    trouble_from_act: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article as written. Texts may hold {day}, {date}, {weekday} with an offset: {date-25}."""

    __pydantic_config__ = _SETTINGS

    id: str
    source: str
    title: str
    summary: str
    text: str
    days_ago: int = 0
    minutes_ago: int = 0
    verdict: Verdict | None = None  # None: it reports a step that is expected

    def published(self, now: datetime) -> datetime:
        """When it came out, for an act that begins at `now`."""
        return now - timedelta(days=self.days_ago, minutes=self.minutes_ago)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A new headline for an item that is already out; address and id stay."""

    __pydantic_config__ = _SETTINGS

    item: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What comes out at one moment."""

    __pydantic_config__ = _SETTINGS

    title: str
    tells: str
    items: tuple[Item, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedStep:
    """A step that people must be told of exactly once, and the items that report it."""

    __pydantic_config__ = _SETTINGS

    act: int
    parties: tuple[str, str]
    stage: Stage
    instrument: Instrument
    items: tuple[str, ...]
    day: int = 0  # offset from the day on which the act comes out
    place: str | None = None

    @property
    def pair(self) -> Pair:
        """The parties in the order in which a pair is always written."""
        return pair_of(*self.parties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The whole: places, acts in order, and the steps to be told."""

    __pydantic_config__ = _SETTINGS

    places: tuple[Place, ...]
    acts: tuple[Act, ...]
    steps: tuple[ExpectedStep, ...]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> word of the page

    def place(self, place_id: str) -> Place:
        """The place with this id. Raises KeyError for none."""
        found = {place.id: place for place in self.places}
        return found[place_id]

    def item(self, item_id: str) -> Item:
        """The item with this id, from any act. Raises KeyError for none."""
        found = {item.id: item for act in self.acts for item in act.items}
        return found[item_id]


def load_story(folder: Traversable | None = None) -> Story:
    """The story in `folder`; the one that ships with the package where none is named.

    Raises pydantic.ValidationError for a story that does not fit together.
    """
    folder = folder or STORIES / "northern_lights"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.startswith("act-"))
    raw = {
        "places": _read(folder / "sources.yaml"),
        "acts": [_read(folder / name) for name in names],
        "steps": _read(folder / "expected.yaml"),
        "texts": _read(folder / "texts.yaml"),
    }
    return TypeAdapter(Story).validate_python(raw)


def _read(path: Traversable) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def dated(text: str, *, today: date, language: str) -> str:
    """The text with its dates written out in the language: "{day-1}" becomes "7 February", "7 лютого"."""

    def written(found: re.Match[str]) -> str:
        day = today + timedelta(days=int(found["days"] or 0))
        form = _DATE_FORMS[found["form"]]
        if language in _DAY_WITH_POINT:
            form = form.replace("d ", "d. ")
        return format_date(day, form, locale=language)

    return _DATE_WORD.sub(written, text)


def today_at(place: Place, now: datetime) -> date:
    """The calendar day at the place's own clock."""
    return now.astimezone(ZoneInfo(place.zone)).date()
