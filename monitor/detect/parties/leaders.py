"""Who held an office when: the office holders of data/leaders.yaml, with their spellings."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from monitor.detect.parties.lists import read

# What Bulgarian and Serbian newspapers make of a foreign name, told by the Russian spelling: all three
# transcribe by sound (Чолаку; Čolaku), and those two have no letters for ы, э, ё, ь.
_BULGARIAN = str.maketrans({"ы": "и", "э": "е", "ё": "е", "Э": "Е", "ъ": ""})
_SERBIAN = str.maketrans(
    dict(zip("абвгдежзийклмнопрстуфхцчшыэё", "abvgdežzijklmnoprstufhcčšiee", strict=True))
    | dict(zip("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЭЁ", "ABVGDEŽZIJKLMNOPRSTUFHCČŠEE", strict=True))
    | {"ю": "ju", "я": "ja", "щ": "šč", "ь": "", "ъ": "", "Ю": "Ju", "Я": "Ja", "Щ": "Šč"}
)


@dataclass(frozen=True, slots=True)
class Office:
    """One person's time in offices that speak for the state; a person may have several."""

    who: str
    code: str
    given: str
    terms: tuple[tuple[date, date], ...]
    spellings: dict[str, tuple[str, ...]]  # script or language -> surnames
    needs_given: bool

    def held(self, on: date | None) -> bool:
        """Whether the person was in office on that day; any time counts when no day is given."""
        return on is None or any(start <= on <= end for start, end in self.terms)


def term(raw: str) -> tuple[date, date]:
    """(first day, last day) of "2019-05-20..2024-01-02"; an open end means still in office."""
    start, _, end = raw.partition("..")
    return date.fromisoformat(start), date.fromisoformat(end) if end else date.max


def split(text: str) -> tuple[str, ...]:
    """The spellings of "Goïta, Goita"."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",")))


def office(code: str, raw: dict[str, str]) -> Office:
    """One line of the file: `who` ends in the surname; a leading "!" asks for the given name too."""
    who = raw["who"].removeprefix("!")
    given, _, surname = who.rpartition(" ")
    words = {key: split(text) for key, text in raw.items() if key not in ("who", "in", "office")}
    surname = surname.replace("_", " ")
    words["latin"] = (surname, *words.get("latin", ()))
    for language, letters in (("bg", _BULGARIAN), ("sr", _SERBIAN)):
        words.setdefault(language, tuple(_transcribed(name, letters) for name in words.get("ru", ())))
    return Office(
        who=who.replace("_", " "),
        code=code,
        given=given.replace("_", " "),
        terms=tuple(term(part) for part in raw["in"].split(", ")),
        spellings=words,
        needs_given=raw["who"].startswith("!"),
    )


def _transcribed(name: str, letters: dict[int, str]) -> str:
    """A Russian spelling in the letters of another language; its "-ий" is "-и" there (Зеленски, Zelenski)."""
    ended = re.sub(r"[иы]й\b", "и", name)
    return ended.translate(letters)


@cache
def offices() -> tuple[Office, ...]:
    """Every office holder of the file."""
    return tuple(office(code, raw) for code, people in read("leaders.yaml").items() for raw in people)


def in_office(bearers: tuple[Office, ...], on: date | None) -> Office | None:
    """Of those who bear a name, the one in office on that day (the latest, when no day is given)."""
    return next((office for office in bearers if office.held(on)), None)
