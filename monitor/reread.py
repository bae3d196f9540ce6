"""Pages behind alerts are read again after an hour, a day and a week: an edit or a withdrawal is told.

    due re-reads | read page | gone? changed? | detect | record | update

An edit that still reports the step is kept as a revision and stays silent; one that no longer does, and a
page that is gone, are updates of the alert; a denial in the new text is one too (monitor.record).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.routing import REPORTS
from monitor.clock import Clock
from monitor.detect import detect
from monitor.detect.findings import Detection
from monitor.fingerprint import fingerprint
from monitor.record import REREAD_AFTER, Judged, record, tell, to_detect
from monitor.rules import Rules
from monitor.searching import search_text
from monitor.watch import raw_of
from spiders import Crawler
from spiders.items import Failure, Page, Source
from storage import Storage, Writer
from storage.records import ArticleRecord, MentionRecord, RawPage, SearchText, StepState

# So many pages a round; the rest comes in the next.
ROUND = 20


@dataclass(slots=True, kw_only=True)
class Rereading:
    """Re-reads over one storage and one crawler. `wake` is called when there is something to tell."""

    storage: Storage
    crawler: Crawler
    sources: Mapping[str, Source]
    rules: Rules
    clock: Clock
    wake: Callable[[], None]

    async def round(self) -> int:
        """Read again what is due; the number of pages read."""
        due = await asyncio.to_thread(self._due)
        for article in due:
            assert article.id is not None
            source = self.sources.get(article.source_id)
            page = await self.crawler.read_page(article.url, source) if source and article.url else None
            if page is not None and page.failure is Failure.OFFLINE:
                return 0  # it is we who have no network
            if await asyncio.to_thread(self._keep, article, page):
                self.wake()
        return len(due)

    def _due(self) -> list[ArticleRecord]:
        with self.storage.reading() as r:
            found = [r.article(one.article_id) for one in r.rereads(self.clock.now(), ROUND)]
        return [article for article in found if article is not None]

    def _keep(self, article: ArticleRecord, page: Page | None) -> bool:
        """Enter what the re-read gave, in one transaction; whether there is something to tell."""
        assert article.id is not None
        now = self.clock.now()
        new = None
        if page is not None and page.failure is None and page.text and page.text != article.text:
            new = self._read(article, page)  # before the transaction: others wait for it to end
        with self.storage.writing() as w:
            w.settle_reread(article.id, REREAD_AFTER)
            if page is not None and page.failure is Failure.NOT_FOUND:
                return self._gone(w, article, now)
            return new is not None and self._changed(w, new, now)

    def _gone(self, w: Writer, article: ArticleRecord, now: datetime) -> bool:
        assert article.id is not None
        if article.gone_at is not None:
            return False
        w.mark_gone(article.id, now)
        note = f"{article.publisher}: {article.url} is no longer there"
        return self._tell(w, _reports(w, article.id), "gone", note, now)

    def _read(self, article: ArticleRecord, page: Page) -> "_NewText":
        """The page's new text, with what detection says of it and the words it is found by."""
        title = page.title or article.title
        new = replace(
            article,
            title=title,
            text=page.text,
            sha256=None,
            fetched=page.fetched,
            verified=True,
            fingerprint=fingerprint(f"{title}\n{page.text}"),
        )
        zone = self.sources[article.source_id].zone
        said = detect(to_detect(new, id=str(article.id), zone=zone, language=None))
        words = search_text(new.title, new.text, said.language)
        return _NewText(article=new, said=said, words=words, raw=raw_of(page))

    def _changed(self, w: Writer, new: "_NewText", now: datetime) -> bool:
        article = new.article
        assert article.id is not None
        before = _reports(w, article.id)
        judged: Judged = record(
            w, article, new.said, rules=self.rules, now=now, raw=new.raw, search_text=new.words
        )
        if not judged.revision:
            return False
        dropped = [m for m in before if not _still_says(w, m, new.said)]
        note = f"{article.publisher} has changed {article.url}, which no longer reports this step"
        told = self._tell(w, dropped, "edited", note, now)
        return told or bool(judged.told or judged.updated)

    def _tell(self, w: Writer, mentions: list[MentionRecord], change: str, note: str, now: datetime) -> bool:
        told = False
        for mention in mentions:
            step = w.step(mention.step_id)
            if step is not None and step.state is StepState.OPEN and w.alerts(step.id):
                told |= tell(w, step, "update", change, rules=self.rules, now=now, note=note)
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewText:
    """A later text of an article, read and judged, not yet kept."""

    article: ArticleRecord
    said: Detection
    words: SearchText
    raw: RawPage | None


def _reports(w: Writer, article_id: int) -> list[MentionRecord]:
    return [m for m in w.mentions_in(article_id) if m.role in REPORTS]


def _still_says(w: Writer, mention: MentionRecord, said: Detection) -> bool:
    """Whether the new text still tells of the step, as news or as something past, or denies it (which is
    told as a denial)."""
    step = w.step(mention.step_id)
    return step is None or any(
        (f.parties, f.stage) == (step.agreement.parties, step.stage)
        for f in (*said.findings, *said.background, *said.denials)
    )
