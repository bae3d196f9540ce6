"""The PDFs that an official page only announces are entries of their own: read, judged and kept like a page.

Offices publish "the text of the agreement is attached" and the agreement as a file. Pure.
"""

from collections.abc import Sequence
from datetime import datetime

from monitor.detect import may_matter
from monitor.terms import Tier
from spiders import canonical_url
from spiders.items import Page
from storage.records import ArticleRecord, EntryRecord, EntryState, SourceRecord

# A page with a longer text says itself what it has to say.
THIN = 1_500
# One with less may be about anything: its documents are looked at whatever they are called.
BARE = 200
MOST = 2


def attachments(
    entry: EntryRecord, source: SourceRecord, page: Page, article: ArticleRecord, *, now: datetime
) -> Sequence[EntryRecord]:
    """Entries, waiting, for at most two PDFs of this page; none for a page with a text of its own, and for
    sources that are not official."""
    if source.tier not in (Tier.OFFICIAL, Tier.PARLIAMENT) or len(page.text) > THIN:
        return ()
    names = " ".join(one.name for one in page.documents)
    if len(page.text) > BARE and not may_matter(article.title, f"{page.text}\n{names}"):
        return ()
    return [
        EntryRecord(
            source_id=entry.source_id,
            key=canonical_url(one.url),
            canonical_url=canonical_url(one.url),
            link=one.url,
            title=article.title,
            summary=f"{one.name} (PDF)",
            published=article.published,
            first_seen=now,
            state=EntryState.WAITING,
        )
        for one in page.documents[:MOST]
    ]
