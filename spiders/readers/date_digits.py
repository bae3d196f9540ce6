"""date_in_digits reads dates that are nothing but digits: seconds since 1970, stamps, short years."""

import re
from datetime import UTC, date, datetime, tzinfo

_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?\Z|(\d{13})\Z", re.A)
_STAMP = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?\Z", re.A)
# ISO 8601:1988 allowed years of two digits; feedparser reads them, so some feed has them.
_SHORT_MONTH = re.compile(r"-(\d\d)-?(\d\d)\Z", re.A)
_SHORT_DAY = re.compile(r"(\d\d)(\d\d)(\d\d)\Z", re.A)


def date_in_digits(text: str, zone: tzinfo) -> datetime | None:
    """The moment, aware UTC, of such a text; None for any other. Raises ValueError for digits that cannot be.

    Six digits that may be a year and a month as well ("200312") are not guessed.
    """
    if found := _EPOCH.match(text):
        return datetime.fromtimestamp(int(found[1] or found[2]) / (1000 if found[2] else 1), tz=UTC)
    if found := _STAMP.match(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    on = _short_day(text)
    return datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC) if on else None


def _short_day(text: str) -> date | None:
    if found := _SHORT_MONTH.match(text):
        return date(full_year(found[1]), int(found[2]), 1)
    if found := _SHORT_DAY.match(text):
        year, month, day = found.groups()
        may_be_month = year in ("19", "20") and 1 <= int(day) <= 12
        return None if may_be_month else date(full_year(year), int(month), int(day))
    return None


def full_year(digits: str) -> int:
    """The year that two digits mean (1970-2069); four are taken as they are."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)
