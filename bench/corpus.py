"""A large made-up corpus, the same on both databases: bulk inserted once, then kept and reused.

Words follow Zipf's law (`w0` is in nearly every article, `w20000` in one of five hundred), and every article
has a word of its own ten (`r…`). A fifth is Cyrillic. Languages, tiers and sources are as uneven as in life;
one article in thirty was found long after it was published; one in fifty mentions a step.
"""

import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from storage import Storage, marks, open_storage, words
from storage.articles import bands, sha256_of
from storage.indexing import packed
from storage.records import (
    AgreementRecord,
    ArticleRecord,
    Filter,
    MentionRecord,
    SearchText,
    SourceRecord,
    StepRecord,
)
from storage.rows import url_digest

COUNT = int(os.environ.get("PACTWATCH_BENCH_ARTICLES", "100000"))
START = datetime(2024, 6, 1, tzinfo=UTC)
SOURCES, STEPS, EVERY = 200, 2000, 50  # one article in EVERY mentions a step
COMMON = {
    "latin": "the minister said state agreement security talk round sign treaty force border budget vote",
    "cyrillic": "президент угода безпека держава підписати переговори міністр парламент кордон рада закон",
}
PARTNERS = (
    "AL", "AU", "AT", "BE", "BG", "CA", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "EU", "FI", "FR", "GB",
    "GR", "HR", "IE", "IS", "IT", "JP", "KR", "LT", "LU", "LV", "MD", "MK", "NL", "NO", "NZ", "PL", "PT",
    "RO", "SE", "SI", "SK", "TR", "US",
)  # fmt: skip
STAGES = ("proposed", "negotiations_started", "negotiations_round", "signed", "ratified", "in_force")
Rows = tuple[dict[str, Any], dict[str, Any], str]  # of articles, of revisions, and the search words
TABLES = ("articles", "revisions")


def span() -> timedelta:
    """The time between two articles: all of them in two years."""
    return timedelta(days=730) / COUNT


def record(number: int, chance: random.Random, pools: dict[str, list[str]]) -> ArticleRecord:
    """The article with this id."""
    script = "cyrillic" if chance.random() < 0.2 else "latin"
    body = chance.choices(pools[script], k=200) + chance.choices(pools["rare"], k=129)
    chance.shuffle(body)
    seen = START + span() * number
    late = timedelta(days=chance.randrange(3, 600)) if number % 30 == 0 else timedelta(minutes=20)
    language = "uk" if script == "cyrillic" else chance.choices(("en", "pl", "de", "fi"), (90, 6, 3, 1))[0]
    source = min(SOURCES - 1, int(SOURCES * chance.random() ** 2.5))
    return ArticleRecord(
        id=number, canonical_url=f"https://bench.example/{number}", source_id=f"s{source}",
        title=f"Story {number}", text=" ".join((*body, f"r{number % max(1, COUNT // 10)}")),
        language=language, published=seen - late, first_seen=seen, fingerprint=chance.getrandbits(63),
        publisher=f"p{source}", country="DK",
        tier=chance.choices(("press", "agency", "official", "parliament"), (88, 8, 3, 1))[0], verified=True,
    )  # fmt: skip


def records() -> Iterator[ArticleRecord]:
    """All of them, the same every time."""
    chance = random.Random(20260301)
    rare = [f"w{int(50_000 * chance.random() ** 3)}" for _ in range(200_000)]
    pools = {name: line.split() for name, line in COMMON.items()} | {"rare": rare}
    return (record(number, chance, pools) for number in range(1, COUNT + 1))


def rows_of(a: ArticleRecord) -> Rows:
    """What is kept of an article."""
    found_by = SearchText(words=tuple(a.text.split()))
    cut = " ".join(words.indexed(found_by) + marks.marks_of(a, told=(a.id or 0) % EVERY == 0))
    sha = sha256_of(a.title, a.text)
    one = {
        "id": a.id, "canonical_url": a.canonical_url, "url_digest": url_digest(a.canonical_url),
        "source_id": a.source_id, "title": a.title, "url": a.url, "language": a.language,
        "published": a.published, "first_seen": a.first_seen, "sha256": sha, "fingerprint": a.fingerprint,
        **bands(a.fingerprint), "publisher": a.publisher, "country": a.country, "tier": a.tier,
        "verified": True, "revision": 1,
    }  # fmt: skip
    text = {
        "id": a.id, "article_id": a.id, "revision": 1, "title": a.title, "text": a.text, "sha256": sha,
        "seen": a.first_seen, "words": packed(cut.split()),
    }  # fmt: skip
    return one, text, cut


def chunks(size: int = 5000) -> Iterator[list[Rows]]:
    """The rows of some articles at a time."""
    walk = map(rows_of, records())
    while some := list(islice(walk, size)):
        yield some


def path_of(what: str = "ours") -> Path:
    """Where a SQLite file of the corpus is kept."""
    return Path(tempfile.gettempdir()) / f"pactwatch-bench-{COUNT}-{what}.db"


def kept(url: str | None = None) -> Storage:
    """The corpus at a storage URL, by default a SQLite file in the temporary folder; filled where it is
    empty."""
    storage = open_storage(url or f"sqlite:///{path_of()}")
    storage.upgrade()
    with storage.reading() as r:
        full = bool(r.mentions(Filter(limit=1)))
    if not full:
        start = time.perf_counter()
        sources = [
            SourceRecord(id=f"s{n}", publisher=f"p{n}", country="DK", tier="press", kind="feed",
                         url=f"https://s{n}.example/")
            for n in range(SOURCES)
        ]  # fmt: skip
        with storage.writing() as w:
            w.sync_sources(sources, START)
        _fill_postgres(url) if url and url.startswith("postgresql") else _fill_sqlite(path_of())
        _register(storage)
        print(f"{COUNT} articles stored in {time.perf_counter() - start:.0f} s")
    return storage


def _fill_sqlite(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-400000")
    for some in chunks():
        connection.execute("BEGIN")
        for place, table in enumerate(TABLES):
            names = list(some[0][place])
            put = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"
            connection.executemany(put, [[_plain(value) for value in row] for row in _values(some, place)])
        found_by = [(one["id"], cut) for one, _, cut in some]
        connection.executemany("INSERT INTO article_words (rowid, words) VALUES (?, ?)", found_by)
        connection.execute("COMMIT")
    connection.close()


def _values(some: Sequence[Rows], place: int) -> Iterator[list[Any]]:
    return (list(row[place].values()) for row in some)  # type: ignore[union-attr]


def _plain(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _fill_postgres(url: str) -> None:
    parsed = make_url(url)
    address = f"host={parsed.query['host']} user={parsed.username} dbname={parsed.database}"
    with psycopg.connect(address) as connection:
        connection.execute("DROP INDEX ix_article_words_words")  # made at once in the end: ten times quicker
        for some in chunks():
            for place, table in enumerate(TABLES):
                _copy(connection, table, list(some[0][place]), _values(some, place))
            vectors = ([one["id"], words.tsvector(cut.split())] for one, _, cut in some)
            _copy(connection, "article_words", ["article_id", "words"], vectors)
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("CREATE INDEX ix_article_words_words ON article_words USING gin (words)")
        for table in TABLES:
            connection.execute(f"SELECT setval('{table}_id_seq', {COUNT})".encode())
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _copy(connection: "psycopg.Connection[Any]", table: str, names: list[str], rows: Iterator[Any]) -> None:
    put = f"COPY {table} ({', '.join(names)}) FROM STDIN".encode()
    with connection.cursor() as cursor, cursor.copy(put) as out:
        for row in rows:
            out.write_row(row)


def _register(storage: Storage) -> None:
    """STEPS steps of Ukraine with its partners, and of partners with each other, each with its mentions."""
    chance = random.Random(1)
    with storage.writing() as w:
        for number in range(STEPS):
            other = "UA" if number % 5 < 3 else chance.choice(PARTNERS)
            mine = chance.choice([p for p in PARTNERS if p != other])
            a, b = sorted((mine, other))
            agreement = AgreementRecord(parties=(a, b), instrument="security_agreement")
            day = date(2024, 6, 1) + timedelta(days=number * 730 // STEPS)
            w.add_step(StepRecord(id=f"s{number}", agreement=agreement, stage=STAGES[number % 6], date=day))
    for start in range(EVERY, COUNT + 1, EVERY * 1000):
        with storage.writing() as w:
            for article in range(start, min(start + EVERY * 1000, COUNT + 1), EVERY):
                step = f"s{article * STEPS // (COUNT + 1)}"
                w.add_mention(
                    MentionRecord(step_id=step, article_id=article, role="report", confidence=1, quote="q")
                )
