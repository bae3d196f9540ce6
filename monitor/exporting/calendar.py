"""A calendar (RFC 5545): signings, entries into force, and what is expected. By icalendar."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.alerts.rendering.inert import inert
from monitor.alerts.rendering.words import words
from monitor.terms import Stage
from storage.records import StepRecord

if TYPE_CHECKING:
    from icalendar import Event

SHOWN = (Stage.SIGNED, Stage.RATIFIED, Stage.IN_FORCE, Stage.SUSPENDED_OR_TERMINATED)
LONGEST = 500


def calendar(steps: Iterable[StepRecord], *, now: datetime) -> bytes:
    """The steps that a calendar is for, each on its day; a step that is expected stands there as tentative.

    Steps without a day are left out. A UID stays the same when a date is corrected.
    """
    from icalendar import Calendar  # loaded for whoever wants a calendar, not by every service

    whole = Calendar()
    whole.add("prodid", "-//PactWatch//security agreements//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", "Security agreements")
    for step in steps:
        if step.stage in SHOWN and step.date is not None and step.state not in ("rejected", "merged"):
            whole.add_component(_event(step, step.date, now, expected=False))
        if step.expected is not None and step.state not in ("rejected", "merged"):
            whole.add_component(_event(step, step.expected, now, expected=True))
    return bytes(whole.to_ical())


def _event(step: StepRecord, day: date, now: datetime, *, expected: bool) -> "Event":
    from icalendar import Event

    told, event = words("en", "UTC"), Event()
    what = f"{told.parties(step.agreement)}: {told.headline(step)}"
    event.add("uid", f"{step.id}{'/expected' if expected else ''}@pactwatch")
    event.add("dtstamp", step.first_seen or now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", inert(f"{what} (expected)" if expected else what, longest=LONGEST))
    event.add("status", "TENTATIVE" if expected else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [step.stage, step.agreement.instrument])
    if step.place and not expected:
        event.add("location", inert(step.place, longest=LONGEST))
    if step.sources:
        event.add("url", inert(step.sources[0], longest=2000))
    return event
