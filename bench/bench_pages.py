"""Every page as a browser asks for it, over 100,000 articles: bytes, and the server's time.

The goal is under 150 kB and under 100 ms each. CPU is what the server takes on a quiet machine; wall time has
the other work of this one in it. The first answer of each page, with nothing remembered, is told apart.
"""

import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from bench.corpus import COUNT, START, kept, span
from monitor.config import load_config
from monitor.rules import rules_of
from monitor.web import make_app
from storage import Storage
from storage.records import AlertRecord, DeliveryRecord, DeliveryState, StepState

REPEATS = 15
NOW = START + span() * COUNT
SOURCE = '  - {{id: s{n}, publisher: Paper {n}, tier: press, country: DK, url: "https://s{n}.example/"}}\n'
PATHS = (
    "/",
    "/?state=all",
    "/?party=UA&stage=signed",
    "/?state=all&before=900",
    "/agreements",
    "/agreements?party=DK&sort=date",
    "/map",
    "/map?party=DK",
    "/agreements/DK-UA",
    "/steps/{step}",
    "/search",
    "/search?q=security+agreement",
    "/search?q=w{n}&party=UA",
    "/search?q=w{n}&lang_of=pl&tier=official",
    "/articles/{article}",
    "/review",
    "/deliveries",
    "/sources",
    "/status",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one page costs: bytes, and milliseconds."""

    size: int
    first: float
    wall: float
    slow: float
    cpu: float


def register(storage: Storage) -> None:
    """Steps in review, and deliveries, which the corpus has none of."""
    with storage.writing() as w:
        if w.counts().review_steps:
            return
        for number in range(0, 2000, 20):
            w.update_step(
                f"s{number}", state=StepState.REVIEW, reason="doubtful: confidence 0.61 is under 0.80"
            )
        for number in range(0, 2000, 2):
            alert = w.add_alert(AlertRecord(step_id=f"s{number}", kind="new", created=NOW))
            w.add_deliveries(
                [
                    DeliveryRecord(
                        alert_id=alert.id or 0, channel="mail", route="all", key=f"k{number}",
                        step_id=f"s{number}", state=DeliveryState.SENT, created=NOW, sent_at=NOW,
                    )
                ]
            )  # fmt: skip


def written(path: str, number: int) -> str:
    """The number-th address of this kind."""
    return path.format(step=f"s{1999 - number}", article=COUNT - number * 50, n=2000 + number)


def cost_of(client: TestClient, path: str) -> Cost:
    """Ask for it again and again, in English and Ukrainian by turns."""
    walls, cpus, size = [], [], 0
    for number in range(REPEATS + 1):
        cpu, start = time.process_time(), time.perf_counter()
        answer = client.get(written(path, number), headers={"Accept-Language": "uk" if number % 2 else "en"})
        walls.append((time.perf_counter() - start) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
        size = max(size, len(answer.content))
    return Cost(
        size=size,
        first=walls[0],
        wall=statistics.median(walls[1:]),
        slow=max(walls[1:]),
        cpu=statistics.median(cpus[1:]),
    )


def main() -> None:
    """Asks for all pages."""
    storage = kept(os.environ.get("PACTWATCH_BENCH_POSTGRES"))
    register(storage)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        path.write_text("sources:\n" + "".join(SOURCE.format(n=n) for n in range(200)), encoding="utf-8")
        config = load_config(path)
        app = make_app(storage, config, rules_of(config), now=lambda: NOW + timedelta(minutes=1))
        client = TestClient(app, base_url="http://127.0.0.1:8642")
        print(f"{COUNT} articles, {storage.description.split(',')[0]}; load {os.getloadavg()[0]:.1f}")
        print(f"  {'page':<42}    bytes   CPU ms  wall ms  slowest    first")
        for page in PATHS:
            cost = cost_of(client, page)
            large = " OVER" if cost.size > 150_000 or cost.cpu > 100 else ""
            print(
                f"  {page:<42} {cost.size:8} {cost.cpu:8.1f} {cost.wall:8.1f} {cost.slow:8.1f} "
                f"{cost.first:8.1f}{large}",
                flush=True,
            )
    storage.close()


if __name__ == "__main__":
    main()
