"""Writes data/cldr/<language>.yaml: state and capital names out of the CLDR copy that babel ships.

Run by a developer (`python -m monitor.detect.parties.build`) when babel is raised; the files are
checked in, so that reading an article needs neither babel nor its 30 MB of locale data.
Names: CLDR `territories`. Capitals: CLDR `exemplarCity` of the time zone named after the capital.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml
from babel import Locale

DATA = Path(__file__).parent / "data"
HEADER = (
    "# State and capital names of Unicode CLDR (territories, exemplarCity) through babel; Unicode License.\n"
    "# Made by `python -m monitor.detect.parties.build`; corrections belong into ../names, not here.\n"
)


def read_list(name: str) -> Mapping[str, object]:
    """One of the lists in data/ (languages.yaml, states.yaml) as plain values."""
    with (DATA / name).open(encoding="utf-8") as stream:
        return dict(yaml.safe_load(stream))


def state_names(locale: Locale, states: Mapping[str, object]) -> dict[str, str]:
    """Code -> the name of each state in the locale's language."""
    return {code: str(locale.territories[code]) for code in states if code in locale.territories}


def capital_names(locale: Locale, states: Mapping[str, object]) -> dict[str, str]:
    """Code -> the capital's name, for the states whose capital has a time zone of its own."""
    names = {}
    for code, zone in states.items():
        if isinstance(zone, str):
            default = zone.rsplit("/", 1)[-1].replace("_", " ")
            names[code] = str(locale.time_zones.get(zone, {}).get("city", default))
    return names


def main() -> None:
    """One file a language, in the order of data/languages.yaml."""
    states = read_list("states.yaml")
    for language, locales in read_list("languages.yaml").items():
        found: dict[str, list[str]] = {}
        cities: dict[str, list[str]] = {}
        for name in str(locales).split():
            locale = Locale.parse(name)
            for into, names in (
                (found, state_names(locale, states)),
                (cities, capital_names(locale, states)),
            ):
                for code, text in names.items():
                    into.setdefault(code, [])
                    into[code] += [text] if text not in into[code] else []
        body = yaml.safe_dump(
            {"names": found, "capitals": cities}, allow_unicode=True, default_flow_style=None, width=1000
        )
        (DATA / "cldr" / f"{language}.yaml").write_text(HEADER + body, encoding="utf-8")


if __name__ == "__main__":
    main()
