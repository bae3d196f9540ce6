"""Reads the word lists of data/ into typed values, each language once and only when it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

DATA = files(__package__) / "data"
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Naming = Mapping[str, tuple[str, ...]]
OTHER_SCRIPTS = frozenset({"uk", "ru", "bg", "sr", "el", "ka", "ja", "ko", "zh", "ar"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language's words for states, as its file in data/names has them.

    Each list is code -> dictionary forms. `traps` maps a first word to continuations that together name
    no party ("French": fries; "-" for the word alone); the words of `trap_phrases` inflect as well.
    `guards` maps a question of context.py to the ambiguous forms it is asked of ("never" drops a form,
    "weak" only lowers its weight: America, Korea).
    The rules are paradigms as inflect.py describes them.
    """

    names: Naming = field(default_factory=dict)
    capitals: Naming = field(default_factory=dict)
    adjectives: Naming = field(default_factory=dict)
    demonyms: Naming = field(default_factory=dict)
    halves: Naming = field(default_factory=dict)  # first halves that no rule gives
    ministries: Naming = field(default_factory=dict)
    letters: Naming = field(default_factory=dict)  # one-letter names of states: 日, 한
    pairs: tuple[str, ...] = ()  # words written with these letters: 日比, 한미일
    companions: tuple[str, ...] = ()  # what makes such a word the other side: 英豪との
    home_letters: tuple[str, ...] = ()  # but none that holds one of these: 日比との
    traps: Naming = field(default_factory=dict)  # first word -> continuations that name no party
    trap_phrases: tuple[str, ...] = ()
    guards: Naming = field(default_factory=dict)  # guard -> ambiguous forms it watches
    own: tuple[str, ...] = ()
    place_words: frozenset[str] = frozenset()
    noun_rules: Mapping[str, str] = field(default_factory=dict)
    adjective_rules: Mapping[str, str] = field(default_factory=dict)
    half_rules: Mapping[str, str] = field(default_factory=dict)


@cache
def languages() -> frozenset[str]:
    """The languages that have a word list."""
    return frozenset(str(name) for name in read("languages.yaml"))


def read(path: str) -> dict[str, Any]:
    """A data file's top-level mapping; empty when the file has none."""
    with (DATA / path).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader) or {}  # noqa: S506 - a safe loader either way


def lists_of(raw: object) -> dict[str, tuple[str, ...]]:
    """{"DK": "a, b"} and {"DK": [a, b]} alike as {"DK": ("a", "b")}."""
    found: dict[str, tuple[str, ...]] = {}
    for code, words in raw.items() if isinstance(raw, dict) else ():
        parts = words.split(",") if isinstance(words, str) else (words or ())
        found[str(code)] = tuple(str(part).strip() for part in parts if str(part).strip())
    return found


def wording(language: str) -> Wording:
    """The words of one language: CLDR's names with ours added, and the rules to inflect them."""
    cldr, ours = read(f"cldr/{language}.yaml"), read(f"names/{language}.yaml")
    names, capitals = lists_of(cldr["names"]), lists_of(cldr["capitals"])
    for known, more in ((names, lists_of(ours.get("names"))), (capitals, lists_of(ours.get("capitals")))):
        for code, words in more.items():
            kept = () if "-" in words else known.get(code, ())  # "-" drops CLDR's
            known[code] = tuple(word for word in dict.fromkeys((*words, *kept)) if word != "-")
    for code, towns in more_capitals(language).items():
        capitals[code] = capitals.get(code) or towns
    plain: dict[str, Any] = {key: lists_of(ours.get(key)) for key in PLAIN}
    rules: dict[str, Any] = {key: {str(k): str(v) for k, v in (ours.get(key) or {}).items()} for key in RULES}
    return Wording(
        names=names,
        capitals=capitals,
        trap_phrases=tuple(ours.get("trap_phrases") or ()),
        pairs=tuple(ours.get("pairs") or ()),
        companions=tuple(ours.get("companions") or ()),
        home_letters=tuple(ours.get("home_letters") or ()),
        own=tuple(ours.get("own") or ()),
        place_words=frozenset(ours.get("place_words") or ()),
        **plain,
        **rules,
    )


def more_capitals(language: str) -> Naming:
    """The capitals that CLDR does not name, as the language or all of its script writes them."""
    key = language if language in OTHER_SCRIPTS else "latin"
    return {code: tuple(forms.get(key, ())) for code, forms in read("capitals.yaml").items()}


PLAIN = ("adjectives", "demonyms", "halves", "ministries", "letters", "traps", "guards")
RULES = ("noun_rules", "adjective_rules", "half_rules")
