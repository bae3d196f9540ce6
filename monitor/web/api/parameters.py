"""What the API's lists can be asked for: the command line's filters, and where a page starts."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from monitor.config import values
from monitor.filters import filter_of
from monitor.terms import Instrument, Stage, Tier
from monitor.web.context import Context
from storage.records import DeliveryState, Filter, StepState

MOST = 500
LAST_ID = 2**53 - 1  # what every reader of JSON can hold

_PARTIES = sorted(values.countries())
_LEAP = "(19|20)(0[48]|[2468][048]|[13579][26])|2000"
_MONTHS = (
    "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
)
_DAY = f"(19|20)[0-9]{{2}}(-(0[1-9]|1[0-2]|{_MONTHS}))?|({_LEAP})-02-29"
_AGO = "[1-9][0-9]{0,2}[dhm]|([1-9][0-9]?|[1-4][0-9]{2})w"  # weeks: under ten years
WHEN = f"^({_DAY}|{_AGO})$"
_WHEN = {"type": "string", "pattern": WHEN, "examples": ["2024-02", "7d"]}
_PAIR = f"^({'|'.join(_PARTIES)})-({'|'.join(_PARTIES)})$"

_SAME = [f"{party}-{party}" for party in _PARTIES]

# What a parameter may be, for the OpenAPI document; filter_of and the models check it.
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "party": {"type": "string", "enum": _PARTIES},
    "pair": {"type": "string", "pattern": _PAIR, "not": {"enum": _SAME}, "examples": ["DK-UA"]},
    "stage": {"type": "string", "enum": list(Stage)},
    "instrument": {"type": "string", "enum": list(Instrument)},
    "since": _WHEN,
    "until": _WHEN,
    "lang": {"type": "string", "enum": sorted(values.languages())},
    "tier": {"type": "string", "enum": list(Tier)},
    "source": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"},
}


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdecimal() and len(value) < 17):
        raise ValueError(f'"{value}" is not a whole number')
    return value


Number = Annotated[int, BeforeValidator(_digits)]
Key = Annotated[int, Field(ge=1, le=LAST_ID), BeforeValidator(_digits)]


class Parameters(BaseModel):
    """Parameters, and no others: a misspelt one is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class Paged(Parameters):
    """How much, and from where."""

    limit: Number = Field(default=100, ge=1, le=MOST, description="At most so many.")
    before: Key | None = Field(default=None, description="Only what comes after that one; `next` has it.")


class AboutAgreements(Paged):
    """Filters of agreements."""

    party: str | None = Field(default=None, description="Of a party.")
    pair: str | None = Field(default=None, description="Of a pair.")
    stage: str | None = Field(default=None, description="At a stage.")
    instrument: str | None = Field(default=None, description="Of an instrument.")
    since: str | None = Field(default=None, pattern=WHEN, description="From a day, month, year, or ago (7d).")
    until: str | None = Field(default=None, pattern=WHEN, description="Up to a day, month or year.")


class AboutArticles(AboutAgreements):
    """Filters of articles and searches."""

    lang: str | None = Field(default=None, description="In a language.")
    tier: str | None = Field(default=None, description="Of a tier.")
    source: str | None = Field(default=None, description="Of a source.")


class AboutSteps(AboutArticles):
    """Filters of steps and mentions; lang, tier and source are those of an article that reports it."""

    state: StepState | None = Field(default=None, description="In a state.")


class AboutAlerts(Paged):
    """Filters of alerts."""

    step: str | None = Field(default=None, description="About a step.", max_length=200)


class AboutSources(Parameters):
    """Filters of sources."""

    tier: Tier | None = Field(default=None, description="Of a tier.")
    everything: bool = Field(default=False, description="Those that are not polled, too.")


class AboutDeliveries(Paged):
    """Filters of deliveries."""

    state: DeliveryState | None = Field(default=None, description="In a state.")
    channel: str | None = Field(default=None, description="To a channel.", max_length=200)


def wanted(context: Context, query: AboutAgreements) -> Filter:
    """The filter that a request asks for. Raises WrongFilterError."""
    names = set(AboutSteps.model_fields)
    return filter_of(now=context.now(), **query.model_dump(include=names))
