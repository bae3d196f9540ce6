"""Entries that a feed gives again because their page was edited: read again as revisions, never as new.

gov.uk and Canada give an entry a later `updated` after each edit, and an edit may bring the step ("talks"
becomes "signed"). Where there is an article, its page is read again (monitor.reread); where the entry was
passed over and now says something else, it is looked at once more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.record import REREAD_AFTER
from spiders.items import Outcome, Visit
from storage import Writer
from storage.records import EntryRecord, EntryState, SourceRecord

# Many give a first `updated` some seconds after `published`.
AT_BIRTH = timedelta(minutes=1)
# The publisher's clock is not ours.
SLACK = timedelta(minutes=2)
# A generator that stamps all its entries with each build says nothing of any of them.
MOST_SHARE = 0.5
MOST = 20


def reissued(
    source: SourceRecord, visit: Visit, arrived: Sequence[EntryRecord], fresh: Sequence[EntryRecord]
) -> list[EntryRecord]:
    """Those of a visit's entries that were edited since the last good visit. Pure.

    `arrived`: the entries in the visit's order, `fresh`: the new ones among them, `source` as it was before.
    """
    last = source.last_success_at
    if last is None or source.baseline_at is None or visit.outcome is not Outcome.CHANGED:
        return []
    new = {record.key for record in fresh}
    edited = [
        record
        for entry, record in zip(visit.entries, arrived, strict=True)
        if record.key not in new
        and entry.updated
        and last - SLACK < entry.updated < visit.finished + SLACK
        and (entry.published is None or entry.updated - entry.published > AT_BIRTH)
    ]
    return edited if len(edited) <= max(1, len(arrived) * MOST_SHARE) else []


def take_up(w: Writer, edited: Sequence[EntryRecord], *, now: datetime) -> list[EntryRecord]:
    """The edited entries that are to be followed once more; re-reads of the others are planned."""
    again: list[EntryRecord] = []
    articles: list[int] = []
    for entry in edited[:MOST]:
        known = w.known_entry(entry.source_id, entry.key)
        if known is None or known.id is None or known.state is EntryState.WAITING:
            continue
        if known.article_id is not None:
            articles.append(known.article_id)
        elif (known.title, known.summary) != (entry.title, entry.summary):
            w.reopen_entry(known.id, title=entry.title, summary=entry.summary, content=entry.content)
            again.append(replace(entry, id=known.id, first_seen=known.first_seen, state=EntryState.WAITING))
    w.reread_now(articles, now, REREAD_AFTER)
    return again
