"""What a visit lists, as entries to keep."""

from collections.abc import Sequence
from datetime import datetime

from spiders import canonical_url, entry_keys
from spiders.items import Entry, Kind
from storage.records import EntryRecord, EntryState

# Here `updated` is when a page was last touched or first crawled: the page itself says when it is from.
NO_PUBLICATION = frozenset({Kind.SITEMAP, Kind.GDELT})


def arrivals(
    entries: Sequence[Entry], source_id: str, *, kind: str, now: datetime, state: EntryState
) -> list[EntryRecord]:
    """The entries as they are kept, first seen now. Which of them are new is for the database to say."""
    keys = entry_keys(entries)
    return [
        EntryRecord(
            source_id=source_id,
            key=key,
            canonical_url=canonical_url(entry.link),
            link=entry.link,
            title=entry.title,
            summary=entry.summary,
            content=entry.content,
            published=entry.published or (None if kind in NO_PUBLICATION else entry.updated),
            first_seen=now,
            state=state,
        )
        for entry, key in zip(entries, keys, strict=True)
    ]
