"""What one answer may cost us, in one place."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on every fetch: sizes in bytes after decompression, times as timedeltas."""

    feed_bytes: int = 10_000_000
    feed_entries: int = 10_000  # of one feed or listing; sitemaps may have 50,000 by their own rules
    page_bytes: int = 2_000_000
    pdf_bytes: int = 10_000_000  # official pages link their treaties as PDFs
    robots_bytes: int = 512_000  # RFC 9309 section 2.5 asks for at least 500 KiB
    refusal_bytes: int = 65_536  # of the body of an error page: enough to recognise a challenge
    redirects: int = 5
    connect: timedelta = timedelta(seconds=10)  # one address, TLS handshake included
    resolve: timedelta = timedelta(seconds=10)
    lookups: int = 64  # name lookups at once; one that hangs holds a place until the system gives up
    robots_fresh: timedelta = timedelta(days=1)  # RFC 9309 section 2.4
    robots_sites: int = 10_000  # kept at most; the oldest go first
    robots_retry: timedelta = timedelta(minutes=10)  # after a robots.txt that could not be read
    crawl_delay: timedelta = timedelta(
        seconds=10
    )  # the longest we wait by a site's word; no part of RFC 9309
    retry_after: timedelta = timedelta(hours=24)
    jitter: float = 0.1  # of the delay between two requests to a host
    parse_seconds: int = 10  # of CPU, for a body that looks costly
    parse_megabytes: int = 40  # and the body's own size: enough for a feed of 9 MB in Latin letters
    page_megabytes: int = 100  # of which the extractor of articles needs most before it begins
