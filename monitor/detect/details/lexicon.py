"""A language's words for details, read from lexicons/*.yaml and checked strictly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from monitor.detect.details.amounts import Amounts, Units
from monitor.detect.patterns import Matcher, PatternError
from monitor.detect.tokens import fold
from monitor.detect.vocabulary import Vocabulary

# What `@` stands for in the patterns of each key: a length of time, a day, or people.
OF_LENGTHS = ("duration", "not_duration", "consultation")
OF_DAYS = ("until",)
OF_PEOPLE = ("signed", "signs", "heads")
PLAIN = ("sums", "not_sums", "yearly", "delegation")
_TABLES = ("numbers", "units", "whole", "currencies", "scales", "sets")
_TOP = {
    "language",
    "decimal",
    "nouns_capital",
    "not_year",
    *_TABLES,
    *OF_LENGTHS,
    *OF_DAYS,
    *OF_PEOPLE,
    *PLAIN,
}


class DetailWordsError(ValueError):
    """A file that does not keep the schema; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailWords:
    """One language's words: `amounts` finds numbers with units; the matchers find what stands around a
    length, a day or people, and what stands by itself. Tags are the keys of the file."""

    language: str
    amounts: Amounts
    lengths: Matcher
    days: Matcher
    people: Matcher
    plain: Matcher
    not_year: frozenset[str]  # before a year: it bounds, and is not what a sum is for
    nouns_capital: bool  # every noun is written with a capital (de)


def languages() -> tuple[str, ...]:
    """The languages in which details are read, alphabetically."""
    folder = files(__package__).joinpath("lexicons")
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def detail_words(language: str, *, split_elisions: bool = False) -> DetailWords | None:
    """The words of a language, loaded once; None where there are none."""
    if language not in languages():
        return None
    name = f"{language}.yaml"
    text = files(__package__).joinpath("lexicons", name).read_text(encoding="utf-8")
    return read_detail_words(text, name, split_elisions=split_elisions)


def read_detail_words(text: str, name: str, *, split_elisions: bool = False) -> DetailWords:
    """The words in the YAML text of a file called `name`. Raises DetailWordsError."""
    data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (a safe loader)
    if not isinstance(data, dict) or (unknown := set(data) - _TOP):
        raise DetailWordsError(f"{name}: unknown key {sorted(unknown)[0]!r}" if data else f"{name}: is empty")
    tables = {key: _table(data.get(key, {}), name, key) for key in _TABLES}
    sets = tables["sets"]

    vocabulary = Vocabulary(split_elisions=split_elisions, language=str(data["language"]))

    def matcher(keys: Iterable[str]) -> Matcher:
        made = Matcher(vocabulary=vocabulary)
        for key in keys:
            for pattern in _strings(data.get(key, []), name, key):
                try:
                    made.add(key, pattern, sets)
                except PatternError as error:
                    raise DetailWordsError(f"{name}: {key}: {error}") from error
        made.finish()
        return made

    return DetailWords(
        language=str(data["language"]),
        amounts=Amounts(
            Units(
                decimal=str(data["decimal"]),
                numbers={int(key): words for key, words in tables["numbers"].items()},
                units=tables["units"],
                whole=tables["whole"],
                currencies=tables["currencies"],
                scales={int(key): words for key, words in tables["scales"].items()},
            )
        ),
        lengths=matcher(OF_LENGTHS),
        days=matcher(OF_DAYS),
        people=matcher(OF_PEOPLE),
        plain=matcher(PLAIN),
        not_year=frozenset(map(fold, _strings(data.get("not_year", []), name, "not_year"))),
        nouns_capital=bool(data.get("nouns_capital", False)),
    )


def _table(value: object, name: str, key: str) -> Mapping[str, Sequence[str]]:
    if not isinstance(value, dict):
        raise DetailWordsError(f"{name}: {key}: a mapping is wanted")
    return {str(one): _strings(words, name, f"{key}.{one}") for one, words in value.items()}


def _strings(value: object, name: str, key: str) -> Sequence[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise DetailWordsError(f'{name}: {key}: a list of strings is wanted (quote words such as "on")')
    return value
