"""Searching stored articles, beside LIKE over their texts (what there is without an index) and plain FTS5.

100,000 articles of 2 kB by default, every fiftieth with a mention; PACTWATCH_BENCH_ARTICLES=1000000 for the
big one, PACTWATCH_BENCH_POSTGRES=1 for a PostgreSQL of its own. Wall time of each query in milliseconds, the
median and the 95th percentile of 40, on a warm cache. Filtered searches go the whole way: parsed, looked up
in other forms, snippets.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.bench_storage import NOW, articles, fresh, prepared, store
from monitor.searching import search
from storage import Storage
from storage.records import AgreementRecord, Filter, MentionRecord, SearchText, StepRecord

COUNT = int(os.environ.get("PACTWATCH_BENCH_ARTICLES", "100000"))
REPEATS = 40


def timed(name: str, work: Callable[[int], int]) -> float:
    """The median in milliseconds, printed with the 95th percentile and the hits of the last query."""
    work(0)
    took, hits = [], 0
    for number in range(REPEATS):
        start = time.perf_counter()
        hits = work(number)
        took.append((time.perf_counter() - start) * 1000)
    median, worst = statistics.median(took), sorted(took)[int(REPEATS * 0.95)]
    print(f"  {name:<52} {median:8.2f} ms median {worst:8.2f} ms p95   {hits} hits")
    return median


def fill(storage: Storage) -> None:
    """COUNT articles, a minute apart."""
    for start in range(0, COUNT, 5000):
        many = articles(min(5000, COUNT - start), seed=start + 1)
        store(storage, many, 1000)
    mention(storage)


def mention(storage: Storage) -> None:
    """A mention of one of 200 steps in every fiftieth article, and lemmas of two words."""
    pairs = [("DK", "UA"), ("NO", "UA"), ("JP", "PH"), ("AU", "FJ")]
    with storage.writing() as w:
        for number in range(200):
            agreement = AgreementRecord(parties=pairs[number % 4], instrument="security_agreement")
            w.add_step(StepRecord(id=f"s{number}", agreement=agreement, stage="signed", date=NOW.date()))
        w.index_anew(w.articles(Filter(limit=1))[0], SearchText(words=("угоди",), lemmas={"угоди": "угода"}))
        for article in range(1, COUNT + 1, 50):
            step = f"s{article // 50 % 200}"
            w.add_mention(
                MentionRecord(step_id=step, article_id=article, role="report", confidence=1, quote="q")
            )


def ours(storage: Storage) -> float:
    """Every kind of search; the median of the rare word's."""
    last = (NOW + timedelta(minutes=COUNT - 1)).date()

    def find(query: str, **wanted: object) -> int:
        with storage.reading() as r:
            return len(r.find(query, Filter(limit=20, **wanted)))  # type: ignore[arg-type]

    rare = timed("a rare word, newest 20", lambda n: find(f"w{n * 7}"))
    timed("two common words, newest 20", lambda _: find("security agreement"))
    timed("two common Cyrillic words, newest 20", lambda _: find("угода безпека"))
    timed("a phrase, newest 20", lambda _: find('"security agreement"'))
    timed("a beginning, newest 20", lambda _: find("secur*"))
    timed("a common word in its last day, in English", lambda _: find("treaty", since=last, language="en"))

    def newest(wanted: Filter) -> int:
        with storage.reading() as r:
            return len(r.articles(wanted))

    timed("no words: the newest 20", lambda _: newest(Filter(limit=20)))
    timed("no words: 20 of one day", lambda _: newest(Filter(limit=20, since=date(2026, 3, 2))))

    def asked(query: str) -> int:
        with storage.reading() as r:
            return len(search(r, query, Filter(limit=20), now=NOW))

    for query in (
        "treaty party:DK",
        "угоди stage:signed",
        "security agreement lang:en since:2026-03-02 until:2026-03-03",
        "(treaty OR угода) -budget pair:DK-UA",
        "w77 party:DK",
    ):
        timed(query, lambda _, query=query: asked(query))  # type: ignore[misc]

    def page(wanted: Filter, before: int) -> int:
        with storage.reading() as r:
            return len(r.articles(replace(wanted, before_id=before)))

    timed("a page of articles, anywhere", lambda n: page(Filter(limit=50), COUNT - n * COUNT // 50))
    timed("a page of DK's articles", lambda n: page(Filter(limit=50, party="DK"), COUNT - n * COUNT // 100))

    def similar(number: int) -> int:
        with storage.reading() as r:
            return len(r.similar_articles(number * 7919 << 40, NOW))

    timed("near duplicates of a fingerprint", similar)
    return rare


def peer(path: Path) -> float:
    """LIKE '%word%' over all texts; and the same texts in an FTS5 table of unicode61."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        query = text("SELECT article_id FROM revisions WHERE text LIKE :like ORDER BY id DESC LIMIT 20")
        like = timed(
            "peer: LIKE for the rare word",
            lambda n: len(connection.execute(query, {"like": f"% w{n * 7} %"}).all()),
        )
        connection.execute(text("CREATE VIRTUAL TABLE plain USING fts5(words, tokenize='unicode61')"))
        connection.execute(text("INSERT INTO plain (rowid, words) SELECT article_id, text FROM revisions"))
        plain = text(
            "SELECT a.id, a.title FROM plain JOIN articles a ON a.id = plain.rowid WHERE plain MATCH :words "
            "AND a.language = 'en' ORDER BY a.published DESC LIMIT 20"
        )
        timed(
            "peer: plain FTS5, a common word by date, in English",
            lambda _: len(connection.execute(plain, {"words": "treaty"}).all()),
        )
    engine.dispose()
    return like


def main() -> None:
    """Fills a database in a folder of its own and asks it."""
    with tempfile.TemporaryDirectory() as folder:
        if os.environ.get("PACTWATCH_BENCH_POSTGRES"):
            on_postgres()
            return
        path = Path(folder) / "search.db"
        storage = fresh(path)
        filled(storage)
        print(f"{path.stat().st_size / COUNT:.0f} bytes each")
        rare = ours(storage)
        print(f"  a rare word: {peer(path) / rare:.0f} times quicker than LIKE")
        storage.close()


def filled(storage: Storage) -> None:
    """Fill it, and tell how long that took."""
    start = time.perf_counter()
    fill(storage)
    print(f"{COUNT} articles stored in {time.perf_counter() - start:.0f} s")


def on_postgres() -> None:
    """The same on a PostgreSQL that lives as long as this."""
    from tests.postgres import start

    server = start()
    try:
        server.run("CREATE DATABASE bench")
        storage = prepared(server.url("bench"))
        filled(storage)
        server.run("ANALYZE", "bench")
        ours(storage)
        storage.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
