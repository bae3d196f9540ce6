"""Whole rounds over many hosts, TLS, keep-alive off: a first ingest, one in which nothing and one in which a
third has changed, by each client in a process of its own.

aiohttp alone fetches and hashes; with feedparser it also parses what changed, and stores nothing; Scrapy has
its default settings and parses nothing; lemon24/reader and PactWatch (guard, politeness, a record of each
visit) store all entries in a SQLite file. The feeds carry whole texts, as real ones do on average: 22 of
them, some 95 kB. CPU is a client's own user and system time; the servers share the machine.
`python -m bench round`; BENCH_HOSTS (300) and BENCH_ROUNDS (1) change the size, BENCH_READER_PYTHON names
an interpreter that has lemon24/reader.
"""

import asyncio
import hashlib
import importlib
import json
import os
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.bench_fetch import CONCURRENCY, READER_PYTHON, cpu_now, has_reader, median
from bench.loopback_feeds import address

HOSTS = int(os.environ.get("BENCH_HOSTS", "300"))
RUNS = int(os.environ.get("BENCH_ROUNDS", "1"))
ROUNDS = ("first ingest", "all unchanged", "a third changed")


class Laps:
    """CPU and wall seconds of each round; before the last one a third of the feeds change."""

    def __init__(self, turn: str, root: str) -> None:
        self.cpu: list[float] = []
        self.wall: list[float] = []
        self._turn, self._root = turn, root

    def begin(self) -> None:
        """A round begins."""
        if len(self.cpu) == len(ROUNDS) - 1:
            urllib.request.urlopen(self._turn, context=ssl.create_default_context(cafile=self._root)).close()
        self._began = cpu_now(), time.monotonic()

    def end(self) -> None:
        """It is over."""
        self.cpu.append(cpu_now() - self._began[0])
        self.wall.append(time.monotonic() - self._began[1])


Told = tuple[int, int | None]  # answers in all rounds, entries stored


def with_aiohttp(urls: list[str], root: str, laps: Laps) -> Told:
    """Fetch and hash."""
    return asyncio.run(_fetch(urls, root, laps, lambda body: hashlib.sha256(body).hexdigest()))


def with_feedparser(urls: list[str], root: str, laps: Laps) -> Told:
    """Fetch, and parse what has changed."""
    import feedparser

    return asyncio.run(_fetch(urls, root, laps, feedparser.parse))


async def _fetch(urls: list[str], root: str, laps: Laps, read: Callable[[bytes], Any]) -> Told:
    import aiohttp

    places, done, etags = asyncio.Semaphore(CONCURRENCY), 0, dict[str, str]()
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=root), force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def poll(url: str) -> int:
            headers = {"If-None-Match": etags[url]} if url in etags else {}
            async with places, session.get(url, headers=headers) as response:
                body = await response.read()
                if response.status == 200:
                    etags[url] = response.headers["ETag"]
                    read(body)
                return response.status in (200, 304)

        for _ in ROUNDS:
            laps.begin()
            done += sum(await asyncio.gather(*map(poll, urls)))
            laps.end()
    return done, None


def with_scrapy(urls: list[str], root: str, laps: Laps) -> Told:
    """Fetch by Scrapy's default settings (it does not verify TLS by default) and hash."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Poller(scrapy.Spider):
        name = "poller"
        handle_httpstatus_list = [304]  # noqa: RUF012  # Scrapy's own way
        done = 0
        etags = dict[str, bytes]()  # noqa: RUF012

        async def start(self):  # type: ignore[no-untyped-def]
            for number in range(1, len(ROUNDS) + 1):
                laps.begin()
                for url in urls:
                    headers = {"If-None-Match": self.etags[url]} if url in self.etags else {}
                    yield scrapy.Request(url, headers=headers, dont_filter=True)
                while Poller.done < number * len(urls):  # noqa: ASYNC110  # a callback counts
                    await asyncio.sleep(0.02)
                laps.end()

        def parse(self, response: scrapy.http.Response) -> None:
            hashlib.sha256(response.body).hexdigest()
            self.etags[response.url] = response.headers["ETag"] or b""
            Poller.done += 1

    process = CrawlerProcess({"LOG_LEVEL": "WARNING"})
    process.crawl(Poller)
    process.start()
    return Poller.done, None


def with_reader(urls: list[str], root: str, laps: Laps) -> Told:
    """lemon24/reader on a database file, two workers."""
    reader = importlib.import_module("reader")
    adapters: Any = importlib.import_module("requests.adapters")
    adapters.DEFAULT_CA_BUNDLE_PATH = root  # reader prepares its requests itself and reads no environment
    feeds, done = reader.make_reader("reader.db", feed_root=None), 0
    for url in urls:
        feeds.add_feed(url)
    for _ in ROUNDS:
        laps.begin()
        feeds.update_feeds(workers=2, scheduled=False)
        laps.end()
        done += sum(feed.last_exception is None for feed in feeds.get_feeds())
    return done, feeds.get_entry_counts().total


def with_pactwatch(urls: list[str], root: str, laps: Laps) -> Told:
    """The whole watch as `pactwatch poll` runs it, on a database file."""
    os.environ["SSL_CERT_FILE"] = root
    head = (
        "contact: mailto:bench@example.org\nwatch: {parties: [UA]}\nweb: {enabled: false}\n"
        "channels: {console: {kind: console}}\nroutes: [{name: all, channels: [console]}]\n"
        f"schedule: {{concurrency: {CONCURRENCY}}}\nsources:\n"
    )
    sources = "".join(
        f"  - {{id: office{n}, publisher: Office {n}, tier: press, language: en, url: '{url}',"
        " allow_private: true}\n"
        for n, url in enumerate(urls)
    )
    Path("config.yaml").write_text(head + sources, encoding="utf-8")
    return asyncio.run(_watch(laps))


async def _watch(laps: Laps) -> Told:
    from monitor.config import load_config
    from monitor.service import Service
    from spiders.items import Outcome

    service, done = Service(load_config("config.yaml"), environ=os.environ), 0
    await service.start(chores=False)
    for _ in ROUNDS:
        laps.begin()
        polled = await service.poll_now()
        laps.end()
        done += sum(one.visit.outcome is not Outcome.FAILED for one in polled)
    with service.storage.reading() as r:
        stored = r.counts().entries
    await service.stop()
    return done, stored


CLIENTS: dict[str, Callable[[list[str], str, Laps], Told]] = {
    "aiohttp": with_aiohttp,
    "aiohttp, feedparser": with_feedparser,
    "scrapy defaults": with_scrapy,
    "reader": with_reader,
    "pactwatch": with_pactwatch,
}


def run_client(name: str, root: str, port: int, hosts: int, own: str) -> None:
    """Do all rounds in a new folder and print what they cost; `own` is the name its feeds change under."""
    at = [f"https://{address(number)}:{port}/{own}" for number in range(hosts)]
    laps = Laps(f"{at[0]}/turn", root)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        done, stored = CLIENTS[name]([f"{one}/feed" for one in at], root, laps)
        os.chdir("/")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": laps.cpu, "wall": laps.wall, "done": done, "stored": stored, "rss_mb": memory}))


def measure(name: str, root: Path, port: int, own: str) -> dict[str, Any]:
    """What one client process reports."""
    python = READER_PYTHON if name == "reader" else sys.executable
    command = [python, "-m", "bench.bench_round", name, str(root), str(port), str(HOSTS), own]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def main() -> None:
    """Serve, let all clients work in turn, and print what each round costs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        server = subprocess.Popen(
            [sys.executable, "-m", "bench.loopback_feeds", temporary, str(HOSTS), str(port)]
        )
        try:
            while not (folder / "ready").exists():
                time.sleep(0.2)
            compare(folder / "root.pem", port)
        finally:
            server.kill()
            server.wait()


def compare(root: Path, port: int) -> None:
    """Print a table of clients and what each round costs them."""
    names = [name for name in CLIENTS if name != "reader" or has_reader()]
    if "reader" not in names:
        print("lemon24/reader is not installed here (BENCH_READER_PYTHON): left out")
    load = os.getloadavg()[0]
    runs = {
        name: [
            measure(name, root, port, f"{name.split()[0].strip(',')}{len(name)}-{at}") for at in range(RUNS)
        ]
        for name in names
    }
    print(f"{HOSTS:,} hosts, TLS, a new connection each; load {load:.1f} before")
    print(f"CPU s per 1,000 polls, median of {RUNS}")
    for at, title in enumerate(ROUNDS):
        cost = {name: median([run["cpu"][at] for run in runs[name]]) / HOSTS * 1000 for name in names}
        for name in names:
            wall = median([run["wall"][at] for run in runs[name]])
            ratio = f"{cost[name] / cost['pactwatch']:5.2f} x ours"
            print(f"  {title:15} {name:20} {cost[name]:7.2f} s  {ratio}  {HOSTS / wall:6.0f} polls/s")
    for name in names:
        last, most = runs[name][-1], max(run["rss_mb"] for run in runs[name])
        kept = "" if last["stored"] is None else f", {last['stored']:,} entries stored"
        answered = f"{last['done']:,} of {HOSTS * len(ROUNDS):,} polls answered"
        print(f"  {name:20} {answered}{kept}; most {most:.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) == 6:
        run_client(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main()
