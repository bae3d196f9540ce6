"""Numbers with a unit in a text: lengths of time and sums of money, with their characters. By regular
expressions made from a language's words; none can run away (no repetition stands inside another)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

# Signs that stand for one currency (ISO 4217). A bare "$" is the US dollar; "kr" is nobody's in particular.
SIGNS: Mapping[str, str] = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₴": "UAH", "₩": "KRW", "zł": "PLN", "Kč": "CZK", "US$": "USD",
    "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "$": "USD",
}  # fmt: skip
CODES = (
    "EUR", "USD", "GBP", "DKK", "NOK", "SEK", "ISK", "CZK", "PLN", "CHF", "CAD", "AUD", "NZD", "JPY", "KRW",
    "UAH", "RON", "HUF", "BGN", "TRY", "GEL", "MDL", "INR", "PHP", "SGD", "TWD", "ILS", "AED", "SAR",
)  # fmt: skip
MOST = 100  # years, months or days; and hours
_THOUSANDS = 10**6  # no more of it is written in thousands
_APOSTROPHE = "['\u2019\u02bc]"
_BLANK = r"[ \u00a0\u202f]"
_BETWEEN = r"[ \u00a0\u202f\u2011-]{0,2}"
_DIGITS = rf"\d{{1,3}}(?:{_BLANK}\d{{3}}){{1,4}}(?!\d)|\d{{1,15}}(?:[.,]\d{{1,3}}){{0,4}}"
_ENDING = r"(?:-?(?:х|ти|ма|и|го|т[иь]))?"  # of a number written in digits: "24-х", "10-ти"


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time, at characters `start` to `end`. `value` is ISO 8601: P10Y, P6M, P30D, PT24H."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Money:
    """A sum, at characters `start` to `end`. `currency` is ISO 4217."""

    start: int
    end: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """A language's words; a star ends a beginning. `units` by Y, M, D, H; `whole` are words that are a
    length by themselves ("decade"), by their value; `decimal` is the mark of decimals, "." or ","."""

    decimal: str
    numbers: Mapping[int, Sequence[str]]
    units: Mapping[str, Sequence[str]]
    whole: Mapping[str, Sequence[str]]
    currencies: Mapping[str, Sequence[str]]
    scales: Mapping[int, Sequence[str]]


class Amounts:
    """Finds lengths of time and sums in a language's texts."""

    def __init__(self, words: Units) -> None:
        self._decimal = words.decimal
        self._number = _Named({str(number): many for number, many in words.numbers.items()})
        self._unit = _Named(words.units)
        self._whole = _Named(words.whole)
        self._currency = _Named(words.currencies)
        self._scale = _Named({str(scale): many for scale, many in words.scales.items()})
        self._lengths = _compiled(
            rf"(?<![\w.,])(?:(?P<digits>\d{{1,3}}){_ENDING}|(?P<number>{self._number.pattern})){_BETWEEN}"
            rf"(?P<unit>{self._unit.pattern})(?!\w)"
        )
        self._wholes = _compiled(rf"(?<!\w)(?P<whole>{self._whole.pattern})(?!\w)")
        signs = "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True))
        codes = "|".join(CODES)
        self._sums = _compiled(
            rf"(?<![\w.,])(?:(?:(?P<sign>{signs})|(?P<code>{codes})){_BETWEEN})?(?P<digits>{_DIGITS})"
            rf"(?:{_BETWEEN}(?P<scale>{self._scale.pattern})(?!\w))?"
            rf"(?:\.?{_BETWEEN}(?:(?P<name>{self._currency.pattern})|(?P<behind>{codes})|(?P<last>{signs}))(?!\w))?"
        )

    def lengths(self, text: str) -> list[Length]:
        """The lengths of time in the text, in order."""
        found = [self._length(match) for match in self._lengths.finditer(text)]
        found += [Length(m.start(), m.end(), self._whole.of(m["whole"])) for m in self._wholes.finditer(text)]
        return sorted((one for one in found if one), key=lambda one: one.start)

    def money(self, text: str) -> Iterator[Money]:
        """The sums in the text, in order. A number without a currency is none."""
        for match in self._sums.finditer(text):
            currency = self._currency_of(match)
            if currency:
                scale = int(self._scale.of(match["scale"])) if match["scale"] else 1
                amount = _number(match["digits"], self._decimal, scaled=scale > _THOUSANDS) * scale
                yield Money(match.start(), match.end(), amount, currency)

    def _length(self, match: re.Match[str]) -> Length | None:
        count = int(match["digits"] or self._number.of(match["number"]))
        unit = self._unit.of(match["unit"])
        if not 0 < count <= MOST:
            return None
        return Length(match.start(), match.end(), f"PT{count}H" if unit == "H" else f"P{count}{unit}")

    def _currency_of(self, match: re.Match[str]) -> str | None:
        if match["name"]:
            return self._currency.of(match["name"])
        sign = match["sign"] or match["last"]
        code = match["code"] or match["behind"]
        return SIGNS.get(sign) if sign else code


class _Named:
    """Words by the name of what they say: a pattern of them all, and which of them a match was."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        flat = [(word, name) for name, many in words.items() for word in many]
        flat.sort(key=lambda one: -len(one[0]))
        self._exact = {_plain(word): name for word, name in flat if not word.endswith("*")}
        self._starts = [(_plain(word[:-1]), name) for word, name in flat if word.endswith("*")]
        self.pattern = "|".join(_word(word) for word, _ in flat) or "(?!)"

    def of(self, said: str) -> str:
        """The name of the words that matched."""
        plain = _plain(said)
        found = self._exact.get(plain)
        return found or next(name for start, name in self._starts if plain.startswith(start))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _word(word: str) -> str:
    """A star stands for letters, a space for one of any kind or a hyphen."""
    stem, rest = (word[:-1], r"\w{0,12}") if word.endswith("*") else (word, "")
    return re.escape(stem).replace("\\ ", r"[ \u00a0-]").replace("'", _APOSTROPHE) + rest


def _plain(words: str) -> str:
    return re.sub(_APOSTROPHE, "'", re.sub(r"[ \u00a0\u202f\u2011-]+", " ", words)).casefold()


def _number(digits: str, decimal: str, *, scaled: bool) -> Decimal:
    """The number that "1.8", "1,8", "1 800 000" or "1.800.000" is; `decimal` is the language's own mark.

    The other mark parts thousands where three digits follow it ("1.500 millones"); else ("1.8 млрд"), and
    before billions ("1.125 млрд"), it is taken for the decimal one: people write both.
    """
    plain = re.sub(_BLANK, "", digits)
    marks = [c for c in plain if c in ".,"]
    if not marks:
        return Decimal(plain)
    head, _, tail = plain.rpartition(marks[-1])
    repeated = len(marks) > 1 and len(set(marks)) == 1
    foreign = marks[-1] != decimal and len(tail) == 3 and not (scaled and decimal == ",")
    if repeated or foreign:
        return Decimal(re.sub("[.,]", "", plain))
    return Decimal(f"{re.sub('[.,]', '', head)}.{tail}")
