"""The watch, start to end. Read this file first.

    due sources | visit | new entries | worth reading? | read page | detect | register | alert
      storage     spiders   storage      detect           spiders     pure     pure       outbox

One line above is one method below. Three commits carry a story through, and what lies between two of
them is simply done again after a crash:

    1. the visit with its new entries, "waiting"         (monitor.intake)
    2. the article with steps, mentions and deliveries   (_judge), and the entry "done"
    3. each delivery, leased before and settled after it is sent (monitor.alerts.delivery)

A failed source or page is a value in a result and touches no other.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.attachments import attachments
from monitor.chain import STUMBLED, stumble
from monitor.clock import Clock
from monitor.detect import detect
from monitor.fingerprint import fingerprint
from monitor.gaps import why_late
from monitor.intake import Intake, Polled, worth_reading
from monitor.rates import Rates
from monitor.record import Judged, record, to_detect
from monitor.rules import Rules
from monitor.schedule import Pace, Rest, wants_whole_body
from monitor.searching import search_text
from monitor.websub import Subscribing
from spiders import Crawler
from spiders.items import Failure, Page, Source, Validators
from storage import Storage, StorageError
from storage.records import (
    ArticleRecord,
    EntryRecord,
    EntryState,
    RawPage,
    SourceRecord,
)

log = logging.getLogger("pactwatch.watch")

# A claimed source whose visit never comes back (a crash) is due again after this long.
CLAIM = timedelta(minutes=3)
# A page that cannot be had is asked for again after these waits; then the entry's own text decides.
PAGE_WAITS = (timedelta(minutes=2), timedelta(minutes=10))
# What could not be judged, for a bug of ours, is tried again after these, then daily.
STUMBLED_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
# More new entries than this in one visit are read oldest first, so many a round.
BATCH = 200


Event = Polled | Judged


@dataclass(slots=True, kw_only=True)
class Watch:
    """The pipe of the module's docstring over one storage, one crawler and one outbox.

    `wake` is called when deliveries were put into the outbox; `observe` sees all that happens.
    """

    storage: Storage
    crawler: Crawler
    sources: Mapping[str, Source]
    rules: Rules
    clock: Clock
    wake: Callable[[], None]
    observe: Callable[[Event], None] = lambda _event: None
    pace: Pace = field(default_factory=Pace)
    websub: Subscribing | None = None
    rates: Rates = field(default_factory=Rates)
    stopping: bool = False  # visits and pages that the stop cuts short are no failures of their sources
    _reading: set[int] = field(default_factory=set)
    _unkept: set[str] = field(default_factory=set)  # sources whose last visit could not be kept
    _may_have_stumbled: bool = True  # unknown at a start
    _rest: Rest = field(default_factory=Rest)
    _intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        """Make the room where visits are kept."""
        self._intake = Intake(storage=self.storage, clock=self.clock, pace=self.pace, rates=self.rates)

    async def due(self, limit: int) -> list[SourceRecord]:
        """The sources that are due now, claimed for a while so that no other process visits them."""
        if self._rest.lasts(self.clock.now()) and not self._unkept:
            return []
        return await asyncio.to_thread(self._claim, limit)

    def look_up(self) -> None:
        """A source was made due from outside: the next tick asks the database."""
        self._rest = Rest()

    async def poll(self, source: SourceRecord) -> Polled | None:
        """Visit one source, keep what it brought, and follow each new entry to its end. None where the
        service was stopped meanwhile: the source is due again at the next start."""
        now = self.clock.now()
        whole = wants_whole_body(source, now=now, pace=self.pace)
        asked = None if whole else _validators(source)
        visit = await self.crawler.visit(self.sources[source.id], validators=asked, now=now)
        if self.stopping and visit.failure is Failure.OFFLINE:
            return None
        try:
            polled, waiting = await self._intake.take(source, visit, whole=whole, websub=self.websub)
        except StorageError:
            self._unkept.add(source.id)
            raise
        self._rest = Rest()
        self.observe(polled)
        for entry in waiting:
            await self.follow(entry, source)
        return polled

    async def sweep(self) -> int:
        """Take up entries that wait: left by a crash, or to be tried again. The number taken up."""
        entries = await asyncio.to_thread(self._waiting)
        known = await asyncio.to_thread(self._known_sources) if entries else {}
        for entry in entries:
            if entry.source_id in known and entry.source_id in self.sources:
                await self.follow(entry, known[entry.source_id])
        return len(entries)

    async def follow(self, entry: EntryRecord, source: SourceRecord) -> Judged | None:
        """One entry to its end: skipped, judged, or put off because its page cannot be had now."""
        assert entry.id is not None
        if entry.id in self._reading:
            return None
        self._reading.add(entry.id)
        try:
            if not worth_reading(entry, source):
                await asyncio.to_thread(self._settle, entry, EntryState.SKIPPED)
                return None
            page = await self.crawler.read_page(entry.link, self.sources[source.id])
            if page.failure is Failure.OFFLINE:
                return None  # it is we who have no network: the entry goes on waiting
            if page.failure and entry.attempts < len(PAGE_WAITS):
                await asyncio.to_thread(self._put_off, entry)
                return None
            judged, attached = await asyncio.to_thread(self._judge, entry, source, page)
        except StorageError:
            raise
        except Exception:
            log.exception("entry %s of %s could not be judged and is tried again later", entry.id, source.id)
            await asyncio.to_thread(self._stumble, entry)
            return None
        finally:
            self._reading.discard(entry.id)
        self.observe(judged)
        if judged.told or judged.updated:
            self.wake()
        for document in attached:
            await self.follow(document, source)
        return judged

    # -- the commits ---------------------------------------------------------------------------------

    def _claim(self, limit: int) -> list[SourceRecord]:
        now = self.clock.now()
        if self._unkept:
            self._take_up(now)
        with self.storage.reading() as r:
            first = r.next_due()
        if first is None or first > now:
            self._rest = Rest.until(first, now)
            return []
        with self.storage.writing() as w:
            return w.claim_due(self.clock.now(), limit, CLAIM)

    def _take_up(self, now: datetime) -> None:
        """Sources whose visits could not be kept are due as soon as anything can be written again, rather
        than when their claims run out."""
        with self.storage.writing() as w:
            for source_id in tuple(self._unkept):
                w.hasten(source_id, now)
        self._unkept.clear()

    def _waiting(self) -> list[EntryRecord]:
        with self.storage.reading() as r:
            return r.waiting_entries(self.clock.now(), BATCH)

    def _known_sources(self) -> dict[str, SourceRecord]:
        with self.storage.reading() as r:
            return {s.id: s for s in r.sources()}

    def _judge(
        self, entry: EntryRecord, source: SourceRecord, page: Page
    ) -> tuple[Judged, list[EntryRecord]]:
        """Commit 2: the article, what it says, and who is to be told; the entry is done. What the page
        only hands out waits as entries of its own."""
        now = self.clock.now()
        article = article_of(entry, source, page, now)
        began = time.perf_counter()
        detection = detect(to_detect(article, id=str(entry.id), zone=source.zone, language=source.language))
        self.rates.judged(detection.language, len(detection.findings), time.perf_counter() - began)
        article = replace(article, language=detection.language)
        # Before the transaction: a dictionary that is not at hand yet takes its time to read.
        words = search_text(article.title, article.text, detection.language)
        with self.storage.writing() as w:
            now = self.clock.now()  # in the transaction: a jump of the clock comes before it or after it
            judged = record(
                w,
                article,
                detection,
                rules=self.rules,
                now=now,
                raw=raw_of(page),
                search_text=words,
                late=why_late(w, source, article.published, now=now),
            )
            state = EntryState.FAILED if page.failure else EntryState.DONE
            w.settle_entry(_id(entry), state, article_id=judged.article.id)
            attached = w.add_entries(attachments(entry, source, page, article, now=now))
            if self._may_have_stumbled:
                w.forget_meta(STUMBLED)
        self._may_have_stumbled = False
        return judged, attached

    def _settle(self, entry: EntryRecord, state: EntryState) -> None:
        with self.storage.writing() as w:
            w.settle_entry(_id(entry), state)

    def _stumble(self, entry: EntryRecord) -> None:
        """A bug of ours must neither lose an entry nor hold up those behind it."""
        with self.storage.writing() as w:
            now = self.clock.now()
            wait = STUMBLED_WAITS[min(entry.attempts, len(STUMBLED_WAITS) - 1)]
            w.settle_entry(_id(entry), EntryState.WAITING, attempts=entry.attempts + 1, try_at=now + wait)
            stumble(w, now)
        self._may_have_stumbled = True
        self.rates.stumbled()

    def _put_off(self, entry: EntryRecord) -> None:
        with self.storage.writing() as w:
            again = self.clock.now() + PAGE_WAITS[entry.attempts]
            w.settle_entry(_id(entry), EntryState.WAITING, attempts=entry.attempts + 1, try_at=again)


def article_of(entry: EntryRecord, source: SourceRecord, page: Page, now: datetime) -> ArticleRecord:
    """The article that is judged: the page, or the entry's own text where the page is not to be had."""
    own_text = entry.content or entry.summary
    text = own_text if page.failure or len(page.text) < len(own_text) else page.text
    title = entry.title or page.title
    return ArticleRecord(
        canonical_url=entry.canonical_url if page.failure else (page.canonical_url or entry.canonical_url),
        url=entry.link,
        source_id=source.id,
        title=title,
        text=text,
        language=page.language,
        published=_published(entry, page, now),
        first_seen=entry.first_seen or now,
        fetched=page.fetched,
        sha256=None,
        fingerprint=fingerprint(f"{title}\n{text}"),
        publisher=source.publisher,
        country=source.country,
        tier=source.tier,
        verified=page.failure is None,
    )


def _published(entry: EntryRecord, page: Page, now: datetime) -> datetime:
    """The feed's date, else the page's; never later than now, and now where nobody says."""
    return min(entry.published or page.published or now, now)


def _validators(source: SourceRecord) -> Validators:
    return Validators(etag=source.etag, last_modified=source.last_modified, body_sha256=source.body_sha256)


def raw_of(page: Page) -> RawPage | None:
    """The bytes of a page, to be kept as evidence; None where none came."""
    if not page.body or page.sha256 is None:
        return None
    return RawPage(
        body=page.body,
        headers=page.headers,
        sha256=page.sha256,
        http_status=page.http_status or 0,
        fetched=page.fetched,
    )


def _id(entry: EntryRecord) -> int:
    assert entry.id is not None
    return entry.id
