"""Hostile documents: bounded in time and memory, and nothing outside them is read."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders import extract_page, parse_feed
from spiders.items import Kind, Selectors, Source
from spiders.readers.by_kind import READERS
from spiders.readers.failures import TooCostlyError, UnreadableError
from spiders.readers.feed import Feed
from spiders.readers.limits import is_costly, read_page, read_source

HEAD = b'<rss version="2.0"><channel><title>x</title>'
TAIL = b"</channel></rss>"
ITEM = b"<item><title>A title</title><link>https://e.example/1</link></item>"
URL = "https://e.example/feed"
FEED = Source(id="feed", url=URL, zone="Europe/Kyiv")
LISTING = Source(
    id="listing", url=URL, kind=Kind.LISTING, selectors=Selectors(item="p", link="a", title="a", date="time")
)
JSON = Source(id="json", url=URL, kind=Kind.JSON, paths={"items": "items", "link": "url", "title": "title"})
SITEMAP = Source(id="sitemap", url=URL, kind=Kind.SITEMAP)


def deep(tag: bytes) -> bytes:
    return HEAD + b"<item>" + tag * 200_000 + b"</item>" + TAIL


BOMBS: dict[str, Callable[[], bytes]] = {
    "200,000 items": lambda: HEAD + ITEM * 200_000 + TAIL,
    "a title of 30 MB": lambda: HEAD + b"<item><title>" + b"a & b" * 6_000_000 + b"</title></item>" + TAIL,
    "200,000 levels": lambda: deep(b"<b>"),
    "200,000 levels around a feed": lambda: b"<a>" * 200_000 + HEAD + ITEM + TAIL,
    "200,000 items in each other": lambda: HEAD + b"<item>" * 200_000,
    "100,000 attributes": lambda: HEAD + b"<item %s/>" % b" ".join(b'a%d="1"' % n for n in range(100_000)),
    "a million less-than signs": lambda: HEAD + b"<" * 1_000_000,
    "a million ampersands": lambda: HEAD + b"<item><title>" + b"&" * 1_000_000,
    "half a million open scripts": lambda: HEAD + b"<item><title>" + b"&lt;script " * 500_000,
    "nested JSON": lambda: b"[" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_costs_no_more_than_its_limit(name: str) -> None:
    body = BOMBS[name]()
    before = os.times()
    try:
        read_source(body, URL, None, FEED, seconds=4, megabytes=300)
    except UnreadableError as error:
        assert error.failure  # noqa: PT017 - either way is right; what counts is the price
    spent = os.times()
    cpu = (spent.children_user + spent.user) - (before.children_user + before.user)
    assert cpu < 8, "4 s of the child, and reading its answer"


def test_levels_without_end_are_left_to_the_child_in_any_encoding() -> None:
    around = BOMBS["200,000 levels around a feed"]().decode()
    assert is_costly(around.encode())
    assert is_costly(around.encode("utf-16"))
    assert not is_costly(HEAD + ITEM * 2_000 + b"<item><description><![CDATA[" + b"text<br>" * 1_000 + TAIL)


def test_a_broken_limit_has_its_own_name() -> None:
    body = HEAD + b"<item><title>" + b"&amp; " * 3_000_000 + b"</title></item>" + TAIL
    with pytest.raises(TooCostlyError):
        read_source(body, URL, None, FEED, seconds=4, megabytes=10)


def test_the_child_gives_what_the_parent_would() -> None:
    body = HEAD + b"<ttl>60</ttl>" + ITEM * 6_000 + TAIL
    assert is_costly(body)
    assert read_source(body, URL, None, FEED) == parse_feed(body, URL, zone="Europe/Kyiv")


def test_plain_feeds_stay_in_this_process() -> None:
    body = HEAD + ITEM * 500 + TAIL
    assert not is_costly(body)
    started = time.perf_counter()
    is_costly(body * 20)
    assert time.perf_counter() - started < 0.05


# Of two megabytes like these an extractor makes up to a quarter of a minute.
PAGE = b"<html><head><title>A title</title></head><body>"
PAGES: dict[str, Callable[[], bytes]] = {
    "open paragraphs": lambda: PAGE + b"<p>" * 330_000,
    "paragraphs": lambda: PAGE + b"<p>abc</p>" * 100_000,
    "breaks": lambda: PAGE + b"<br>" * 250_000,
    "items of a list": lambda: PAGE + b"<li>x" * 200_000,
    "links": lambda: PAGE + b"<p><a href='/a/b/1'>News about it</a></p>" * 25_000,
    "a title of many parts": lambda: b"<html><title>" + b"x | " * 500_000 + b"</title><body>x",
    "no word but one": lambda: PAGE + b"word " * 400_000,
    "one class after another": lambda: PAGE + b"<p class='" + b"c " * 1_000_000 + b"'>x</p>",
}
LISTS: dict[str, tuple[Source, Callable[[], bytes]]] = {
    **{
        f"a listing of {name}": (LISTING, body) for name, body in PAGES.items() if name in ("links", "breaks")
    },
    "objects": (JSON, lambda: b'{"items":[' + b'{"url":1},' * 200_000 + b"{}]}"),
    "a string of objects": (JSON, lambda: b'{"items":"[' + b'{\\"url\\":1},' * 150_000 + b'{}]"}'),
    "pages": (SITEMAP, lambda: b"<urlset>" + b"<url><loc>/a</loc></url>" * 80_000 + b"</urlset>"),
    "ampersands": (SITEMAP, lambda: b"<urlset><url><loc>" + b"&" * 2_000_000),
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_costs_this_process_more_than_seconds(name: str) -> None:
    body = PAGES[name]()
    before = time.process_time()
    try:
        read_page(body, URL, "text/html", LISTING, fetched=datetime.now(UTC), seconds=4)
    except UnreadableError as error:
        assert error.failure  # noqa: PT017 - either way is right; what counts is the price
    assert time.process_time() - before < 4


@pytest.mark.parametrize("name", sorted(LISTS))
def test_no_listing_costs_this_process_more_than_seconds(name: str) -> None:
    source, body = LISTS[name]
    before = time.process_time()
    try:
        found = read_source(body(), URL, None, source, seconds=4)
    except UnreadableError as error:
        assert error.failure  # noqa: PT017 - as above
    else:
        assert len(found.entries) <= 5_000
    assert time.process_time() - before < 2


MANY: dict[Kind, tuple[Source, bytes]] = {
    Kind.LISTING: (
        LISTING,
        PAGE + b"".join(b"<p><time>2.1.2024</time><a href='/%d'>Title</a>" % n for n in range(4_500)),
    ),
    Kind.JSON: (
        JSON,
        b'{"items":[%s]}' % b",".join(b'{"url":"/%d","title":"A {}{}"}' % n for n in range(4_500)),
    ),
    Kind.SITEMAP: (
        SITEMAP,
        b"<urlset>%s</urlset>"
        % b"".join(b"<url><loc>/%d</loc><lastmod>2024-01-02</lastmod></url>" % n for n in range(25_000)),
    ),
}


@pytest.mark.parametrize("kind", sorted(MANY))
def test_the_child_reads_every_kind_as_the_parent_would(kind: Kind) -> None:
    source, body = MANY[kind]
    before = os.times()
    read = read_source(body, URL, None, source)
    assert os.times().children_user > before.children_user
    assert read == READERS[kind](body, URL, None, source)


def test_the_child_reads_a_page_as_the_parent_would() -> None:
    now = datetime.now(UTC)
    text = b"<p>The two sides met today and spoke for a while about what they may do together.</p>" * 20
    links = b"<a href='/treaty.pdf'>The treaty</a><time datetime='2024-02-08T10:00Z'>" + b"<b></b>" * 11_000
    body = PAGE + b"<article>" + text + links + b"</article>"
    before = os.times()
    page = read_page(body, URL, "text/html", LISTING, fetched=now)
    assert os.times().children_user > before.children_user
    assert page == extract_page(body, URL, "text/html", fetched=now, selectors=LISTING.selectors)
    assert page.text
    assert page.documents


def leaks(feed: Feed, secret: str) -> bool:
    return any(secret in entry.title + entry.summary + entry.content + entry.link for entry in feed.entries)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{path}">]>',
        '<!DOCTYPE rss [<!ENTITY % d SYSTEM "file://{path}"> %d; ]>',
        '<!DOCTYPE rss SYSTEM "file://{path}" [<!ENTITY x SYSTEM "{path}">]>',
        '<!DOCTYPE rss PUBLIC "a" "file://{path}"><!DOCTYPE rss [<!ENTITY x SYSTEM "file://{path}">]>',
    ],
)
def test_no_file_is_ever_read(doctype: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret")
    inclusion = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    item = f"<item><title>&x; told</title><description>{inclusion}</description></item>"
    body = doctype.format(path=secret).encode() + HEAD + item.encode() + TAIL
    feed = parse_feed(body, URL)
    assert feed.entries
    assert not leaks(feed, "the-secret")


def test_a_billion_laughs_stay_one() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{entities}]>'
    body = doctype.encode() + HEAD + b"<item><title>&l11; told</title></item>" + TAIL
    (entry,) = parse_feed(body, URL).entries
    assert len(entry.title) < 100


def test_an_entity_repeated_very_often_is_not_expanded() -> None:
    doctype = b'<!DOCTYPE rss [<!ENTITY a "' + b"A" * 100 + b'">]>'
    body = doctype + HEAD + b"<item><title>" + b"&a;" * 50_000 + b"</title></item>" + TAIL
    (entry,) = parse_feed(body, URL).entries
    assert len(entry.title) < 500_000
