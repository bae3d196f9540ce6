"""One language's words as detection needs them, read from its YAML file and checked strictly.

lexicons/README.md documents every key. Anything that is not in the schema is an error that names
the file and the key, so that a misspelt key never silently disables a rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import cast

import yaml

from monitor.detect.patterns import Matcher, PatternError
from monitor.detect.tokens import fold
from monitor.detect.vocabulary import Vocabulary
from monitor.terms import Instrument, Stage

FORMS = ("done", "present", "planned", "intended", "participle", "bare")
MODIFIERS = ("planned", "possible", "wanted", "denied", "done")
LISTS = (
    "joiners", "titles", "recalled", "fresh", "looking_back", "clause_openers", "tallies", "both_sides",
    "plural_instruments", "hearsay", "fields", "reporting", "relatives", "each", "successor", "perfect",
    "conditions", "pluperfect", "pronouns", "about", "auxiliaries", "dated", "other_fields",
    "meetings", "enacting", "we", "after_nouns", "rounds",
)  # fmt: skip
AROUND = ("between", "with", "by", "forces", "bystanders", "places", "memberships", "institutions")
TIMES = ("old", "scheduled", "someday", "event")
_TOP = {
    "language", "elisions", "ordinal_dot", "modifiers_follow", "abbreviations", "sets", "instruments",
    "steps", "modifiers", "times", "ordinals", "home", "abroad", "cases", "adjectives_follow", "noun_first",
    "place_cases", "endings", "spaceless", "joining", *LISTS, *AROUND,
}  # fmt: skip
_MAX_VALUE = 12


class LexiconError(ValueError):
    """A lexicon file that does not keep the schema; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words of one language. `plain` matches what stands by itself, `around` what has a party in it.

    Tags: step:STAGE:FORM, instrument:KIND (or generic, excluded), modifier:KIND, month:1..12,
    weekday:0..6 (Monday is 0), day:OFFSET, old, scheduled, someday, event, and the names of LISTS
    and AROUND.
    """

    language: str
    plain: Matcher
    around: Matcher
    abbreviations: frozenset[str]
    split_elisions: bool
    home: str | None
    abroad: bool
    ordinal_dot: bool
    cases: bool
    adjectives_follow: bool
    modifiers_follow: bool
    noun_first: bool
    place_cases: bool
    spaceless: bool
    joining: str
    endings: tuple[tuple[str, tuple[str, ...]], ...]


def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, alphabetically."""
    folder = files("monitor.detect").joinpath("lexicons")
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def lexicon(language: str) -> Lexicon | None:
    """The lexicon of a language, loaded once; None where there is none."""
    if language not in languages_known():
        return None
    source = files("monitor.detect").joinpath("lexicons", f"{language}.yaml")
    return read_lexicon(source.read_text(encoding="utf-8"), f"{language}.yaml")


@lru_cache(maxsize=1)
def languages_known() -> frozenset[str]:
    """The languages that have a lexicon, as a set looked up once."""
    return frozenset(languages())


def read_lexicon(text: str, name: str) -> Lexicon:
    """A lexicon from the YAML text of a file called `name`. Raises LexiconError, naming file and key."""
    try:
        loaded = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (it is a safe loader)
    except yaml.YAMLError as error:
        raise LexiconError(f"{name}: {error}") from error
    return _Reader(name, _mapping(loaded, name, "the file")).lexicon()


class _Reader:
    """Reads one loaded file into a Lexicon; knows the file's name for its errors."""

    def __init__(self, name: str, data: Mapping[str, object]) -> None:
        self.name, self.data = name, data
        if unknown := set(data) - _TOP:
            raise LexiconError(
                f"{name}: unknown key {sorted(unknown)[0]!r}; known: {', '.join(sorted(_TOP))}"
            )
        split = self._choice("elisions", "join", ("join", "split")) == "split"
        language = str(data.get("language"))
        self.vocabulary = Vocabulary(split_elisions=split, language=language)
        self.plain, self.around = Matcher(vocabulary=self.vocabulary), Matcher(vocabulary=self.vocabulary)
        sets = self._section("sets")
        self.sets = {key: self._strings(sets[key], f"sets.{key}") for key in sets}

    def lexicon(self) -> Lexicon:
        self._instruments()
        self._steps()
        self._times()
        self._counted(self.data, "ordinals", "ordinal", range(1, 20))
        modifiers = self._section("modifiers", MODIFIERS)
        for key, value in modifiers.items():
            self._add(f"modifier:{key}", value, f"modifiers.{key}")
        for key in LISTS:
            self._add(key, self.data.get(key, []), key)
        for key in AROUND:
            self._add(key, self.data.get(key, []), key, around=True)
        self.plain.finish()
        self.around.finish()
        return Lexicon(
            language=str(self.data.get("language")),
            plain=self.plain,
            around=self.around,
            abbreviations=self._abbreviations(),
            split_elisions=self.vocabulary.split_elisions,
            home=str(self.data["home"]) if "home" in self.data else None,
            abroad=self._flag("abroad"),
            ordinal_dot=self._flag("ordinal_dot"),
            cases=self._flag("cases"),
            adjectives_follow=self._flag("adjectives_follow"),
            modifiers_follow=self._flag("modifiers_follow"),
            noun_first=self._flag("noun_first"),
            place_cases=self._flag("place_cases"),
            spaceless=self._flag("spaceless"),
            joining=str(self.data.get("joining", "")),
            endings=self._endings(),
        )

    def _endings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found = self._section("endings", AROUND).items()
        return tuple((part, tuple(map(fold, self._strings(v, f"endings.{part}")))) for part, v in found)

    def _abbreviations(self) -> frozenset[str]:
        """Words whose dot ends no sentence; where dates have one, the days of the month too ("27. Mai")."""
        listed = self._strings(self.data.get("abbreviations", []), "abbreviations")
        days = range(1, 32) if self._flag("ordinal_dot") else ()
        return frozenset([*(word.lower() for word in listed), *map(str, days)])

    def _instruments(self) -> None:
        known = (*(str(kind) for kind in Instrument), "generic", "excluded")
        for key, value in self._section("instruments", known).items():
            self._add(f"instrument:{key}", value, f"instruments.{key}")

    def _steps(self) -> None:
        for stage, forms in self._section("steps", tuple(str(s) for s in Stage)).items():
            for form, value in _mapping(forms, self.name, f"steps.{stage}", FORMS).items():
                self._add(f"step:{stage}:{form}", value, f"steps.{stage}.{form}")

    def _times(self) -> None:
        times = self._section("times", ("months", "weekdays", "days", *TIMES))
        for key in TIMES:
            self._add(key, times.get(key, []), f"times.{key}")
        self._counted(times, "months", "month", range(1, 13))
        self._counted(times, "weekdays", "weekday", range(7))
        self._counted(times, "days", "day", range(-_MAX_VALUE, _MAX_VALUE + 1))

    def _counted(self, times: Mapping[str, object], key: str, tag: str, allowed: range) -> None:
        for number, value in _mapping(times.get(key, {}), self.name, key).items():
            where = f"{key}.{number}"
            if not str(number).lstrip("-").isdigit() or int(number) not in allowed:
                raise LexiconError(
                    f"{self.name}: {where}: a number from {allowed[0]} to {allowed[-1]} is wanted"
                )
            self._add(f"{tag}:{number}", value, where)

    def _add(self, tag: str, value: object, where: str, *, around: bool = False) -> None:
        for pattern in self._strings(value, where):
            has_party = "@" in pattern.split()
            if around != has_party:
                wanted = "needs an @ for the party" if around else "must not hold @"
                raise LexiconError(f"{self.name}: {where}: {pattern!r} {wanted}")
            try:
                (self.around if around else self.plain).add(tag, pattern, self.sets)
            except PatternError as error:
                raise LexiconError(f"{self.name}: {where}: {error}") from error

    def _section(self, key: str, known: Iterable[str] | None = None) -> Mapping[str, object]:
        return _mapping(self.data.get(key, {}), self.name, key, known)

    def _strings(self, value: object, where: str) -> Sequence[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise LexiconError(
                f'{self.name}: {where}: a list of strings is wanted (quote words such as "on" and "no")'
            )
        return cast("list[str]", value)

    def _choice(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.data.get(key, default)
        if value not in allowed:
            raise LexiconError(f"{self.name}: {key}: one of {', '.join(allowed)} is wanted, not {value!r}")
        return str(value)

    def _flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise LexiconError(f"{self.name}: {key}: true or false is wanted, not {value!r}")
        return value


def _mapping(
    value: object, name: str, where: str, known: Iterable[str] | None = None
) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise LexiconError(f"{name}: {where}: a mapping is wanted")
    mapping = {str(key): item for key, item in value.items()}
    if known is not None and (unknown := set(mapping) - set(known)):
        raise LexiconError(f"{name}: {where}: unknown key {sorted(unknown)[0]!r}; known: {', '.join(known)}")
    return mapping
