"""Parsing: our reader beside feedparser (as it comes, and with its costly options off) and fastfeedparser.

Over the real feeds beside the project where they are, else over a synthetic corpus. CPU time of this
process, the best of three rounds for us and the fast one. Ours gives plain text; the others leave the
markup, and feedparser as it comes sanitises it. Entries are counted, so that no speed comes from loss.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import fastfeedparser
import feedparser

from spiders import read_feed

URL = "https://example.org/feed.xml"
SHARED = Path(__file__).parents[2] / "shared" / "feeds"


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


def main() -> None:
    """Print one line for each reader."""
    name, bodies = corpus()
    size = sum(map(len, bodies)) / 1e6
    print(f"{name}, {size:.1f} MB")
    ours(bodies[0])
    fast(bodies[0])
    peers = {
        "feedparser": (theirs, 1),
        "feedparser, options off": (theirs_bare, 1),
        "fastfeedparser": (fast, 3),
    }
    spent, entries = measured(ours, bodies, 3)
    print(f"{'spiders.read_feed':26} {spent:7.3f} s {entries:6} entries {entries / spent:9.0f} a second")
    for peer, (read, rounds) in peers.items():
        theirs_spent, theirs_entries = measured(read, bodies, rounds)
        ratio = theirs_spent / spent
        print(f"{peer:26} {theirs_spent:7.3f} s {theirs_entries:6} entries; we are {ratio:.1f} times as fast")


if __name__ == "__main__":
    main()
