"""CPU seconds per 1,000 polls of feeds over TLS, keep-alive off: bare aiohttp, PactWatch, Scrapy's defaults.

Every client is a process of its own, polls each host once a round, and counts its own user and system
time; the servers have another. Goal: an unchanged feed costs at most twice the CPU of bare aiohttp.
`python -m bench fetch`; BENCH_HOSTS and BENCH_ROUNDS change the size, BENCH_READER_PYTHON
names an interpreter that has lemon24/reader (its second round is counted, so its 304 round).
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
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.loopback_feeds import ETAG, address

HOSTS = int(os.environ.get("BENCH_HOSTS", "400"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
READER_PYTHON = os.environ.get("BENCH_READER_PYTHON", sys.executable)
CONCURRENCY = 32


async def poll_with_aiohttp(urls: list[str], root: str, path: str) -> int:
    """Poll by aiohttp alone: TLS verified, body read and hashed, nothing else."""
    import aiohttp

    places = asyncio.Semaphore(CONCURRENCY)
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=root), force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def poll(url: str) -> int:
            async with places, session.get(url, headers={"If-None-Match": ETAG}) as response:
                hashlib.sha256(await response.read()).hexdigest()
                return response.status

        statuses = await asyncio.gather(*(poll(url + path) for url in urls))
    return sum(status in (200, 304) for status in statuses)


async def poll_with_pactwatch(urls: list[str], root: str, path: str) -> int:
    """Poll by our crawler: guard, politeness, limits, validators; changed bodies are parsed."""
    from spiders import Crawler
    from spiders.engine.connecting import make_tls_context
    from spiders.items import Outcome, Source, Validators

    tls = make_tls_context()
    tls.load_verify_locations(root)
    crawler = Crawler(user_agent="PactWatchBench/1", concurrency=CONCURRENCY, tls=tls)
    await crawler.start()
    known = Validators(etag=ETAG)
    sources = [
        Source(
            id=url, url=url + path, allow_private=True, min_delay=timedelta(0), timeout=timedelta(seconds=60)
        )
        for url in urls
    ]
    visits = await asyncio.gather(*(crawler.visit(source, validators=known) for source in sources))
    await crawler.stop()
    return sum(visit.outcome is not Outcome.FAILED for visit in visits)


def poll_with_scrapy(urls: list[str], root: str, path: str) -> int:
    """Poll by Scrapy with its default settings (it does not verify TLS by default)."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Poller(scrapy.Spider):
        name = "poller"
        custom_settings = {"LOG_LEVEL": "WARNING"}  # noqa: RUF012  # Scrapy's own way
        handle_httpstatus_list = [304]  # noqa: RUF012
        done = 0

        async def start(self):  # type: ignore[no-untyped-def]
            for url in urls:
                yield scrapy.Request(url + path, headers={"If-None-Match": ETAG})

        def parse(self, response: scrapy.http.Response) -> None:
            hashlib.sha256(response.body).hexdigest()
            Poller.done += 1

    process = CrawlerProcess()
    process.crawl(Poller)
    process.start()
    return Poller.done


def poll_with_reader(urls: list[str], root: str, path: str) -> int:
    """Poll by lemon24/reader into a database in memory, one worker a core; it sends its own validators."""
    reader = importlib.import_module("reader")
    adapters: Any = importlib.import_module("requests.adapters")
    adapters.DEFAULT_CA_BUNDLE_PATH = root  # reader prepares its requests itself and reads no environment
    feeds = reader.make_reader(":memory:", feed_root=None)
    for url in urls:
        feeds.add_feed(url + path)
    feeds.update_feeds(workers=2)
    before["cpu"] = cpu_now()  # the first ingest is another measurement: the round after it counts
    feeds.update_feeds(workers=2, scheduled=False)
    return sum(feed.last_exception is None for feed in feeds.get_feeds())


before = {"cpu": 0.0}


def cpu_now() -> float:
    """Return this process's CPU seconds so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


SYNC_CLIENTS: dict[str, Callable[[list[str], str, str], int]] = {
    "scrapy": poll_with_scrapy,
    "reader": poll_with_reader,
}
ASYNC_CLIENTS: dict[str, Callable[[list[str], str, str], Awaitable[int]]] = {
    "aiohttp": poll_with_aiohttp,
    "pactwatch": poll_with_pactwatch,
}


def run_client(name: str, root: str, port: int, path: str, hosts: int) -> None:
    """Poll once and print what it cost; `hosts` 0 tells what starting costs."""
    urls = [f"https://{address(number)}:{port}" for number in range(hosts)]
    started = time.monotonic()
    if name in SYNC_CLIENTS:
        done = SYNC_CLIENTS[name](urls, root, path)
    else:
        done = asyncio.run(ASYNC_CLIENTS[name](urls, root, path))  # type: ignore[arg-type]
    report = {
        "done": done,
        "cpu": cpu_now() - before["cpu"],
        "wall": time.monotonic() - started,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(report))


def measure(name: str, root: Path, port: int, path: str, hosts: int) -> dict[str, float]:
    """Return what one client process reports."""
    python = READER_PYTHON if name == "reader" else sys.executable
    command = [python, "-m", "bench.bench_fetch", name, str(root), str(port), path, str(hosts)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    report: dict[str, float] = json.loads(output.splitlines()[-1])
    return report


def has_reader() -> bool:
    """Return whether lemon24/reader can be asked too."""
    command = [READER_PYTHON, "-c", "import reader"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def median(values: list[float]) -> float:
    """Return the middle value."""
    return sorted(values)[len(values) // 2]


def main() -> None:
    """Run all clients in turn, ROUNDS times, and print the medians."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        command = [sys.executable, "-m", "bench.loopback_feeds", temporary, str(HOSTS), str(port)]
        server = subprocess.Popen(command)
        try:
            while not (folder / "ready").exists():
                time.sleep(0.2)
            compare(folder / "root.pem", port)
        finally:
            server.kill()
            server.wait()


def compare(root: Path, port: int) -> None:
    """Print a table of clients and what a poll costs each."""
    names = ["aiohttp", "pactwatch", "scrapy", *(["reader"] if has_reader() else [])]
    idle = {name: measure(name, root, port, "/", 0)["cpu"] for name in names}
    print(
        f"{HOSTS} hosts, TLS, a new connection each; CPU s per 1,000 polls less start-up, median of {ROUNDS}"
    )
    for title, path in (("304 unchanged", "/feed"), ("200 changed", "/changed")):
        runs = {name: [] for name in names}  # type: dict[str, list[dict[str, float]]]
        for _ in range(ROUNDS):
            for name in names:
                runs[name].append(measure(name, root, port, path, HOSTS))
        bare = 0.0
        for name in names:
            cpu = (median([run["cpu"] for run in runs[name]]) - idle[name]) / HOSTS * 1000
            bare = bare or cpu
            wall, done = median([run["wall"] for run in runs[name]]), int(runs[name][0]["done"])
            memory = max(run["rss_mb"] for run in runs[name])
            print(
                f"  {title:14} {name:10} {cpu:6.2f} s  {cpu / bare:5.2f} x aiohttp"
                f"  {HOSTS / wall:6.0f} polls/s  {memory:4.0f} MB  {done}/{HOSTS} answered"
            )


if __name__ == "__main__":
    if len(sys.argv) == 6:
        run_client(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
    else:
        main()
