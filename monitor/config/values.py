"""The kinds of value a configuration holds: party, country, language, time zone, address, source id.

Each refuses what it cannot be with a sentence that quotes the value and, where one comes near, the
right one. Territory and language codes and their English names are CLDR's, through Babel.
"""

import re
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from pydantic import AfterValidator, BeforeValidator

from monitor.config.problems import nearest
from monitor.terms import Pair, pair_of

# CLDR has codes for more than states: test regions, islands of a state, groupings.
_NO_STATES = {"EZ", "QO", "UN", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}


@cache
def countries() -> dict[str, str]:
    """ISO 3166-1 alpha-2 codes (and XK) with their English names, "EU" and "NATO" among them."""
    names = Locale("en").territories
    states = {code: name for code, name in names.items() if len(code) == 2 and code not in _NO_STATES}
    return {**states, "EU": "European Union", "NATO": "NATO"}


@cache
def languages() -> dict[str, str]:
    """Two-letter language codes with their English names."""
    return {code: name for code, name in Locale("en").languages.items() if len(code) == 2}


def party(value: str) -> str:
    """That party's code. Raises ValueError naming the nearest one ("UK" is GB, "Denmark" is DK)."""
    if value in countries():
        return value
    raise ValueError(f'"{value}" is not a party{_code_advice(value, countries())}')


def _country(value: str) -> str:
    if value in countries():
        return value
    raise ValueError(f'"{value}" is not a country code{_code_advice(value, countries())}')


def _code_advice(value: str, codes: dict[str, str]) -> str:
    alias = get_global("territory_aliases").get(value.upper(), [])
    if alias and alias[0] in codes:
        return f'; did you mean "{alias[0]}"?'
    by_name = {name: code for code, name in codes.items()}
    name = nearest(value, by_name) if len(value) > 3 else None
    if name:
        return f'; did you mean "{by_name[name]}" ({name})?'
    if value.upper() in codes or value.lower() in codes:
        return f'; did you mean "{value.upper() if value.upper() in codes else value.lower()}"?'
    return " (like UA, DK, EU, NATO)" if "EU" in codes else " (like uk, en, de)"


def pair(value: str) -> Pair:
    """The two parties of "DK-UA", in the order of a pair. Raises ValueError."""
    one, dash, other = value.partition("-")
    if not dash:
        raise ValueError(f'"{value}" is not a pair (like "DK-UA")')
    if one.strip() == other.strip():
        raise ValueError(f'"{value}" names one party twice')
    return pair_of(party(one.strip()), party(other.strip()))


def _pair_from(value: Any) -> Any:
    return pair(value) if isinstance(value, str) else value


def language(value: str) -> str:
    """That language code. Raises ValueError naming the nearest one ("ua" is uk)."""
    if value in languages():
        return value
    if value == "ua":
        raise ValueError('"ua" is not a language; did you mean "uk" (Ukrainian)?')
    raise ValueError(f'"{value}" is not a language code{_code_advice(value, languages())}')


@cache
def zones() -> frozenset[str]:
    """The IANA names of all time zones."""
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value in zones():
        return value
    by_city = {name.rpartition("/")[2].casefold(): name for name in sorted(zones()) if "/" in name}
    city = nearest(value.rpartition("/")[2].replace(" ", "_"), by_city)
    hint = f'; did you mean "{by_city[city]}"?' if city else " (like Europe/Kyiv)"
    raise ValueError(f'"{value}" is not a time zone{hint}')


def web_address(value: str) -> str:
    """That address, which is http or https, whole and without a secret in it. Raises ValueError."""
    shown = value if len(value) <= 120 else f"{value[:117]}..."
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError(f'"{shown}" is not a web address') from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f'"{shown}" is not a web address (http://... or https://...)')
    if parts.password or parts.username:
        raise ValueError("an address must not hold a user name or password")
    if re.search(r"[\s{}<>]", value):
        raise ValueError(f'"{shown}" has a space or a place holder in it')
    return value


def _address_template(value: str) -> str:
    """That template of a web address, with {names} in it."""
    web_address(re.sub(r"\{\w+\}", "x", value))
    return value


def _contact(value: str) -> str:
    if re.fullmatch(r"mailto:[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return value
    try:
        return web_address(value)
    except ValueError:
        raise ValueError(f'"{value}" is neither a web address nor mailto:name@example.org') from None


def slug(value: str) -> str:
    """That id of a source or tag. Raises ValueError."""
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", value):
        return value
    raise ValueError(f'"{value}" is not an id (small letters, digits, "-", "." and "_"; at most 64)')


Party = Annotated[str, AfterValidator(party)]
PartyPair = Annotated[tuple[str, str], BeforeValidator(_pair_from)]
Country = Annotated[str, AfterValidator(_country)]
Language = Annotated[str, AfterValidator(language)]
Zone = Annotated[str, AfterValidator(_zone)]
WebAddress = Annotated[str, AfterValidator(web_address)]
AddressTemplate = Annotated[str, AfterValidator(_address_template)]
Contact = Annotated[str, AfterValidator(_contact)]
SourceId = Annotated[str, AfterValidator(slug)]
Tag = Annotated[str, AfterValidator(slug)]
