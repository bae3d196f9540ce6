"""The true pipeline over a file of articles, with their publication as the clock.

    JSON Lines, ordered by (published, id) -> detect -> register -> route -> outbox -> recording channel

The order within one moment is that of the ids, so that a file shuffled within its days gives the same
steps with the same ids. Memory holds one small row for each article (when, which, where in the file),
never the articles.
"""

import array
import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from monitor.alerts.routing import REPORTS, Route
from monitor.detect import detect
from monitor.detect.findings import Article, Detection
from monitor.fingerprint import fingerprint
from monitor.known import remember
from monitor.lines import LineError, article_of_line, tier_of
from monitor.record import record
from monitor.rules import Rules
from storage import Reader, Storage, Writer, open_storage
from storage.records import (
    ArticleRecord,
    DeliveryState,
    Filter,
    MentionView,
    SourceRecord,
    StepRecord,
    StepState,
)

CHANNEL = "recording"
ROUTES = (Route(name="all", channels=(CHANNEL,)),)
# Articles judged in one transaction, and handed to a detecting process at a time.
BATCH = 256
CHUNK = 32
# Files smaller than this are not worth the start of further processes.
WORTH_PROCESSES = 2_000_000
LEASE = timedelta(minutes=1)
EVERYTHING = 1_000_000
SOURCE = "replay"
RECORDED = SourceRecord(
    id=SOURCE, publisher="replay", country=None, tier="press", kind="feed", url="file:replay", status="off"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTold:
    """One step that people were told of, with every article that joined it."""

    step: StepRecord
    articles: tuple[str, ...]
    first: str
    at: datetime
    channels: tuple[str, ...] = ()

    def line(self) -> Mapping[str, object]:
        """The object that `pactwatch replay` prints."""
        agreement = self.step.agreement
        return {
            "alert": self.step.id,
            "step": {
                "parties": list(agreement.parties),
                "stage": self.step.stage,
                "instrument": agreement.instrument,
                "date": self.step.date.isoformat() if self.step.date else None,
                "place": self.step.place,
            },
            "articles": list(self.articles),
            "first": self.first,
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "corroboration": self.step.corroboration,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay gave: the steps told, in order of telling, and the lines that were no articles."""

    told: tuple[StepTold, ...]
    articles: int
    bad: tuple[str, ...]


@dataclass(slots=True)
class _Order:
    """When each article was published, a hash of its id, and where its line begins."""

    when: "array.array[float]"
    tie: "array.array[int]"
    where: "array.array[int]"

    def sorted(self) -> list[int]:
        return sorted(range(len(self.when)), key=lambda i: (self.when[i], self.tie[i]))


def replay(
    path: Path,
    *,
    rules: Rules | None = None,
    known: bool = False,
    database: str | None = None,
    processes: int | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Replayed:
    """Everything that people would have been told under these rules; by default, everything there is.

    `known` starts from the shipped register, else the database is empty. `database`: a storage URL to
    continue in, so that a file can be replayed in parts; by default a temporary one. `processes`: how
    many detect side by side (None: as many as there are cores, for large files). OSError where the file
    cannot be read. Lines that are no articles are named in `bad` and the rest is still done.
    """
    rules = rules or Rules(routes=ROUTES, group_wait=timedelta(0))
    with _storage(database) as storage, path.open("rb") as file:
        if known:
            with storage.writing() as w:
                remember(w)
        order, bad = _index(file)
        detected = _detected(path, order, processes)
        done = 0
        for batch in detected:
            with storage.writing() as w:
                for article, row, detection in batch:
                    if detection.findings or detection.background or detection.denials:
                        _judge(w, article, detection, rules, row)
            done += len(batch)
            progress(done)
        with storage.reading() as r:
            told = tuple(_told(r))
    return Replayed(told=told, articles=done, bad=tuple(bad))


def _judge(
    w: Writer, article: Article, detection: Detection, rules: Rules, row: Mapping[str, object]
) -> None:
    now = article.published or datetime.now(UTC)
    record(w, _article_record(article, detection, now, row), detection, rules=rules, now=now)
    for delivery in w.lease_deliveries(now, 100, lease=LEASE):
        assert delivery.id is not None
        w.settle_delivery(delivery.id, DeliveryState.SENT, now=now, remote_id=delivery.key)


def _article_record(
    article: Article, detection: Detection, now: datetime, row: Mapping[str, object]
) -> ArticleRecord:
    """Every line is an article of its own, whatever its address: the file says so."""
    outlet = row.get("outlet")
    return ArticleRecord(
        canonical_url=f"replay:{article.id}",
        url=article.url or "",
        source_id=SOURCE,
        title=article.title,
        text=article.text,
        language=detection.language,
        published=article.published,
        first_seen=now,
        fetched=now,
        fingerprint=fingerprint(f"{article.title}\n{article.text}"),
        publisher=outlet if isinstance(outlet, str) else article.id,
        country=article.country,
        tier=tier_of(article.source_kind),
    )


@contextmanager
def _storage(database: str | None) -> Iterator[Storage]:
    with TemporaryDirectory(prefix="pactwatch-replay-") as folder:
        storage = open_storage(database or f"sqlite:///{folder}/replay.db")
        try:
            storage.upgrade()
            with storage.writing() as w:
                w.sync_sources([RECORDED], datetime.now(UTC))
            yield storage
        finally:
            storage.close()


def _index(file: BinaryIO) -> tuple[_Order, list[str]]:
    """Where each article's line begins, and what is wrong with the other lines."""
    order, bad, start = _Order(array.array("d"), array.array("Q"), array.array("Q")), [], 0
    for number, line in enumerate(file, start=1):
        if line.strip():
            try:
                article, _ = article_of_line(line)
            except LineError as error:
                bad.append(f"line {number}: {error}")
            else:
                order.when.append(article.published.timestamp() if article.published else 0.0)
                order.tie.append(
                    int.from_bytes(hashlib.blake2b(article.id.encode(), digest_size=8).digest(), "big")
                )
                order.where.append(start)
        start += len(line)
    return order, bad


def _lines(path: Path, order: _Order) -> Iterator[bytes]:
    with path.open("rb") as file:
        for index in order.sorted():
            file.seek(order.where[index])
            yield file.readline()


Read = tuple[Article, Mapping[str, object], Detection]


def _detected(path: Path, order: _Order, processes: int | None) -> Iterator[list[Read]]:
    """Every article with its detection, in order, in batches."""
    chunks = _batched(_lines(path, order), CHUNK)
    if processes is None:
        processes = (os.cpu_count() or 1) if path.stat().st_size > WORTH_PROCESSES else 1
    if processes < 2:
        yield from _merged(map(_detect_lines, chunks))
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from _merged(_in_order(pool, chunks, ahead=processes * 4))


def _detect_lines(lines: list[bytes]) -> list[Read]:
    reads: list[Read] = []
    for line in lines:
        article, row = article_of_line(line)
        reads.append((article, {"outlet": row.get("outlet")}, detect(article)))
    return reads


def _in_order(
    pool: ProcessPoolExecutor, chunks: Iterable[list[bytes]], *, ahead: int
) -> Iterator[list[Read]]:
    """Results in the order of the chunks, with no more than `ahead` of them in memory."""
    waiting: deque[Future[list[Read]]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(_detect_lines, chunk))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _merged(chunks: Iterable[list[Read]]) -> Iterator[list[Read]]:
    batch: list[Read] = []
    for chunk in chunks:
        batch += chunk
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _batched(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    lines = iter(lines)
    while chunk := list(islice(lines, size)):
        yield chunk


def _told(r: Reader) -> list[StepTold]:
    told = []
    for step in r.steps(Filter(limit=EVERYTHING, state=StepState.OPEN)):
        alerts, view = r.alerts(step.id), r.step_view(step.id)
        channels = tuple(sorted({d.channel for d in r.deliveries(step_id=step.id)}))
        if alerts and channels and view is not None:
            joined = [_external_id(m) for m in view.mentions if m.mention.role in REPORTS]
            first = min(alerts, key=lambda a: a.number)
            assert first.created is not None
            told.append(
                StepTold(
                    step=view.step,
                    articles=tuple(joined),
                    first=joined[0],
                    at=first.created,
                    channels=channels,
                )
            )
    return sorted(told, key=lambda t: (t.at, t.step.id))


def _external_id(view: MentionView) -> str:
    return view.article.canonical_url.removeprefix("replay:")
