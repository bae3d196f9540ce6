"""What an address offers to a monitor: feeds, sitemaps, hub, how many items and how fresh."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from spiders.engine.faults import FetchError
from spiders.engine.headers import read_fresh_for, read_hub, read_validators
from spiders.engine.judging import judge_status
from spiders.engine.limits import Limits
from spiders.engine.reading import read_listing
from spiders.items import Entry, Failure, Kind, Source, Validators
from spiders.readers.failures import UnreadableError
from spiders.readers.limits import read_source

if TYPE_CHECKING:
    from spiders.crawler import Crawler
    from spiders.engine.exchange import Fetched
    from spiders.engine.wire import Reply

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a page names: `<link rel="alternate">`."""

    url: str
    title: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """What was found at `url`. `failure` and `error` tell why nothing was, or why it is no feed."""

    url: str
    took: timedelta
    failure: Failure | None = None
    error: str | None = None
    http_status: int | None = None
    final_url: str | None = None
    moved_to: str | None = None
    content_type: str | None = None
    body_bytes: int = 0
    validators: Validators = field(default_factory=Validators)
    fresh_for: timedelta | None = None
    hub: str | None = None
    is_feed: bool = False
    title: str = ""  # what the feed calls itself
    language: str | None = None  # what most of its entries say they are in
    entries: int = 0
    dated: int = 0  # how many entries have a date
    newest: datetime | None = None
    newest_title: str = ""
    partial: bool = False
    feeds: tuple[FeedLink, ...] = ()
    sitemaps: tuple[str, ...] = ()


async def probe(url: str, crawler: "Crawler", *, source: Source | None = None) -> ProbeReport:
    """Return what `url` offers; asks for it once, and for the site's robots.txt (or /sitemap.xml where that
    names no sitemap).

    `source` lends its settings (zone, selectors, allow_private …) where the address is a configured one.
    A failure is a report too; nothing is raised. The crawler must have been started.
    """
    asked = replace(source, url=url) if source is not None else Source(id="probe", url=url)
    started = time.monotonic()
    answer = await crawler.look(url, asked)
    took = timedelta(seconds=time.monotonic() - started)
    if isinstance(answer, FetchError):
        report = ProbeReport(url=url, took=took)
        return _failed(report, answer)
    report = await asyncio.to_thread(_read, _described(url, took, answer), answer.reply, asked)
    sitemaps = await crawler.sitemaps(answer.reply.url, asked)
    return replace(report, sitemaps=sitemaps or await _usual_sitemap(answer.reply.url, asked, crawler))


async def _usual_sitemap(url: str, asked: Source, crawler: "Crawler") -> tuple[str, ...]:
    """The place where sitemaps stand that no robots.txt names, if there is one."""
    usual = urljoin(url, "/sitemap.xml")
    answer = await crawler.look(usual, asked)
    if isinstance(answer, FetchError) or not 200 <= answer.reply.status < 300:
        return ()
    try:
        read_source(
            answer.reply.body,
            usual,
            answer.reply.headers.get("content-type"),
            replace(asked, kind=Kind.SITEMAP),
        )
    except UnreadableError:
        return ()
    return (usual,)


def _described(url: str, took: timedelta, answer: "Fetched") -> ProbeReport:
    reply = answer.reply
    return ProbeReport(
        url=url,
        took=took,
        http_status=reply.status,
        final_url=reply.url,
        moved_to=answer.moved_to,
        content_type=reply.headers.get("content-type"),
        body_bytes=len(reply.body),
        validators=read_validators(reply.headers, None),
        fresh_for=read_fresh_for(reply.headers),
        hub=read_hub(reply.headers),
    )


def _read(report: ProbeReport, reply: "Reply", source: Source) -> ProbeReport:
    """Return the report with what the body holds: entries where it is a feed, else the feeds it names."""
    try:
        judge_status(reply)
        listing = read_listing(reply, source, Limits())
    except FetchError as fault:
        return replace(_failed(report, fault), feeds=find_feeds(reply.body, reply.url))
    newest = max(listing.entries, key=_when, default=None)
    return replace(
        report,
        is_feed=True,
        title=listing.title,
        language=_language(listing.entries),
        entries=len(listing.entries),
        dated=sum(_dated(entry) for entry in listing.entries),
        newest=(newest.published or newest.updated) if newest else None,
        newest_title=newest.title if newest else "",
        hub=report.hub or listing.hub,
        fresh_for=report.fresh_for or listing.fresh_for,
        partial=listing.partial,
    )


def find_feeds(body: bytes, url: str) -> tuple[FeedLink, ...]:
    """Return the feeds that an HTML page names in its head, in their order, addresses absolute."""
    from lxml import etree, html

    try:
        page: Any = html.document_fromstring(body, base_url=url)  # the stubs know only plain elements
        page.make_links_absolute(url, resolve_base_href=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    links: dict[str, FeedLink] = {}
    for link in page.iterfind(".//link[@href]"):
        kind, relation = (
            link.get("type", "").split(";")[0].strip().lower(),
            link.get("rel", "").lower().split(),
        )
        if "alternate" in relation and kind in _FEED_TYPES:
            href = str(link.get("href"))
            links.setdefault(href, FeedLink(url=href, title=str(link.get("title", "")), content_type=kind))
    return tuple(links.values())


def _failed(report: ProbeReport, fault: FetchError) -> ProbeReport:
    return replace(
        report, failure=fault.failure, error=fault.message, http_status=report.http_status or fault.status
    )


def _language(entries: Sequence[Entry]) -> str | None:
    """Two letters, as configurations have them."""
    said = Counter(entry.language[:2].lower() for entry in entries if entry.language)
    return said.most_common(1)[0][0] if said else None


def _dated(entry: Entry) -> bool:
    return bool(entry.published or entry.updated)


def _when(entry: Entry) -> float:
    moment = entry.published or entry.updated
    return moment.timestamp() if moment else float("-inf")
