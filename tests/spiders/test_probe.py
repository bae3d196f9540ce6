"""A probe tells what an address offers, feed or not, and never raises."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from spiders import ProbeReport, probe
from spiders.items import Failure
from spiders.probe import FeedLink, find_feeds
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import answer, hostile_web

DATED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Office</title>
<item><title>Older</title><link>http://office.example/1</link>
<pubDate>Sun, 01 Feb 2026 10:00:00 GMT</pubDate></item>
<item><title>Newer</title><link>http://office.example/2</link>
<pubDate>Mon, 02 Feb 2026 10:00:00 GMT</pubDate></item>
<item><title>Undated</title><link>http://office.example/3</link></item></channel></rss>"""
ROBOTS = b"User-agent: *\nAllow: /\nSitemap: http://office.example/map.xml\n"
HOME = b"""<!doctype html><html><head><base href="/en/"><title>Office</title>
<link rel="alternate" type="application/rss+xml" title="News" href="rss.xml">
<link rel="Alternate" type="application/atom+xml; charset=utf-8" href="https://other.example/atom">
<link rel="alternate" type="application/rss+xml" title="again" href="rss.xml">
<link rel="alternate" hreflang="uk" href="/uk/"><link rel="stylesheet" href="x.css"></head>
<body>Hello</body></html>"""


MAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://office.example/1</loc></url></urlset>"""


def probed(path: str, *, robots: bytes = ROBOTS, sitemap: bytes = b"") -> ProbeReport:
    behaviours = {
        "feed": answer(
            "200 OK", DATED, 'ETag: "v1"', 'Link: <https://hub.example/>; rel="hub"', "Content-Type: text/xml"
        ),
        "home": answer("200 OK", HOME, "Content-Type: text/html"),
        "sitemap.xml": answer("200 OK", sitemap) if sitemap else answer("404 Not Found"),
    }

    async def run() -> ProbeReport:
        async with hostile_web(behaviours) as web, crawling() as crawler:
            web.robots = answer("200 OK", robots)
            return await probe(web.url(path), crawler, source=make_source(web.url("other")))

    return asyncio.run(run())


def test_a_feed_is_described() -> None:
    report = probed("feed")
    assert (report.failure, report.http_status, report.is_feed) == (None, 200, True)
    assert (report.entries, report.dated) == (3, 2)
    assert (report.newest, report.newest_title) == (datetime(2026, 2, 2, 10, tzinfo=UTC), "Newer")
    assert (report.validators.etag, report.hub) == ('"v1"', "https://hub.example/")
    assert (report.content_type, report.body_bytes) == ("text/xml", len(DATED))
    assert report.sitemaps == ("http://office.example/map.xml",)
    assert timedelta(0) < report.took < timedelta(seconds=5)


def test_a_page_names_its_feeds() -> None:
    report = probed("home")
    assert (report.is_feed, report.failure) == (False, Failure.NOT_A_FEED)
    assert [link.title for link in report.feeds] == ["News", ""]


def test_where_robots_txt_names_no_sitemap_the_usual_place_is_looked_at() -> None:
    silent = b"User-agent: *\nAllow: /\n"
    (found,) = probed("home", robots=silent, sitemap=MAP).sitemaps
    assert found.endswith("/sitemap.xml")
    assert probed("home", robots=silent).sitemaps == ()
    assert probed("home", robots=silent, sitemap=HOME).sitemaps == (), (
        "many sites answer anything with a page"
    )
    assert probed("home", sitemap=MAP).sitemaps == ("http://office.example/map.xml",)


def test_feeds_are_found_with_absolute_addresses_and_once() -> None:
    assert find_feeds(HOME, "https://office.example/") == (
        FeedLink(url="https://office.example/en/rss.xml", title="News", content_type="application/rss+xml"),
        FeedLink(url="https://other.example/atom", content_type="application/atom+xml"),
    )


@pytest.mark.parametrize("body", [b"", b"\0\xff", b"<", b"plain text", b"<?xml version='1.0'?>"])
def test_what_is_no_page_names_no_feeds(body: bytes) -> None:
    assert find_feeds(body, "https://office.example/") == ()


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("404", Failure.NOT_FOUND),
        ("redirect-octal", Failure.ADDRESS_REFUSED),
        ("gzip-bomb", Failure.TOO_LARGE),
    ],
)
def test_a_failure_is_a_report_too(path: str, failure: Failure) -> None:
    report = probed(path)
    assert report.failure is failure
    assert report.error
