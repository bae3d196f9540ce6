"""What the articles behind a step state besides it, put together: each value once, with everybody who states
it. Where they differ, each value stays, and says so. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from monitor.terms import Particular, Stage

if TYPE_CHECKING:
    from storage.records import DetailRecord, MentionView, StepRecord

ORDER = tuple(Particular)
# Of these an agreement has one: two values are two accounts of the same thing.
ONE_OF_A_KIND = frozenset(
    {
        Particular.DURATION,
        Particular.EXPIRY,
        Particular.CONSULTATION,
        Particular.EXPECTED_SIGNING,
        Particular.EXPECTED_IN_FORCE,
    }
)
PEOPLE = frozenset({Particular.SIGNATORY, Particular.DELEGATION_HEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who states it: the sentence, and the mention with its article."""

    detail: DetailRecord
    view: MentionView


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A detail with everybody who states it, first recorded first. `disputed`: others state another value."""

    kind: Particular
    value: str
    currency: str | None = None
    year: int | None = None
    per: str | None = None
    party: str | None = None
    office: str | None = None
    disputed: bool = False
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When an agreement runs out. `counted_from` is the day and stage that a stated duration was counted
    from; None where the text names the end itself. `day` is None where it names only the `year`."""

    day: date | None
    year: int
    counted_from: tuple[date, str] | None
    stated: Stated


def particulars(views: Iterable[MentionView]) -> tuple[Stated, ...]:
    """What the mentions state, by kind, each value once."""
    found: dict[tuple[object, ...], Stated] = {}
    for view in views:
        for one in view.mention.details:
            source = Source(detail=one, view=view)
            key = (one.kind, one.value.casefold(), one.currency, one.year, one.per)
            known = found.get(key)
            if known is not None:
                found[key] = replace(
                    known,
                    sources=(*known.sources, source),
                    party=known.party or one.party,
                    office=known.office or one.office,
                )
            elif one.kind in ORDER:  # written by a newer program: not shown
                found[key] = _stated(one, source)
    listed = [stated for stated in found.values() if not _is_surname(stated, found.values())]
    values = Counter(stated.kind for stated in listed)
    marked = [replace(s, disputed=s.kind in ONE_OF_A_KIND and values[s.kind] > 1) for s in listed]
    return tuple(sorted(marked, key=lambda stated: ORDER.index(stated.kind)))


def endings(
    step: StepRecord, stated: Sequence[Stated], same: Iterable[StepRecord] = ()
) -> tuple[Ending, ...]:
    """When the agreement of a signed step, or one in force, runs out: as the text names it, else the stated
    duration counted from its entry into force, where `same` (the agreement's steps) has one, or from the
    step's own day."""
    named = [one for one in stated if one.kind is Particular.EXPIRY]
    if named:
        return tuple(_named(one) for one in named)
    start = _start(step, same)
    if start is None:
        return ()
    counted = [(one, _after(start[0], one.value)) for one in stated if one.kind is Particular.DURATION]
    return tuple(
        Ending(day=day, year=day.year, counted_from=start, stated=one) for one, day in counted if day
    )


def _stated(one: DetailRecord, source: Source) -> Stated:
    return Stated(
        kind=Particular(one.kind),
        value=one.value,
        currency=one.currency,
        year=one.year,
        per=one.per,
        party=one.party,
        office=one.office,
        sources=(source,),
    )


def _is_surname(one: Stated, others: Iterable[Stated]) -> bool:
    """Whether it is a bare surname where somebody gives the whole name."""
    if one.kind not in PEOPLE or " " in one.value:
        return False
    end = f" {one.value.casefold()}"
    return any(other.kind is one.kind and other.value.casefold().endswith(end) for other in others)


def _named(one: Stated) -> Ending:
    whole = len(one.value) > 4
    day = date.fromisoformat(one.value) if whole else None
    return Ending(day=day, year=int(one.value[:4]), counted_from=None, stated=one)


def _start(step: StepRecord, same: Iterable[StepRecord]) -> tuple[date, str] | None:
    if step.stage not in (Stage.SIGNED, Stage.IN_FORCE):
        return None
    mine = [
        one for one in same if one.agreement.name == step.agreement.name and one.state in ("open", "known")
    ]
    in_force = [one for one in mine if one.stage == Stage.IN_FORCE and one.date and one.date_exact]
    for one in (*in_force, step):
        if one.date and one.date_exact:
            return one.date, one.stage
    return None


def _after(start: date, length: str) -> date | None:
    """The day that lies so long (P10Y, P6M) after another; the last of a month stays one."""
    number, unit = length[1:-1], length[-1:]
    if not number.isdecimal() or unit not in "YM":
        return None
    months = start.month - 1 + int(number) * (12 if unit == "Y" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    for day in (start.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None
