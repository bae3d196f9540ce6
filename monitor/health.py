"""How a source is doing, in one word, and all there is to say of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.plain import plain

if TYPE_CHECKING:
    from monitor.config import SourceSettings
    from storage.records import SourceRecord

Known = tuple["SourceSettings", "SourceRecord | None", bool]  # settings, what visits taught, polled?
HEALTH = ("well", "new", "failing", "stale", "off", "blocked", "dead")


def health(source: "SourceSettings", record: "SourceRecord | None", polled: bool, *, now: datetime) -> str:
    """One word: well, new, failing, stale, or why it is not polled (off, blocked, dead)."""
    if not polled:
        return source.status.value if source.status.value != "active" else "off"
    if record is None or record.last_visit_at is None:
        return "new"
    if record.failures:
        return "failing"
    newest = record.last_new_at or record.baseline_at
    silence = source.expect.silence
    if newest and silence and now - newest > silence:
        return "stale"
    return "well"


def problem_of(source: "SourceSettings", record: "SourceRecord | None", polled: bool) -> str | None:
    """What is wrong, in words; None where nothing is."""
    if not polled:
        return source.status_reason
    if record is not None and record.failures:
        return f"{record.failure}: {record.error} ({record.failures} in a row)"
    return None


def source_columns(now: datetime) -> dict[str, Callable[[Known], Any]]:
    """What a list of sources shows, by name."""
    return {
        "id": lambda one: one[0].id,
        "publisher": lambda one: one[0].publisher,
        "country": lambda one: one[0].country,
        "tier": lambda one: one[0].tier,
        "kind": lambda one: one[0].kind,
        "health": lambda one: health(*one, now=now),
        "visited": lambda one: one[1].last_visit_at if one[1] else None,
        "newest": lambda one: one[1].newest_entry_at if one[1] else None,
        "entries": lambda one: one[1].entries if one[1] else None,
        "problem": lambda one: problem_of(*one),
    }


def source_shape(one: Known, *, now: datetime) -> Mapping[str, Any]:
    """A source with its settings, its health and what visits taught."""
    source, record, polled = one
    kept = plain(record) if record else {}
    return {
        **{name: plain(get(one)) for name, get in source_columns(now).items()},
        "url": source.url,
        "language": source.language,
        "tags": list(source.tags),
        "interval": plain(source.interval),
        "polled": polled,
        "due_at": kept.get("due_at"),
        "last_success_at": kept.get("last_success_at"),
        "last_new_at": kept.get("last_new_at"),
        "visits": kept.get("visits"),
        "failures": kept.get("failures"),
        "failure": kept.get("failure"),
        "note": source.note,
    }
