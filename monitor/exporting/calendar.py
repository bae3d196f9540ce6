"""A calendar (RFC 5545): signings, entries into force, what is expected, and when agreements run out. By
icalendar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from monitor.alerts.rendering.inert import inert
from monitor.alerts.rendering.stated import ending_in_words
from monitor.alerts.rendering.words import words
from monitor.particulars import Stated, endings
from monitor.terms import Particular, Stage
from storage.records import StepRecord

SHOWN = (Stage.SIGNED, Stage.RATIFIED, Stage.IN_FORCE, Stage.SUSPENDED_OR_TERMINATED)
LONGEST = 500
_EXPECTED = {
    Particular.EXPECTED_SIGNING: ("signing", "signing expected"),
    Particular.EXPECTED_IN_FORCE: ("in_force", "entry into force expected"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A step with what its articles state, and the steps of its agreement."""

    step: StepRecord
    stated: tuple[Stated, ...] = ()
    same: tuple[StepRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One event: `mark` tells it from the step's other events, "" for the step itself."""

    mark: str
    day: date
    what: str
    quote: str = ""
    is_certain: bool = False


def calendar(steps: Iterable[Dated], *, now: datetime) -> bytes:
    """The steps that a calendar is for, each on its day; what is expected or runs out stands there as
    tentative, with the sentence that says so.

    Steps without a day are left out. A UID stays the same when a date is corrected.
    """
    whole = Calendar()
    whole.add("prodid", "-//PactWatch//security agreements//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", "Security agreements")
    for one in steps:
        for entry in _entries(one):
            whole.add_component(_event(one.step, entry, now))
    return bytes(whole.to_ical())


def _entries(of: Dated) -> Iterator[_Entry]:
    step, told = of.step, words("en", "UTC")
    if step.stage in SHOWN and step.date is not None:
        yield _Entry(mark="", day=step.date, what=told.headline(step), is_certain=True)
    if step.expected is not None:
        yield _Entry(mark="expected", day=step.expected, what=f"{told.headline(step)} (expected)")
    yield from _expected(of)
    for ending in endings(step, of.stated, of.same):
        if ending.day is not None:
            said = ending_in_words(ending, told)
            quote = ending.stated.sources[0].detail.quote
            yield _Entry(mark="expiry", day=ending.day, what="runs out", quote=f"{said}\n{quote}")


def _expected(of: Dated) -> Iterator[_Entry]:
    """The days that articles give for what is to come, but for the one that the step has already."""
    for stated in of.stated:
        if stated.kind in _EXPECTED:
            name, what = _EXPECTED[stated.kind]
            day, first = date.fromisoformat(stated.value), stated.sources[0].detail
            is_known = stated.kind is Particular.EXPECTED_SIGNING and day == of.step.expected
            is_the_step = of.step.stage == Stage.IN_FORCE and day == of.step.date
            if not (is_known or is_the_step):
                yield _Entry(mark=f"{name}-expected", day=day, what=what, quote=first.quote)


def _event(step: StepRecord, entry: _Entry, now: datetime) -> Event:
    told, event = words("en", "UTC"), Event()
    event.add("uid", f"{step.id}{f'/{entry.mark}' if entry.mark else ''}@pactwatch")
    event.add("dtstamp", step.first_seen or now)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", inert(f"{told.parties(step.agreement)}: {entry.what}", longest=LONGEST))
    event.add("status", "CONFIRMED" if entry.is_certain else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [step.stage, step.agreement.instrument])
    if step.place and entry.is_certain:
        event.add("location", inert(step.place, longest=LONGEST))
    if entry.quote:
        event.add("description", "\n".join(inert(line, longest=LONGEST) for line in entry.quote.split("\n")))
    if step.sources:
        event.add("url", inert(step.sources[0], longest=2000))
    return event
