"""The reader's words: phrases from the catalogue, countries, languages and dates from CLDR. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_date, format_datetime

from storage.records import AgreementRecord, StepRecord

LANGUAGES = ("en", "uk")


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, in one language and one time zone."""

    catalogue: Mapping[str, Any]
    locale: Any
    zone: ZoneInfo

    def label(self, name: str, **filled: object) -> str:
        """A phrase of the catalogue with its braces filled."""
        return str(self.catalogue["labels"][name]).format(**filled)

    def named(self, group: str, name: str) -> str:
        """The word for a stage, tier, corroboration or change; an unknown one as it is."""
        return str(self.catalogue[group].get(name, name))

    def party(self, code: str) -> str:
        """ "Denmark" for "DK"; the code itself when CLDR does not know it."""
        own = {"EU": "eu", "NATO": "nato"}.get(code)
        return str(self.catalogue[own] if own else self.locale.territories.get(code, code))

    def parties(self, agreement: AgreementRecord) -> str:
        """ "Denmark – Ukraine"."""
        return " – ".join(map(self.party, agreement.parties))

    def tongue(self, code: str | None) -> str:
        """ "Ukrainian" for "uk"; an empty string for None."""
        return str(self.locale.languages.get(code, code)) if code else ""

    def headline(self, step: StepRecord) -> str:
        """ "security agreement signed"."""
        instruments = self.catalogue["instruments"]
        forms = instruments.get(step.agreement.instrument, instruments["other_security"])
        return str(self.catalogue["headlines"][step.stage]).format(**forms)

    def stage(self, step: StepRecord) -> str:
        """ "Signed"; a round of negotiations with its number."""
        if step.stage == "negotiations_round" and step.ordinal:
            return str(self.catalogue["round"]).format(ordinal=step.ordinal)
        return self.named("stages", step.stage)

    def day(self, day: date | None) -> str:
        """ "23 Feb 2024"; "date not given" for None."""
        if day is None:
            return self.label("date_unknown")
        return str(format_date(day, self.catalogue["date"], locale=self.locale))

    def moment(self, at: datetime | None) -> str:
        """ "23 Feb 2024, 14:05" in the reader's zone; an empty string for None."""
        if at is None:
            return ""
        return str(format_datetime(at, self.catalogue["moment"], tzinfo=self.zone, locale=self.locale))

    def age(self, age: timedelta) -> str:
        """ "9 h": minutes below two hours, hours below two days, then days."""
        minutes = int(age.total_seconds() // 60)
        ages = self.catalogue["ages"]
        if minutes < 120:
            return str(ages["minutes"]).format(n=minutes)
        if minutes < 2880:
            return str(ages["hours"]).format(n=minutes // 60)
        return str(ages["days"]).format(n=minutes // 1440)


@cache
def words(language: str, zone: str) -> Words:
    """The words for a reader. Raises KeyError for a language without a catalogue."""
    if language not in LANGUAGES:
        raise KeyError(f"there is no catalogue for {language!r}")
    text = (files(__package__) / "catalogues" / f"{language}.yaml").read_text(encoding="utf-8")
    return Words(yaml.safe_load(text), Locale.parse(language), ZoneInfo(zone))
