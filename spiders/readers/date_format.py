"""parse_with_format reads a date by the strptime format that a source's config gives."""

import calendar
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from spiders.readers.calendar_words import calendar_words

_WORD = re.compile(r"[^\W\d_]+")


def parse_with_format(
    text: str, form: str, zone: str = "UTC", language: str | None = None
) -> datetime | None:
    """The moment, aware UTC, its month (%B or %b) named in any language; None where the text does not fit."""
    text = " ".join(text.split())
    if "%B" in form or "%b" in form:
        names = calendar.month_name if "%B" in form else calendar.month_abbr
        text = _WORD.sub(lambda word: names[_month(word[0], language)] or word[0], text)
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes below
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _month(word: str, language: str | None) -> int:
    """1-12, or 0 for a word that is no month or several."""
    words = calendar_words()
    own = words.months_of.get((language or "")[:2], {})
    numbers = words.months.get(word.lower(), frozenset())
    return own.get(word.lower()) or (next(iter(numbers)) if len(numbers) == 1 else 0)
