"""Storing articles with their search words, beside SQLAlchemy's ORM adding and committing each.

The peer is what a first version usually is: one mapped class, an FTS5 table kept by a trigger, one
commit for each article. Texts are random words of ours, 2 kB each, a fifth of them Cyrillic. CPU
(user + system) and wall time for each item; the disk decides what a commit costs.
"""

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from storage import Storage, open_storage
from storage.records import (
    AgreementRecord,
    AlertRecord,
    ArticleRecord,
    DeliveryRecord,
    DeliveryState,
    EntryRecord,
    SourceRecord,
    StepRecord,
    VisitRecord,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATIN_TEXT = (
    "the minister said state agreement security talk round sign treaty force border harbour budget vote"
)
CYRILLIC_TEXT = "президент угода безпека держава підписати переговори міністр парламент кордон рада закон"
LATIN, CYRILLIC = LATIN_TEXT.split(), CYRILLIC_TEXT.split()


def text_of(chance: random.Random) -> str:
    """About 2 kB of words: 300 common ones and some that are rare."""
    common = CYRILLIC if chance.random() < 0.2 else LATIN
    return " ".join(
        f"w{chance.randrange(50_000)}" if chance.random() < 0.4 else chance.choice(common) for _ in range(330)
    )


def articles(count: int, seed: int = 1) -> list[ArticleRecord]:
    """Articles that differ, published a minute apart."""
    chance = random.Random(seed)
    return [
        ArticleRecord(
            canonical_url=f"https://bench.example/{seed}/{n}",
            source_id="s0",
            title=f"Story {n}",
            text=text_of(chance),
            first_seen=NOW + timedelta(minutes=seed - 1 + n),
            published=NOW + timedelta(minutes=seed - 1 + n),
            fingerprint=chance.getrandbits(63),
            language="en",
        )
        for n in range(count)
    ]


def timed(name: str, items: int, work: Callable[[], object]) -> float:
    """CPU microseconds for each item, printed with the wall time."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    each = cpu / items * 1e6
    print(f"  {name:<58} {each:8.1f} µs CPU/item {items / wall:10.0f} items/s wall")
    return each


def store(storage: Storage, given: list[ArticleRecord], batch: int) -> None:
    """Through the public door, `batch` articles in a transaction."""
    for start in range(0, len(given), batch):
        with storage.writing() as w:
            for article in given[start : start + batch]:
                w.put_article(article, search_text=article.text)


class Peer(DeclarativeBase):
    """The peer's models."""


class PeerArticle(Peer):
    """The peer's one table."""

    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    body: Mapped[str]
    published: Mapped[datetime] = mapped_column(index=True)
    fingerprint: Mapped[int] = mapped_column(index=True)


def peer_store(path: Path, given: list[ArticleRecord]) -> None:
    """ORM add and commit for each, FTS by trigger, with the same durability as ours."""
    engine = create_engine(f"sqlite:///{path}")
    Peer.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE VIRTUAL TABLE fts USING fts5(body, content='articles', content_rowid='id')")
        )
        body = "INSERT INTO fts(rowid, body) VALUES (new.id, new.body)"
        connection.execute(text(f"CREATE TRIGGER ai AFTER INSERT ON articles BEGIN {body}; END"))
    with Session(engine) as session:
        session.execute(text("PRAGMA synchronous=EXTRA"))
        for a in given:
            fingerprint, published = a.fingerprint, a.published
            session.add(
                PeerArticle(
                    url=a.canonical_url,
                    source=a.source_id,
                    title=a.title,
                    body=a.text,
                    published=published,
                    fingerprint=fingerprint,
                )
            )
            session.commit()
    engine.dispose()


def bench_articles(folder: Path, count: int = 3000) -> None:
    """Batches of 1, 100 and 1,000 beside the peer."""
    print(f"articles of 2 kB with search words, {count} each; peer: SQLAlchemy ORM, add and commit each")
    given = articles(count)
    peer = timed(
        "peer: ORM add + commit, FTS by trigger",
        count,
        lambda: peer_store(folder / "peer.db", given),
    )
    for batch in (1, 100, 1000):
        storage = fresh(folder / f"ours{batch}.db")
        work = partial(store, storage, given, batch)
        ours = timed(f"put_article, {batch} in a transaction", count, work)
        print(f"    {peer / ours:.1f} times less CPU than the peer")
        storage.close()
    print(f"  {(folder / 'ours1000.db').stat().st_size / count:.0f} bytes/article on disk")


def fresh(path: Path) -> Storage:
    """A migrated storage with one source."""
    return prepared(f"sqlite:///{path}")


def prepared(url: str) -> Storage:
    """The same at any storage URL."""
    storage = open_storage(url)
    storage.upgrade()
    source = SourceRecord(
        id="s0", publisher="p", country="DK", tier="press", kind="feed", url="https://bench.example/"
    )
    with storage.writing() as w:
        w.sync_sources([source], NOW)
    return storage


def _due(name: str) -> SourceRecord:
    return SourceRecord(
        id=name, publisher="p", country="DK", tier="press", kind="feed", url=f"https://{name}.example/",
        due_at=NOW,
    )  # fmt: skip


def bench_polling(folder: Path, sources: int = 10_000) -> None:
    """A tick over many sources, their visits, and the entries they bring."""
    storage = fresh(folder / "polling.db")
    many = [_due(f"s{n}") for n in range(sources)]
    print(f"{sources} sources")

    def sync() -> None:
        with storage.writing() as w:
            w.sync_sources(many, NOW)

    def claim() -> None:
        with storage.writing() as w:
            assert len(w.claim_due(NOW, 500, timedelta(minutes=5))) == 500

    def visits() -> None:
        with storage.writing() as w:
            for n in range(500):
                visit = VisitRecord(source_id=f"s{n}", started=NOW, finished=NOW, outcome="unchanged")
                w.record_visit(visit, due_at=NOW + timedelta(minutes=15))

    def entries() -> None:
        with storage.writing() as w:
            for n in range(100):
                w.add_entries(
                    [
                        EntryRecord(
                            source_id=f"s{n}",
                            key=f"{m}",
                            canonical_url=f"https://x/{n}/{m}",
                            link="l",
                            title=f"t {m}",
                        )
                        for m in range(30)
                    ]
                )

    timed("sync_sources, all new", sources, sync)
    timed("sync_sources, nothing changed", sources, sync)
    timed("claim_due, 500 of them", 500, claim)
    timed("record_visit, 500 in a transaction", 500, visits)
    timed("add_entries, 30 a feed, all new", 3000, entries)
    timed("add_entries, 30 a feed, none new", 3000, entries)
    storage.close()


def bench_outbox(folder: Path, count: int = 2000) -> None:
    """Lease and settle, 20 at a time."""
    storage = fresh(folder / "outbox.db")
    with storage.writing() as w:
        step = w.add_step(
            StepRecord(
                id="s",
                agreement=AgreementRecord(parties=("DK", "UA"), instrument="security_agreement"),
                stage="signed",
                date=None,
            )
        )
        alert = w.add_alert(AlertRecord(step_id=step.id, kind="new", created=NOW))
        assert alert.id is not None
        w.add_deliveries(
            [
                DeliveryRecord(alert_id=alert.id, channel="c", route="r", key=f"k{n}", due_at=NOW)
                for n in range(count)
            ]
        )

    def work() -> None:
        while True:
            with storage.writing() as w:
                leased = w.lease_deliveries(NOW, 20, lease=timedelta(minutes=1))
            if not leased:
                return
            with storage.writing() as w:
                for delivery in leased:
                    assert delivery.id is not None
                    w.settle_delivery(delivery.id, DeliveryState.SENT, now=NOW)

    print(f"{count} deliveries")
    timed("lease 20, settle 20", count, work)
    storage.close()


def main() -> None:
    """Everything, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        storage = fresh(Path(folder) / "said.db")
        print(storage.description)
        storage.close()
        bench_articles(Path(folder))
        bench_polling(Path(folder))
        bench_outbox(Path(folder))


if __name__ == "__main__":
    main()
