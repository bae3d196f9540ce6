"""The reasons of decisions in the reader's language: catalogues/reasons.yaml. Pure.

A reason is written down once, in English, as a fixed phrase with what fills it. Here the phrase is recognised
and what fills it taken out, so that old records are told in every language too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from monitor.alerts.rendering.words import Words
from monitor.terms import Stage

SEPARATOR = "; "
LONGEST = 1000  # what is longer is a quotation
_NAME = re.compile(r"\{(\w+)\}")
# What may fill a place; whatever is not named here may be anything.
_SHAPES: Mapping[str, str] = {
    "stage": "|".join(Stage),
    "other_stage": "|".join(Stage),
    "day": r"\d{4}-\d\d-\d\d|None",
    "other_day": r"\d{4}-\d\d-\d\d",
    "number": r"[\d.]+",
    "least": r"[\d.]+",
    "count": r"\d+",
    "one": "[A-Z]{2}|NATO",
    "other": "[A-Z]{2}|NATO",
    "pair": "(?:[A-Z]{2}|NATO)-(?:[A-Z]{2}|NATO)",
    "step": r"\S+",
    "other_step": r"\S+",
    "source": "[a-z0-9._-]+",
    "state": "[a-z]+",
    "time": r"\d\d:\d\d",
    "country": "[A-Z]{2}",
    "name": "party|pair|stage|instrument|since|until|lang|tier|source",
    "hint": ".*?",
    "agreement": r"\S+",
    "url": r"\S+",
    "reality": "done|planned|possible|wanted|denied|named",
    "novelty": "new|recalled|unclear",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Which reason it is, and what fills its places."""

    phrase: str  # the English pattern: what identifies it
    filled: Mapping[str, str]


def understood(text: str) -> Reason | None:
    """The reason that the English text is; None for a human's own words."""
    for phrase, pattern in _patterns() if len(text) <= LONGEST else ():
        if match := pattern.fullmatch(text):
            return Reason(phrase=phrase, filled=match.groupdict())
    return None


def reason_in(words: Words, text: str) -> str:
    """The reason in the reader's words; as it stands where it is not one of ours."""
    if (reason := understood(text)) is None:
        return text
    told = _catalogue()["phrases"][reason.phrase]
    language = str(words.catalogue["language"])
    phrase = told.get("plain", told["en"]) if language == "en" else told[language]
    return str(phrase).format(**{name: _said(words, name, value) for name, value in reason.filled.items()})


def _said(words: Words, name: str, value: str) -> str:
    """What fills the place of that name, in the reader's words."""
    if name in _GROUPS:
        return str(_catalogue()[_GROUPS[name]][str(words.catalogue["language"])][value])
    return _SAID[name](words, value) if name in _SAID else value


def _each(words: Words, value: str) -> str:
    return SEPARATOR.join(reason_in(words, one) for one in value.split(SEPARATOR))


def _stage(words: Words, value: str) -> str:
    return words.named("stages", value).lower()


def _day(words: Words, value: str) -> str:
    return words.day(None if value == "None" else date.fromisoformat(value))


def _parties(words: Words, value: str) -> str:
    return " – ".join(map(words.party, value.split("-")))


_GROUPS = {"reality": "realities", "novelty": "novelties"}
_SAID: Mapping[str, Callable[[Words, str], str]] = {
    **dict.fromkeys(("why", "said", "problem"), reason_in),
    **dict.fromkeys(("stage", "other_stage"), _stage),
    **dict.fromkeys(("day", "other_day"), _day),
    **dict.fromkeys(("one", "other", "country", "pair"), _parties),
    "more": _each,
}


@cache
def _catalogue() -> Mapping[str, Any]:
    text = (files(__package__) / "catalogues" / "reasons.yaml").read_text(encoding="utf-8")
    read = yaml.safe_load(text)
    return {**read, "phrases": {one["en"]: one for one in read["reasons"]}}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Phrases without places first, then those with the most fixed text."""
    phrases = sorted(_catalogue()["phrases"], key=lambda one: ("{" in one, -len(_NAME.sub("", one))))
    return tuple((phrase, _pattern(phrase)) for phrase in phrases)


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = _NAME.split(phrase)
    found = [
        f"(?P<{part}>{_SHAPES.get(part, '.+?')})" if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(found), re.DOTALL)
