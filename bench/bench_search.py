"""Searching stored articles, beside LIKE over their texts (what there is without an index).

20,000 articles of 2 kB by default; PACTWATCH_BENCH_ARTICLES=1000000 for the big one. Wall time of each
query in milliseconds, the median and the 95th percentile of 40, on a warm cache.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.bench_storage import NOW, articles, fresh, store
from storage import Storage
from storage.records import Filter

COUNT = int(os.environ.get("PACTWATCH_BENCH_ARTICLES", "20000"))
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

    def similar(number: int) -> int:
        with storage.reading() as r:
            return len(r.similar_articles(number * 7919 << 40, NOW))

    timed("near duplicates of a fingerprint", similar)
    return rare


def peer(path: Path) -> float:
    """LIKE '%word%' over all texts."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        query = text("SELECT article_id FROM revisions WHERE text LIKE :like ORDER BY id DESC LIMIT 20")
        like = timed(
            "peer: LIKE for the rare word",
            lambda n: len(connection.execute(query, {"like": f"% w{n * 7} %"}).all()),
        )
    engine.dispose()
    return like


def main() -> None:
    """Fills a database in a folder of its own and asks it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        storage = fresh(path)
        start = time.perf_counter()
        fill(storage)
        took = time.perf_counter() - start
        print(f"{COUNT} articles stored in {took:.0f} s, {path.stat().st_size / COUNT:.0f} bytes each")
        rare = ours(storage)
        print(f"  a rare word: {peer(path) / rare:.0f} times quicker than LIKE")
        storage.close()


if __name__ == "__main__":
    main()
