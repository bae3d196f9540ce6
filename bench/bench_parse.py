"""Parsing: our reader beside feedparser (as it comes, and with its costly options off) and fastfeedparser.

Over the real feeds beside the project where they are (or in BENCH_FEEDS), else over a synthetic corpus. CPU
time of this process, all readers in turn over each few documents, so that other load on the machine touches
them alike; the best of three rounds for us and the fast one, of one for the slow ones. What we remember of
dates and addresses is forgotten before each round. Ours gives plain text; the others leave the markup, and
feedparser as it comes sanitises it. Entries are counted, so that no speed comes from loss.
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import fastfeedparser
import feedparser

from spiders import canonical_url, read_feed
from spiders.readers.dates import parse_date

URL = "https://example.org/feed.xml"
SHARED = Path(os.environ.get("BENCH_FEEDS", Path(__file__).parents[2] / "shared" / "feeds"))
TOGETHER = 20  # documents between two changes of the reader


def corpus() -> tuple[str, list[bytes]]:
    """Its name, and the documents."""
    files = sorted(path for path in SHARED.glob("*/*") if path.is_file())
    if files:
        return f"{len(files)} real feeds", [path.read_bytes() for path in files]
    return "300 synthetic feeds", [synthetic(number) for number in range(300)]


def synthetic(number: int) -> bytes:
    """An RSS feed of 30 items with HTML descriptions, in three languages."""
    titles = ("Talks on a security agreement", "Переговори щодо безпекової угоди", "Accord de sécurité signé")
    text = "&lt;p&gt;A paragraph with &lt;b&gt;words&lt;/b&gt; in it.&lt;/p&gt;" * 20
    items = "".join(
        f"<item><title>{titles[at % 3]} {number}.{at}</title><link>https://example.org/{number}/{at}</link>"
        f"<guid>https://example.org/{number}/{at}</guid><pubDate>Thu, 08 Feb 2024 10:{at:02}:00 GMT</pubDate>"
        f"<description>{text}</description></item>"
        for at in range(30)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
    )


def measured(read: Callable[[bytes], int], bodies: Sequence[bytes], rounds: int) -> tuple[float, int]:
    """CPU seconds of the best round, and the entries found."""
    times, entries = [], 0
    for _ in range(rounds):
        parse_date.cache_clear()
        canonical_url.cache_clear()
        start = time.process_time()
        entries = sum(read(body) for body in bodies)
        times.append(time.process_time() - start)
    return min(times), entries


def ours(body: bytes) -> int:
    """Entries by our reader."""
    try:
        return len(read_feed(body, URL))
    except ValueError:
        return 0


def theirs(body: bytes) -> int:
    """Entries by feedparser as it comes."""
    return len(feedparser.parse(body).entries)


def theirs_bare(body: bytes) -> int:
    """Entries by feedparser without sanitising and resolving."""
    return len(feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False).entries)


def fast(body: bytes) -> int:
    """Entries by fastfeedparser."""
    try:
        return len(fastfeedparser.parse(body).entries)
    except ValueError:
        return 0


OURS = "spiders.read_feed"
READERS: dict[str, tuple[Callable[[bytes], int], int]] = {  # what it reads with, and how many rounds
    OURS: (ours, 3),
    "feedparser": (theirs, 1),
    "feedparser, options off": (theirs_bare, 1),
    "fastfeedparser": (fast, 3),
}


def main() -> None:
    """Print one line for each reader."""
    name, bodies = corpus()
    size = sum(map(len, bodies)) / 1e6
    print(f"{name}, {size:.1f} MB")
    for read, _ in READERS.values():
        read(synthetic(0))
    spent, entries = dict.fromkeys(READERS, 0.0), dict.fromkeys(READERS, 0)
    for at in range(0, len(bodies), TOGETHER):
        for reader, (read, rounds) in READERS.items():
            seconds, found = measured(read, bodies[at : at + TOGETHER], rounds)
            spent[reader] += seconds
            entries[reader] += found
    for reader, seconds in spent.items():
        ratio = "" if reader == OURS else f"; we are {seconds / spent[OURS]:.1f} times as fast"
        rate = f"{entries[reader] / seconds:9,.0f} a second"
        print(f"{reader:26} {seconds:7.3f} s {entries[reader]:6} entries {rate}{ratio}")


if __name__ == "__main__":
    main()
