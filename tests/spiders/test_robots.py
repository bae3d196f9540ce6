"""robots.txt is asked for pages and listings, once a day, and a site that cannot be asked is left alone."""

import asyncio
from datetime import timedelta

import pytest

from spiders import Limits
from spiders.items import Failure, Kind, Page, Source, Visit
from tests.spiders.crawling import USER_AGENT, crawling, make_source
from tests.spiders.hostile import Behaviour, answer, hostile_web, never_answers, redirect

RULES = b"User-agent: *\nDisallow: /private\nSitemap: http://127.0.0.1/sitemap.xml\n"
FOR_US = b"User-agent: PactWatchTest\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
ARTICLE = (
    b"<html><head><title>Talks</title></head><body><article><p>"
    + b"Talks were opened. " * 30
    + b"</p></article></body></html>"
)
PATHS = {"page": answer("200 OK", ARTICLE, "Content-Type: text/html"), "private": answer("200 OK", ARTICLE)}


def read(robots: Behaviour, *paths: str, **changes: object) -> tuple[list[Page], list[str]]:
    """Return the pages read, one after the other, and what the server was asked."""

    async def run() -> tuple[list[Page], list[str]]:
        limits = Limits(connect=timedelta(seconds=0.3))
        async with hostile_web(PATHS) as web, crawling(limits=limits) as crawler:
            web.robots = robots
            source = make_source(web.url("good"), **changes)
            pages = [await crawler.read_page(web.url(path), source) for path in paths]
            return pages, [asked.path for asked in web.asked]

    return asyncio.run(run())


def test_rules_are_asked_once_and_kept() -> None:
    pages, asked = read(answer("200 OK", RULES), "page", "private", "page")
    assert [page.failure for page in pages] == [None, Failure.ROBOTS, None]
    assert asked == ["/robots.txt", "/page", "/page"]


def test_rules_for_our_own_name_count() -> None:
    assert USER_AGENT.startswith("PactWatchTest/")
    pages, _ = read(answer("200 OK", FOR_US), "page")
    assert pages[0].failure is Failure.ROBOTS


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"])
def test_a_robots_txt_that_is_not_there_means_no_rules(status: str) -> None:
    pages, _ = read(answer(status, RULES), "private")
    assert pages[0].failure is None


@pytest.mark.parametrize(
    "status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"]
)
def test_a_robots_txt_that_is_broken_means_wait(status: str) -> None:
    pages, asked = read(answer(status), "page", "page")
    assert [page.failure for page in pages] == [Failure.ROBOTS, Failure.ROBOTS]
    assert asked == ["/robots.txt"], "asked again only after a while"


def test_a_robots_txt_that_never_comes_is_a_timeout() -> None:
    pages, asked = read(never_answers, "page")
    assert (pages[0].failure, asked) == (Failure.TIMEOUT, ["/robots.txt"])


def test_a_robots_txt_that_redirects_for_ever_means_no_rules() -> None:
    pages, _ = read(redirect("/robots.txt"), "page")
    assert pages[0].failure is None


def test_the_operator_may_switch_it_off_for_a_source() -> None:
    pages, asked = read(answer("200 OK", RULES), "private", obey_robots=False)
    assert (pages[0].failure, asked) == (None, ["/private"])


def test_feeds_are_not_asked_about_and_listings_are() -> None:
    async def run() -> tuple[Visit, Visit, list[str]]:
        async with hostile_web() as web, crawling() as crawler:
            web.robots = answer("200 OK", b"User-agent: *\nDisallow: /\n")

            def source(kind: Kind) -> Source:
                return make_source(web.url("good"), kind=kind)

            feed, listing = await crawler.visit(source(Kind.FEED)), await crawler.visit(source(Kind.LISTING))
            return feed, listing, [asked.path for asked in web.asked]

    feed, listing, asked = asyncio.run(run())
    assert (feed.failure, listing.failure) == (None, Failure.ROBOTS)
    assert asked == ["/good", "/robots.txt"]
