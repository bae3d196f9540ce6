"""A detail that an article states, as it is kept with the mention. Entered by storage.records."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailRecord:
    """A particular of an agreement or a step, with the sentence that states it: characters `start` to `end`
    of the article's `field`. `said` are the words of the sentence that give the value; monitor.terms has
    the kinds and what `value` is for each."""

    kind: str
    value: str
    said: str
    quote: str
    start: int
    end: int
    field: str = "text"
    currency: str | None = None
    year: int | None = None
    per: str | None = None
    party: str | None = None
    office: str | None = None


def kept_details(details: tuple[DetailRecord, ...]) -> list[Mapping[str, Any]]:
    """The details as the database keeps them; what is not there is left out."""
    return [{name: value for name, value in asdict(one).items() if value is not None} for one in details]


def read_details(kept: list[Mapping[str, Any]] | None) -> tuple[DetailRecord, ...]:
    """The details that the database keeps."""
    return tuple(DetailRecord(**one) for one in kept or ())
