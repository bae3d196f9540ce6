"""What the web room takes and gives: Source in; Visit, Entry and Page out.

All are frozen values. A failure of one source or page is a value here, never an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """How a source is read."""

    FEED = "feed"
    LISTING = "listing"
    SITEMAP = "sitemap"
    JSON = "json"
    TELEGRAM = "telegram"
    GDELT = "gdelt"
    GOOGLE_NEWS = "google_news"


class Failure(StrEnum):
    """Why a visit or a page failed. Each has its own back-off and its own advice to the operator."""

    TIMEOUT = "timeout"
    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    ADDRESS_REFUSED = "address_refused"  # a non-public address (spiders.guard)
    ROBOTS = "robots"
    BLOCKED = "blocked"  # 401, 403, 451, challenge pages, captchas: never evaded
    NOT_FOUND = "not_found"  # 404, 410
    RATE_LIMITED = "rate_limited"  # 429, 503 with Retry-After
    HTTP = "http"  # any other 4xx or 5xx
    REDIRECT = "redirect"  # loop, too many, or to nowhere
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    ENCODING = "encoding"  # broken or lying Content-Encoding
    NOT_A_FEED = "not_a_feed"  # 200 with HTML or anything else where a feed was expected
    EMPTY = "empty"  # 200 without a body, or without entries where there were some
    MALFORMED = "malformed"
    TOO_COSTLY = "too_costly"  # parsing broke its time or memory limit
    OFFLINE = "offline"  # nothing at all can be reached
    INTERNAL = "internal"  # a bug of ours; logged with its traceback


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """Where a listing keeps its items: CSS selectors, all but `item` looked up inside each item.

    An attribute is written `a::attr(href)`; without one, the element's text is taken. Article
    selectors (`body`, `heading`, `article_date`) override the generic extraction on article pages.
    """

    item: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None
    summary: str | None = None
    next_page: str | None = None
    date_format: str | None = None
    heading: str | None = None
    body: str | None = None
    article_date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageApi:
    """The JSON interface behind article pages that are empty without scripts.

    `link` is a regular expression (RE2) with named groups that an entry's link must match, `address` a
    template with their names, `text` and `title` dotted paths in the answer.
    """

    link: str
    address: str
    text: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place we poll, as the web room needs to know it."""

    id: str
    url: str
    kind: Kind = Kind.FEED
    language: str | None = None
    zone: str = "UTC"  # IANA name; for dates without a zone
    selectors: Selectors = field(default_factory=Selectors)
    paths: Mapping[str, str] = field(default_factory=dict)  # JSON API: field -> dotted path
    headers: Mapping[str, str] = field(default_factory=dict)
    min_delay: timedelta = timedelta(seconds=1)  # between two requests to this source's host
    timeout: timedelta = timedelta(seconds=30)  # the whole visit, not one read
    obey_robots: bool = True
    allow_private: bool = False  # loopback and private addresses: only by the operator's own config
    pages: int = 1  # how many pages of a listing one visit may read
    page_api: PageApi | None = None  # where its articles are, if not on their pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave us to ask "has it changed?" with."""

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a feed or listing. Times are aware UTC or None; text is plain, never markup."""

    id: str
    link: str
    title: str = ""
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    publisher_url: str | None = None  # the site behind it, where an aggregator names one


class Outcome(StrEnum):
    """How a visit ended."""

    CHANGED = "changed"  # a body was read; entries holds all that it lists
    UNCHANGED = "unchanged"  # 304, or the same body as before
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One poll's outcome. Always comes back, by the source's own deadline."""

    source_id: str
    started: datetime
    finished: datetime
    outcome: Outcome
    entries: tuple[Entry, ...] = ()
    failure: Failure | None = None
    error: str | None = None  # one line for a human; no secret in it
    http_status: int | None = None
    final_url: str | None = None
    moved_to: str | None = None  # a permanent redirect proposes a new address
    validators: Validators = field(default_factory=Validators)
    body_bytes: int = 0
    retry_after: timedelta | None = None  # asked for by the server (capped at 24 h)
    fresh_for: timedelta | None = None  # Cache-Control max-age or a feed's ttl
    hub: str | None = None  # a WebSub hub the feed advertises
    topic: str | None = None  # what the feed calls its own address, by which the hub knows it
    partial: bool = False  # entries were saved from a broken document
    next_page: str | None = None  # where older entries are listed, past what this visit read


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A PDF that an article page links from its text, on its own site."""

    url: str
    name: str = ""  # what the link says


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article page read in full, or why it could not be."""

    url: str
    fetched: datetime
    canonical_url: str
    title: str = ""
    text: str = ""
    published: datetime | None = None
    language: str | None = None
    failure: Failure | None = None
    error: str | None = None
    http_status: int | None = None
    body: bytes = b""  # raw bytes, for evidence
    headers: Mapping[str, str] = field(default_factory=dict)
    sha256: str | None = None
    documents: tuple[Document, ...] = ()
