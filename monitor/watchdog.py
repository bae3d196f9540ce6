"""Which sources have gone wrong or quiet: told to a human once, and once more when they are well. Pure.

Rivals count "200 OK with nothing new" as well. We hold each source against what its config expects
(`expect: {entries, silence}`) and against its own rhythm, learnt from its visits, and we name what is
wrong and what to do. A month of normal traffic must not raise more than one false alarm a source, so the
learnt limit is generous: three times the longest quiet stretch that was seen, three days at the least.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from spiders.items import Failure
from storage.records import SourceRecord, VisitRecord

# So many failed visits in a row are an incident: one may be chance, two a restart.
FAILURES = 3
# Refusals and vanished pages are told at the second: the next visit is hours away.
SOONER = frozenset({Failure.BLOCKED, Failure.NOT_FOUND, Failure.TLS, Failure.ADDRESS_REFUSED})
SOON = 2
# A source whose last trouble ended by itself is given twice as long, a day at most, before it is told again:
# some sites are mended every night.
MENDED_TIMES, MENDED_AT_MOST = 2, timedelta(days=1)
# What a source with `status: blocked` is known for.
REFUSALS = frozenset({Failure.BLOCKED, Failure.ROBOTS})
QUIET_AT_LEAST = timedelta(days=3)
QUIET_TIMES = 3
# So many visits that brought something new teach a rhythm, of so long (a few weekends and a recess); so many
# visits tell how the last ones went.
RHYTHM_VISITS, RHYTHM = 400, timedelta(days=60)
RECENT_VISITS = 40
# Fewer visits that brought something new than this teach no rhythm.
ENOUGH = 5
# Where a permanent redirect of a source is kept: "old-address new-address".
MOVED = "moved/"
OFFICIAL = frozenset({"official", "parliament"})


class Trouble(StrEnum):
    """What is wrong."""

    FAILING = "failing"
    STALE = "stale"
    THIN = "thin"
    MOVED = "moved"
    NO_OFFICIAL = "no_official"


ADVICE: Mapping[str, str] = {
    Failure.BLOCKED: "The site refuses us. We do not evade that: ask its owner, or add a `fallback` "
    "(its official Telegram channel, an agency). Asked again after 1 h, 6 h, then daily.",
    Failure.ROBOTS: "robots.txt forbids this address. Use another one of the site, or a fallback.",
    Failure.NOT_FOUND: "The address is gone. `pactwatch sources probe` with the site's front page finds "
    "its feeds.",
    Failure.NOT_A_FEED: "The address answers with something that is no feed, often after a redesign. "
    "`pactwatch sources probe` shows what the site offers.",
    Failure.EMPTY: "The list is empty where there were entries: the page may have changed its structure. "
    "Look at its selectors.",
    Failure.MALFORMED: "The document is broken. It is read again at each visit; tell the publisher.",
    Failure.TRUNCATED: "The connection ends before the answer does. It is asked again; tell the publisher "
    "if it lasts, and add a `fallback`.",
    Failure.ENCODING: "The answer is packed in a way that does not unpack. Tell the publisher.",
    Failure.TLS: "The certificate does not verify. We never switch that off; tell the publisher, and add a "
    "`fallback`.",
    Failure.DNS: "The host's name does not resolve: look for where the site has gone, and put its new "
    "address into `url`.",
    Failure.ADDRESS_REFUSED: "The address leads into a private network. Is it your own? Then set "
    "`allow_private` for this source; else put the right address into `url`.",
    Failure.CONNECTION: "The server cannot be reached. It is asked again; look whether the site is up in a "
    "browser, and add a `fallback` if it lasts.",
    Failure.TIMEOUT: "The server does not answer in time. Look whether the site is up in a browser; a slow "
    "one may need a longer `timeout`.",
    Failure.RATE_LIMITED: "We are told to come less often: raise this source's `interval`.",
    Failure.REDIRECT: "Its redirects lead nowhere. Look where the site is now, and put that address "
    "into `url`.",
    Failure.TOO_LARGE: "The answer is larger than any feed should be: look for a feed of fewer entries with "
    "`pactwatch sources probe`.",
    Failure.TOO_COSTLY: "The document would take too much time or memory to read: look for another feed with "
    "`pactwatch sources probe`.",
    Failure.HTTP: "The server has an error of its own. It is asked again; tell the publisher if it lasts.",
    Failure.INTERNAL: "This is a bug of PactWatch: the service's log has its traceback; please report it.",
}
USUAL_ADVICE = "`pactwatch sources probe` with its id shows what the server answers."
# A listing and an interface are read by what the configuration says of their structure.
CHANGED_STRUCTURE: Mapping[str, str] = {
    "listing": "The page is built otherwise than its `selectors` expect, often after a redesign: compare "
    "them with the page and mend them, or look for a feed with `pactwatch sources probe`.",
    "json": "The answer has another shape than its `paths` expect: compare them with it and mend them.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a working source yields: config's `expect`."""

    entries: int | None = None  # at least so many in a visit
    silence: timedelta | None = None  # no new entry for longer is stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One trouble of one source (or of one country), as it is told to the operator."""

    key: str  # the same while the trouble lasts
    trouble: Trouble
    title: str
    advice: str
    since: datetime
    known: bool = False  # the configuration says so itself: it counts, and only its end is told


def incidents(
    sources: Sequence[SourceRecord],
    expected: Mapping[str, Expected],
    visits: Mapping[str, Sequence[VisitRecord]],
    moves: Mapping[str, str] | None = None,
    *,
    now: datetime,
    mended: Mapping[str, timedelta] | None = None,
    rhythms: Mapping[str, timedelta | None] | None = None,
) -> tuple[Incident, ...]:
    """All that is wrong now. `visits`: the latest visits of each source, in any order; `moves`: by source,
    "old-address new-address" of the last permanent redirect; `mended`: how long the last trouble of a source
    lasted that ended by itself not long ago; `rhythms`: what learnt_silence gives for it."""
    polled = [s for s in sources if s.status in ("active", "blocked") and s.last_visit_at is not None]
    if offline(polled):
        return ()
    found: list[Incident] = []
    for source in polled:
        wants, seen = expected.get(source.id, Expected()), visits.get(source.id, ())
        rhythm = (rhythms or {}).get(source.id)
        found += [
            i
            for i in (
                _failing(source, (mended or {}).get(source.id), now),
                _stale(source, wants, rhythm, now),
                _thin(source, wants, seen),
            )
            if i
        ]
        found += _moved(source, (moves or {}).get(source.id, ""), seen)
    return (*found, *_without_official(polled, found))


def visits_needed(source: SourceRecord, wants: Expected, *, moved: bool) -> int:
    """How many of its latest visits the verdict on a source depends on: reading all of those of all sources
    would cost more than the rest of a round."""
    if source.last_visit_at is None:
        return 0
    return RECENT_VISITS if moved or wants.entries else 0


def needs_rhythm(source: SourceRecord, wants: Expected, *, now: datetime) -> bool:
    """Whether the verdict depends on how long the source was quiet before."""
    if source.last_visit_at is None or wants.silence is not None:
        return False
    return source.last_new_at is None or now - source.last_new_at > QUIET_AT_LEAST


def offline(sources: Sequence[SourceRecord]) -> bool:
    """Whether it is we who have no network: every source fails for want of a connection."""
    ours = (Failure.OFFLINE, Failure.DNS, Failure.CONNECTION)
    return len(sources) > 1 and all(s.failures and s.failure in ours for s in sources)


def learnt_silence(visits: Iterable[VisitRecord]) -> timedelta | None:
    """How long this source may be quiet by its own rhythm; None while too little is known."""
    times = sorted(v.finished for v in visits if v.new_entries)
    if len(times) < ENOUGH:
        return None
    longest = max(b - a for a, b in pairwise(times))
    return max(QUIET_AT_LEAST, QUIET_TIMES * longest)


def changes(
    known: Mapping[str, str], now: Sequence[Incident]
) -> tuple[tuple[Incident, ...], tuple[str, ...]]:
    """(incidents to tell, titles of those that are over). `known`: titles of those told before, by key."""
    current = {i.key for i in now}
    told = tuple(i for i in now if i.key not in known and not i.known)
    return told, tuple(title for key, title in known.items() if key not in current)


def _failing(source: SourceRecord, mended: timedelta | None, now: datetime) -> Incident | None:
    failure = source.failure
    if not source.failures or failure in (None, Failure.OFFLINE):
        return None
    assert failure is not None
    if source.failures < (SOON if failure in SOONER else FAILURES):
        return None
    since = source.last_success_at or source.last_visit_at
    assert since is not None
    if mended is not None and now - since < min(MENDED_TIMES * mended, MENDED_AT_MOST):
        return None
    return Incident(
        key=f"{source.id}/{Trouble.FAILING}",  # one trouble, though it may show itself in several ways
        trouble=Trouble.FAILING,
        title=f"{source.publisher} ({source.id}): {failure}: {source.error or 'no further word'}",
        advice=_advice(failure, source.kind),
        since=since,
        known=source.status == "blocked" and failure in REFUSALS,
    )


def _advice(failure: str, kind: str) -> str:
    if failure in (Failure.NOT_A_FEED, Failure.EMPTY) and kind in CHANGED_STRUCTURE:
        return CHANGED_STRUCTURE[kind]
    return ADVICE.get(failure, USUAL_ADVICE)


def _stale(source: SourceRecord, wants: Expected, rhythm: timedelta | None, now: datetime) -> Incident | None:
    allowed = wants.silence or rhythm
    last = source.last_new_at or source.baseline_at
    # While its visits fail nobody knows: a source that was stale before stays so, and none becomes it.
    until = source.last_success_at if source.failures else now
    if allowed is None or last is None or until is None or until - last <= allowed:
        return None
    return Incident(
        key=f"{source.id}/{Trouble.STALE}",
        trouble=Trouble.STALE,
        title=f"{source.publisher} ({source.id}): nothing new since {last:%Y-%m-%d %H:%M} UTC",
        advice=f"It answers, but brings nothing new for longer than {_days(allowed)}. Look whether the page "
        "still moves; a frozen feed often means that the site has a new one.",
        since=last,
    )


def _thin(source: SourceRecord, wants: Expected, visits: Sequence[VisitRecord]) -> Incident | None:
    read = _with_entries(visits)[-FAILURES:]
    if not wants.entries or len(read) < FAILURES or any(v.entries >= wants.entries for v in read):
        return None
    return Incident(
        key=f"{source.id}/{Trouble.THIN}",
        trouble=Trouble.THIN,
        title=f"{source.publisher} ({source.id}): {read[-1].entries} entries, expected {wants.entries}",
        advice="The page may have changed its structure: compare its selectors with it, or lower "
        "`expect.entries`.",
        since=read[0].finished,
    )


def _with_entries(visits: Sequence[VisitRecord]) -> list[VisitRecord]:
    """The good visits, oldest first. One that found nothing changed found as many entries as the one
    before."""
    found, entries = [], None
    for visit in sorted((v for v in visits if v.outcome != "failed"), key=lambda v: v.finished):
        entries = visit.entries if visit.outcome == "changed" else entries
        if entries is not None:
            found.append(replace(visit, entries=entries))
    return found


def _moved(source: SourceRecord, move: str, visits: Sequence[VisitRecord]) -> list[Incident]:
    """While the last good visit still went on to another address than that of the configuration."""
    old, _, new = move.partition(" ")
    good = [v for v in visits if v.outcome != "failed"]
    last = max(good, key=lambda v: v.finished, default=None)
    if old != source.url or last is None or last.final_url in (None, source.url):
        return []
    return [
        Incident(
            key=f"{source.id}/{Trouble.MOVED}",
            trouble=Trouble.MOVED,
            title=f"{source.publisher} ({source.id}): moved for good to {new}",
            advice="It is read there meanwhile. Look whether it is the same publisher, and put the new "
            "address into its `url`: redirects end one day.",
            since=last.finished,
        )
    ]


def _without_official(sources: Sequence[SourceRecord], found: Sequence[Incident]) -> list[Incident]:
    """Countries whose official sources all fail: the other side of a step would go unnoticed."""
    working = (Trouble.THIN, Trouble.MOVED)
    failing = {i.key.split("/")[0]: i.since for i in found if i.trouble not in working}
    by_country: dict[str, list[SourceRecord]] = defaultdict(list)
    for source in sources:
        if source.tier in OFFICIAL and source.country:
            by_country[source.country].append(source)
    return [
        Incident(
            key=f"{country}/{Trouble.NO_OFFICIAL}",
            trouble=Trouble.NO_OFFICIAL,
            title=f"No official source of {country} works ({', '.join(s.id for s in official)})",
            advice="Until one is mended, its steps are heard of from the press and the other side alone.",
            since=max(failing[s.id] for s in official),
        )
        for country, official in by_country.items()
        if len(official) > 1 and all(s.id in failing for s in official)
    ]


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{days:.0f} days" if days >= 2 else f"{span / timedelta(hours=1):.0f} hours"
