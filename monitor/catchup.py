"""Gaps are filled: older pages until one lists what we know, else the site's sitemaps.

    open gap | next pages, or sitemaps | entries of that time | waiting

What is found goes the usual way, as entries that wait; steps in it are told with a note of how late.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from monitor.arrivals import arrivals
from monitor.clock import Clock
from monitor.gaps import SLACK, Gap, gaps, keep_gap
from spiders import Crawler
from spiders.items import Entry, Failure, Kind, Outcome, Source
from storage import Storage
from storage.records import EntryState

log = logging.getLogger("pactwatch.catchup")

# At most so many older pages and so many sitemaps for a gap; politeness holds for them too.
PAGES = 20
SITEMAPS = 3
# A gap that could not be filled is tried again after these waits, then it stays listed as it is.
WAITS = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=12))
KEEP = timedelta(days=180)


@dataclass(slots=True, kw_only=True)
class CatchUp:
    """Filling of gaps over one storage and one crawler."""

    storage: Storage
    crawler: Crawler
    sources: Mapping[str, Source]
    clock: Clock

    async def round(self) -> int:
        """Try the open gaps that are due; the number of entries found late."""
        due = await asyncio.to_thread(self._due)
        return sum([await self.fill(gap) for gap in due])

    async def fill(self, gap: Gap) -> int:
        """Look for what one gap has hidden; the number of entries found. Its outcome is kept."""
        source = self.sources[gap.source_id]
        if gap.next_page:
            gap, by = await self._from_pages(gap, source), "pages"
            filled = gap.next_page is None
        else:
            (gap, filled), by = await self._from_sitemaps(gap, source), "sitemap"
        tries = gap.attempts
        wait = None if filled or tries >= len(WAITS) else WAITS[tries]
        settled = replace(
            gap,
            attempts=tries + 1,
            due_at=self.clock.now() + wait if wait else None,
            filled_by=by if filled else None,
        )
        await asyncio.to_thread(self._settle, settled)
        log.info(
            "%s: gap since %s %s, %d entries found", gap.source_id, gap.since, settled.filled_by, gap.found
        )
        return gap.found

    async def _from_pages(self, gap: Gap, source: Source) -> Gap:
        """The gap with what older pages held; its next_page is None when one reached what was known."""
        for _ in range(PAGES):
            if gap.next_page is None:
                break
            page = replace(source, url=gap.next_page, pages=1)
            visit = await self.crawler.visit(page)
            if visit.outcome is Outcome.FAILED:
                break
            new, listed = await asyncio.to_thread(self._keep, gap, visit.entries, source.kind)
            dates = [at for e in visit.entries if (at := _date(e))]
            reached = new < listed or not listed or min(dates, default=gap.until) <= gap.since
            gap = replace(gap, found=gap.found + new, next_page=None if reached else visit.next_page)
        return gap

    async def _from_sitemaps(self, gap: Gap, source: Source) -> tuple[Gap, bool]:
        """The gap with what sitemaps held of its time, and whether one reaches back before it."""
        named = await self.crawler.sitemaps(source.url, source) or (urljoin(source.url, "/sitemap.xml"),)
        filled = False
        for url in sorted(named, key=lambda url: "news" not in url)[:SITEMAPS]:
            visit = await self.crawler.visit(replace(source, url=url, kind=Kind.SITEMAP, pages=2))
            if visit.failure is Failure.OFFLINE:
                break
            listed = [(e, at) for e in visit.entries if (at := _date(e))]
            wanted = [e for e, at in listed if gap.since - SLACK <= at <= gap.until + SLACK]
            new, _ = await asyncio.to_thread(self._keep, gap, wanted, Kind.SITEMAP)
            gap = replace(gap, found=gap.found + new)
            filled |= any(at <= gap.since for _, at in listed)
        return gap, filled

    def _due(self) -> list[Gap]:
        now = self.clock.now()
        with self.storage.reading() as r:
            known = gaps(r)
        old = [gap for gap in known if gap.until < now - KEEP]
        if old:
            with self.storage.writing() as w:
                for gap in old:
                    w.forget_meta(gap.key)
        return [g for g in known if g.due_at and g.due_at <= now and g.source_id in self.sources]

    def _keep(self, gap: Gap, entries: Sequence[Entry], kind: Kind) -> tuple[int, int]:
        """(how many of the entries were new, how many there were); the new ones wait to be read."""
        arrived = arrivals(entries, gap.source_id, kind=kind, now=self.clock.now(), state=EntryState.WAITING)
        with self.storage.writing() as w:
            return len(w.add_entries(arrived)), len({e.key for e in arrived})

    def _settle(self, gap: Gap) -> None:
        with self.storage.writing() as w:
            keep_gap(w, gap)


def _date(entry: Entry) -> datetime | None:
    return entry.published or entry.updated
