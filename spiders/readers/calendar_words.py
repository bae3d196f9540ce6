"""The names of months, weekdays and zones, read from months.tsv and zones.tsv when first needed."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWords:
    """Every spelling, lower case, with the numbers it may mean; by language where languages differ."""

    months: dict[str, frozenset[int]]
    weekdays: dict[str, frozenset[int]]
    months_of: dict[str, dict[str, int]]  # language -> word -> month


@cache
def calendar_words() -> CalendarWords:
    """All of months.tsv. A word that means several months by itself maps to all of them."""
    months: dict[str, set[int]] = {}
    weekdays: dict[str, set[int]] = {}
    months_of: dict[str, dict[str, int]] = {}
    for language, kind, number, forms in _rows("months.tsv"):
        for word in forms.replace("+", " ").split():
            kinds = months if kind == "m" else weekdays
            kinds.setdefault(word, set()).add(int(number))
            if kind == "m":
                months_of.setdefault(language, {}).setdefault(word, int(number))
    return CalendarWords(
        months={word: frozenset(numbers) for word, numbers in months.items()},
        weekdays={word: frozenset(numbers) for word, numbers in weekdays.items()},
        months_of=months_of,
    )


@cache
def zone_names() -> dict[str, str]:
    """Zone abbreviation, upper case -> "+hh:mm" or an IANA name."""
    return {row[0]: row[1] for row in _rows("zones.tsv")}


def _rows(name: str) -> list[list[str]]:
    text = files("spiders.readers").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
