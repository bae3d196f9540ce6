"""What a query asks for, from the words people write it in: party, pair, stage, since, lang, tier.

The command line's options, the API's parameters and a search's fields are all read here.
"""

import calendar
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

from monitor.config import values
from monitor.config.problems import advice
from monitor.durations import parse_duration
from monitor.terms import Instrument, Stage, Tier
from storage.records import Filter

T = TypeVar("T")


class WrongFilterError(ValueError):
    """A value that cannot be asked for. `name` is the filter; `reason` quotes the value, and names the
    nearest right one where there is one."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def filter_of(
    *,
    now: datetime,
    limit: int = 100,
    before: int | None = None,
    party: str | None = None,
    pair: str | None = None,
    stage: str | None = None,
    instrument: str | None = None,
    since: str | None = None,
    until: str | None = None,
    lang: str | None = None,
    tier: str | None = None,
    source: str | None = None,
    state: str | None = None,
) -> Filter:
    """The filter that these words come to. `now` is what "7d" counts back from. Raises WrongFilterError."""
    return Filter(
        party=_checked("party", party, values.party),
        pair=_checked("pair", pair, values.pair),
        stage=_word("stage", stage, Stage),
        instrument=_word("instrument", instrument, Instrument),
        since=_day("since", since, now, last=False),
        until=_day("until", until, now, last=True),
        language=_checked("lang", lang, values.language),
        tier=_word("tier", tier, Tier),
        source_id=_checked("source", source, values.slug),
        state=state,
        limit=limit,
        before_id=before,
    )


def _checked(name: str, value: str | None, check: Callable[[str], T]) -> T | None:
    if value is None:
        return None
    try:
        return check(value)
    except ValueError as error:
        raise WrongFilterError(name, str(error)) from None


def _word(name: str, value: str | None, words: Iterable[str]) -> str | None:
    known = [str(word) for word in words]
    if value is None or value in known:
        return value
    raise WrongFilterError(name, f'"{value}" is not known here{advice(value, known)}')


def _day(name: str, value: str | None, now: datetime, *, last: bool) -> date | None:
    if value is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
            return _end_of(value) if last else date.fromisoformat(value + "-01" * (2 - value.count("-")))
        return (now - parse_duration(value)).date()
    except (ValueError, OverflowError):
        reason = f'"{value}" is not a day (2024-02-23, 2024-02, 2024, or 7d for a week ago)'
        raise WrongFilterError(name, reason) from None


def _end_of(value: str) -> date:
    """The last day of a year or month, or the day itself."""
    year, *rest = map(int, value.split("-"))
    month = rest[0] if rest else 12
    if not (date.min.year <= year <= date.max.year and 1 <= month <= 12):
        raise ValueError(value)
    day = rest[1] if len(rest) == 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day)
