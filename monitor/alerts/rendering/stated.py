"""A detail in the reader's words: "Valid for 10 years", "1.8 billion EUR for 2024". Pure."""

from datetime import date
from decimal import Decimal, InvalidOperation

from babel.numbers import format_compact_decimal
from babel.units import format_unit

from monitor.alerts.rendering.inert import inert
from monitor.alerts.rendering.words import Words
from monitor.particulars import Ending, Stated
from monitor.terms import Particular

_UNITS = {"Y": "year", "M": "month", "D": "day", "H": "hour"}


def in_words(one: Stated, words: Words) -> str:
    """The detail as a line."""
    said = words.label(f"detail_{one.kind}", value=_value(one, words))
    return f"{said} ({words.label('disputed')})" if one.disputed else said


def ending_in_words(one: Ending, words: Words) -> str:
    """ "Runs out on 23 Feb 2034, counted from the signing on 23 Feb 2024"."""
    day = words.day(one.day) if one.day else str(one.year)
    if one.counted_from is None:
        return words.label("runs_out", day=day)
    start, stage = one.counted_from
    return words.label(
        "runs_out_counted", day=day, start=words.day(start), stage=words.named("stages", stage)
    )


def _value(one: Stated, words: Words) -> str:
    if one.kind in (Particular.DURATION, Particular.CONSULTATION):
        return _length(one.value, words)
    if one.kind is Particular.SUM:
        return _sum(one, words)
    if one.kind in (Particular.SIGNATORY, Particular.DELEGATION_HEAD):
        office = f", {inert(one.office, longest=120)}" if one.office else ""
        party = f" ({words.party(one.party)})" if one.party else ""
        return f"{inert(one.value, longest=120)}{office}{party}"
    return words.day(date.fromisoformat(one.value)) if len(one.value) == 10 else inert(one.value, longest=20)


def _length(value: str, words: Words) -> str:
    number, unit = value.lstrip("PT")[:-1], value[-1:]
    if not number.isdecimal() or unit not in _UNITS:
        return inert(value, longest=20)
    return str(format_unit(int(number), _UNITS[unit], locale=words.locale))


def _sum(one: Stated, words: Words) -> str:
    try:
        amount = Decimal(one.value)
    except InvalidOperation:
        return inert(one.value, longest=40)
    number = format_compact_decimal(amount, format_type="long", locale=words.locale, fraction_digits=3)
    said = f"{number} {inert(one.currency or '', longest=3)}".rstrip()
    if one.per:
        said = words.label("each_year", value=said)
    return words.label("for_year", value=said, year=one.year) if one.year else said
