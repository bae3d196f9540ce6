"""Searching stored articles, beside LIKE over their texts (what there is without an index) and plain FTS5.

100,000 articles of 2 kB by default; PACTWATCH_BENCH_ARTICLES=1000000 for the big one. They are made once and
kept in the temporary folder (bench/corpus.py). PACTWATCH_BENCH_POSTGRES=1 asks a PostgreSQL of its own, or
a storage URL the one there. Milliseconds on a warm cache, wall time and CPU time (which other work on the
machine changes less): the median and the 95th percentile of 40 different questions where a line says n, else
of one asked 40 times. Searches go the whole way: parsed,
looked up in other forms, snippets. PACTWATCH_BENCH_SAME=URL compares the hits with those of another storage.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from bench.corpus import COUNT, START, kept, path_of, span
from monitor.searching import search
from storage import Storage, open_storage
from storage.records import Filter

REPEATS = 40
SERVER: list[int] = []  # the process id of PostgreSQL's end of our connection (Linux)
NOW = START + span() * COUNT
# n goes from 0 to REPEATS - 1. w0 is nearly everywhere, w40000 in one article of a thousand, r… in ten.
QUERIES = (
    "r{n}",
    "w{40000+n}",
    "w{2000+n}",
    "w{n}",
    "security agreement",
    "угода безпека",
    '"security agreement"',
    "secur*",
    "treaty lang:pl",
    "treaty lang:fi tier:parliament",
    "угода lang:en",
    "agreement source:s{150+n}",
    "w{40000+n} source:s{150+n}",
    "w{n} since:2026-05-25",
    "treaty until:2024-09",
    "w{2000+n} since:2025-03 until:2025-03",
    "w{40000+n} party:UA",
    "treaty party:DK",
    "treaty pair:{pair}",
    "w{2000+n} pair:{pair}",
    "угода stage:signed",
    "w{500+n} stage:ratified lang:uk",
    "(treaty OR w{1000+n}) -budget pair:{pair}",
    "(w{1000+n} OR w{3000+n}) -security lang:en",
    "w{1000+n} -w{n}",
)
PLAIN = "CREATE VIRTUAL TABLE plain USING fts5(words, content='', tokenize='unicode61')"
ALL = "SELECT article_id, text FROM ours.revisions"
LIKE = "SELECT article_id FROM ours.revisions WHERE text LIKE :like ORDER BY id DESC LIMIT 20"
BY_DATE = (
    "SELECT a.id, a.title FROM plain JOIN ours.articles a ON a.id = plain.rowid "
    "WHERE plain MATCH :words AND a.language = 'pl' ORDER BY a.published DESC LIMIT 20"
)
PAIRS = ("AU-UA", "DK-UA", "JP-UA", "UA-US", "FI-UA", "DK-NO", "AT-FR", "MK-SI", "JP-KR", "PL-UA")
FILTERS = (
    Filter(),
    Filter(language="pl"),
    Filter(tier="official", language="uk"),
    Filter(source_id="s0"),
    Filter(source_id="s199"),
    Filter(party="DK"),
    Filter(pair=("DK", "UA")),
    Filter(stage="signed", language="fi"),
)
DATED = (
    "until:2024-09",
    "since:2025-03 until:2025-03",
    "until:2025-01 lang:fi",
    "tier:official since:2026-05-20",
)


def timed(name: str, work: Callable[[int], int]) -> tuple[float, float]:
    """(95th percentile of the wall time, of the CPU time) in milliseconds, printed with the medians and the
    hits of the last query. CPU is ours and that of PostgreSQL's process for us."""
    for number in (0, REPEATS // 2, REPEATS - 1):
        work(number)
    took, cpus, hits = [], [], 0
    for number in range(REPEATS):
        cpu, start = cpu_time(), time.perf_counter()
        hits = work(number)
        took.append((time.perf_counter() - start) * 1000)
        cpus.append((cpu_time() - cpu) * 1000)
    (median, slow), (cpu_median, cpu_slow) = spread(took), spread(cpus)
    print(
        f"  {name:<50} {median:7.1f} median {slow:7.1f} p95   CPU {cpu_median:6.1f} median "
        f"{cpu_slow:6.1f} p95   {hits} hits",
        flush=True,
    )
    return slow, cpu_slow


def cpu_time() -> float:
    """Seconds of CPU time so far, of this process and of the database's process that answers it."""
    mine = time.process_time()
    if not SERVER:
        return mine
    return mine + int(Path(f"/proc/{SERVER[0]}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def spread(took: list[float]) -> tuple[float, float]:
    """(median, 95th percentile)."""
    return statistics.median(took), sorted(took)[int(len(took) * 0.95) - 1]


def written(query: str, n: int) -> str:
    """The n-th question of this kind."""
    return str(eval(f"f{query!r}", {"n": n, "pair": PAIRS[n % len(PAIRS)]}))


def told(what: str, slow: list[tuple[float, float]]) -> None:
    """How slow the slowest kind is."""
    wall, cpu = max(one for one, _ in slow), max(one for _, one in slow)
    print(f"  the slowest kind of {what} has a p95 of {wall:.1f} ms ({cpu:.1f} ms of CPU time)")


def searches(storage: Storage) -> None:
    """Every kind of search."""

    def asked(query: str, n: int) -> int:
        with storage.reading() as r:
            return len(search(r, written(query, n), Filter(limit=20), now=NOW))

    slow = [timed(query, lambda n, query=query: asked(query, n)) for query in QUERIES]  # type: ignore[misc]
    told("search", slow)


def lists(storage: Storage) -> None:
    """Pages of lists, somewhere in them."""

    def page(wanted: Filter, n: int) -> int:
        with storage.reading() as r:
            return len(r.articles(replace(wanted, limit=50, before_id=COUNT - n * COUNT // 50)))

    def dated(query: str, n: int) -> int:
        with storage.reading() as r:
            found = search(r, query, Filter(limit=50), now=NOW)
            last = found[-1].article.id if found and n else None
            return len(search(r, query, Filter(limit=50, before_id=last), now=NOW))

    def said(wanted: Filter) -> str:
        named = {k: getattr(wanted, k) for k in ("party", "pair", "stage", "language", "tier", "source_id")}
        return ", ".join(f"{k} {v}" for k, v in named.items() if v) or "all"

    slow = [timed(f"a page: {said(f)}", lambda n, f=f: page(f, n)) for f in FILTERS]  # type: ignore[misc]
    slow += [timed(f"two pages: {q}", lambda n, q=q: dated(q, n)) for q in DATED]  # type: ignore[misc]

    def steps(n: int) -> int:
        with storage.reading() as r:
            return len(r.steps(Filter(limit=50, before_id=2000 - n * 40)))

    def mentions(n: int) -> int:
        with storage.reading() as r:
            return len(r.mentions(Filter(limit=50, party="DK", before_id=COUNT // 50 - n * COUNT // 3000)))

    def similar(n: int) -> int:
        with storage.reading() as r:
            return len(r.similar_articles(n * 7919 << 40, START))

    slow += [timed("a page of steps", steps), timed("a page of DK's mentions", mentions)]
    told("list", slow)
    timed("near duplicates of a fingerprint", similar)


def peers() -> None:
    """LIKE '%word%' over all texts, and the same texts in a plain FTS5 table of unicode61."""
    engine = create_engine(f"sqlite:///{path_of('plain')}", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"ATTACH '{path_of()}' AS ours"))
        if not connection.execute(text("SELECT 1 FROM main.sqlite_master WHERE name = 'plain'")).first():
            connection.execute(text(PLAIN))
            connection.execute(text(f"INSERT INTO plain (rowid, words) {ALL}"))
            connection.commit()
        start = time.perf_counter()
        connection.execute(text(LIKE), {"like": "% r77 %"}).all()
        print(f"  peer: LIKE for a rare word, once {(time.perf_counter() - start) * 1000:.0f} ms")
        timed(
            "peer: plain FTS5, a common word by date, lang:pl",
            lambda _: len(connection.execute(text(BY_DATE), {"words": "treaty"}).all()),
        )


@contextmanager
def asked_storage() -> Iterator[Storage]:
    """The corpus, where the environment says."""
    wanted = os.environ.get("PACTWATCH_BENCH_POSTGRES", "")
    if wanted in ("", "0"):
        yield kept()
    elif wanted != "1":
        yield kept(wanted)
    else:
        from tests.postgres import start

        server = start()
        try:
            server.run("CREATE DATABASE bench")
            yield kept(server.url("bench"))
        finally:
            server.stop()


def same(storage: Storage, other: Storage) -> None:
    """Every kind of question, asked of both: how many are answered differently."""
    asked = [written(q, n) for q in (*QUERIES, *DATED) for n in range(0, REPEATS, 7)]
    wrong = []
    for query in asked:
        found = []
        for one in (storage, other):
            with one.reading() as r:
                found.append([h.article.id for h in search(r, query, Filter(limit=50), now=NOW)])
        if found[0] != found[1]:
            wrong.append(query)
    print(f"  {len(asked)} questions asked of both databases: {len(wrong)} answered differently {wrong[:5]}")


def main() -> None:
    """Asks the corpus."""
    with asked_storage() as storage:
        print(f"{COUNT} articles, {storage.description.split(',')[0]}; load {os.getloadavg()[0]:.1f}")
        if not storage.description.startswith("SQLite"):
            with storage.reading() as r:
                SERVER.append(r._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        searches(storage)
        lists(storage)
        if other := os.environ.get("PACTWATCH_BENCH_SAME"):
            same(storage, open_storage(other))
        elif storage.description.startswith("SQLite"):
            peers()
        storage.close()


if __name__ == "__main__":
    main()
