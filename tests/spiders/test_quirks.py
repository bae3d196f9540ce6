"""Quirks of real sources that belong to no one reader; tests/test_source_quirks.py has the table of all."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.detect import detect
from monitor.detect.findings import Article
from monitor.intake import worth_reading
from monitor.watch import article_of
from spiders import extract_page
from spiders.items import Failure, Kind, Outcome, Page, Selectors, Source, Visit
from spiders.readers.by_kind import READERS
from spiders.readers.failures import MalformedError, NotAFeedError, UnreadableError
from spiders.readers.feed import Feed, parse_feed
from storage import Storage
from storage.records import EntryRecord, SourceRecord
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import answer, hostile_web, redirect
from tests.storage.builders import a_source

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2024, 2, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENTRY = EntryRecord(
    source_id="office", key="1", canonical_url="https://president.example/news/1",
    link="https://president.example/news/1", title="Президент провів зустріч", first_seen=NOW,
)  # fmt: skip
OFFICE = SourceRecord(
    id="office", publisher="Office of the President", country="UA", tier="official", kind="feed",
    url="https://president.example/rss",
)  # fmt: skip
PAGE = Page(url=ENTRY.link, fetched=NOW, canonical_url=ENTRY.canonical_url, text="A text. " * 20)


def test_an_official_entry_that_is_a_title_is_always_read() -> None:
    assert worth_reading(ENTRY, OFFICE)
    assert not worth_reading(ENTRY, replace(OFFICE, tier="press")), "nothing in it says that it may matter"
    told = replace(ENTRY, summary="Йшлося про врожай, дороги та школи області. " * 5)
    assert not worth_reading(told, OFFICE)


def test_an_id_that_holds_the_time_of_the_edit_is_no_new_entry(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([a_source("office")], NOW)
    first = ENTRY.canonical_url + "#2024-02-14T09:00:00Z"
    later = ENTRY.canonical_url + "#2024-02-16T09:00:00Z"
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>{id}</id><title>Talks</title>'
        '<link href="https://president.example/news/1"/><updated>{at}</updated></entry></feed>'
    )
    from monitor.arrivals import arrivals
    from storage.records import EntryState

    new = []
    for written in (first, later):
        feed = parse_feed(body.format(id=written, at=written[-20:]).encode(), OFFICE.url)
        with storage.writing() as w:
            arrived = arrivals(feed.entries, "office", kind=Kind.FEED, now=NOW, state=EntryState.WAITING)
            new.append(len(w.add_entries(arrived)))
    assert new == [1, 0]


def visited(paths: Mapping[str, object], path: str, **source: object) -> Visit:
    """What a visit of a hostile web with these paths brings."""

    async def run() -> Visit:
        async with hostile_web(paths) as web, crawling() as crawler:  # type: ignore[arg-type]
            return await crawler.visit(make_source(web.url(path), **source))

    return asyncio.run(run())


LISTING = (
    b"<html><body><ul><li class='n'><a href='talks'>Talks on an agreement opened</a></li></ul></body></html>"
)


def test_relative_links_mean_the_address_after_redirects() -> None:
    paths = {"news": redirect("/en/press/all"), "en/press/all": answer("200 OK", LISTING)}
    visit = visited(
        paths, "news", kind=Kind.LISTING, selectors=Selectors(item="li.n", link="a"), obey_robots=False
    )
    assert visit.failure is None, visit.error
    assert visit.entries[0].link.endswith("/en/press/talks")


def test_a_feed_that_redirects_to_a_page_is_no_feed_without_news() -> None:
    page = answer("200 OK", LISTING, "Content-Type: text/html")
    visit = visited({"feed": redirect("/"), "": page}, "feed")
    assert (visit.outcome, visit.failure) == (Outcome.FAILED, Failure.NOT_A_FEED)


@pytest.mark.parametrize("body", [b"Not a feed.", b"0\r\n", b"null", b"{}", b"[]", b"<rss/>x", b"OK"])
def test_a_body_of_a_few_bytes_is_a_failure(body: bytes) -> None:
    try:
        feed = parse_feed(body, "https://zombie.example/api/")
    except (NotAFeedError, MalformedError):
        return
    assert feed.partial or feed.entries == (), "at most an empty feed, never an entry"


def test_an_empty_202_is_a_failure_whoever_sent_it() -> None:
    visit = visited({"feed": answer("202 Accepted")}, "feed")
    assert (visit.outcome, visit.failure) == (Outcome.FAILED, Failure.EMPTY)


def test_when_a_page_was_crawled_is_not_when_it_was_published() -> None:
    from monitor.arrivals import arrivals
    from storage.records import EntryState

    body = b'{"articles": [{"url": "https://p.example/1", "title": "Deal", "seendate": "20240214T101500Z"}]}'
    source = Source(id="g", url="https://search.example/", kind=Kind.GDELT)
    feed = READERS[Kind.GDELT](body, source.url, None, source)
    (arrived,) = arrivals(feed.entries, "g", kind=Kind.GDELT, now=NOW, state=EntryState.WAITING)
    assert arrived.published is None
    found = article_of(arrived, OFFICE, replace(PAGE, published=NOW - 900 * HOUR), NOW)
    assert found.published == NOW - 900 * HOUR, "the page itself says it"


def test_a_date_in_the_future_is_taken_for_now() -> None:
    assert article_of(replace(ENTRY, published=NOW + 48 * HOUR), OFFICE, PAGE, NOW).published == NOW
    assert article_of(ENTRY, OFFICE, replace(PAGE, published=NOW + HOUR), NOW).published == NOW


def test_the_text_decides_its_language_and_not_the_source() -> None:
    text = (
        "El Presidente recibió ayer en Kyiv al ministro de Asuntos Exteriores. Hablaron de la cooperación "
        "entre los dos países y de la reconstrucción de las ciudades destruidas durante la guerra."
    )
    said = detect(
        Article(id="1", title="Visita del ministro a Kyiv", text=text, language="en", published=NOW)
    )
    assert said.language == "es"


@pytest.mark.parametrize("title", ["", "Останні новини"])
def test_an_article_bears_the_publishers_name_and_not_the_feeds_title(title: str) -> None:
    feed = parse_feed(f"<rss><channel><title>{title}</title></channel></rss>".encode(), OFFICE.url)
    assert feed.title == title
    assert article_of(ENTRY, OFFICE, PAGE, NOW).publisher == "Office of the President"


def kept_json(name: str, paths: Mapping[str, str]) -> Feed:
    body = (DATA / "listings" / name).read_bytes()
    source = Source(id="s", url="https://gov.example/list", kind=Kind.JSON, paths=paths, zone="Europe/Lisbon")
    return READERS[Kind.JSON](body, source.url, "text/html", source)


def test_json_that_a_page_keeps_is_read_by_its_selector() -> None:
    in_attribute = {
        "html": "div.results::attr(data-json)", "items": "hits", "link": "url", "title": "title",
        "published": "date",
    }  # fmt: skip
    first, second = kept_json("luxembourg.html", in_attribute).entries
    assert (first.link, first.title) == (
        "https://gov.example/fr/2024/02/accord.html",
        "Signature d'un accord & déclaration",
    )
    assert first.published == datetime(2024, 2, 14, tzinfo=UTC)
    assert second.title == "Visite de travail"
    in_script = {
        "html": "script#__NEXT_DATA__", "items": "props.pageProps.news",
        "link": "https://gov.example/n/{slug}", "title": "name", "published": "at",
    }  # fmt: skip
    first, second = kept_json("next_data.html", in_script).entries
    assert (first.link, first.title) == (
        "https://gov.example/n/acordo-bilateral",
        "Acordo bilateral assinado",
    )
    assert (second.title, second.published) == ("Reunião de trabalho", datetime(2024, 2, 13, 9, tzinfo=UTC))
    with pytest.raises(NotAFeedError, match="structure has changed"):
        kept_json("next_data.html", {**in_script, "html": "script#gone"})
    with pytest.raises(UnreadableError):
        kept_json("next_data.html", {**in_script, "html": "title"})


TWINS = (
    "https://paper.example/2024/02/14/pact",
    "http://www.paper.example/2024/02/14/pact/?utm_source=rss",
    "https://m.paper.example/2024/02/14/pact",
    "https://amp.paper.example/2024/02/14/pact",
    "https://paper.example/2024/02/14/pact/amp/",
    "https://paper.example/2024/02/14/pact?print=1",
    "https://paper-example.cdn.ampproject.org/c/s/paper.example/2024/02/14/pact",
)
NAMED = (
    "https://paper.example/mobile/71",
    "http://www.paper.example/go?article=71",
    "https://paper.example/71~p",
)


def page_at(url: str, canonical: str | None) -> Page:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    text = "The two ministers met and spoke of the pact that their governments want to sign. " * 5
    html = f"<html><head><title>Pact</title>{link}</head><article><h1>Pact</h1><p>{text}</p></article></html>"
    return extract_page(html.encode(), url, "text/html", fetched=NOW)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [*((url, None) for url in TWINS), *((url, twin) for url in NAMED for twin in TWINS[:3])],
)
def test_twins_of_two_sources_are_one_article(
    sqlite_storage: Storage, url: str, canonical: str | None
) -> None:
    """By their own addresses, or by the one that the page names."""
    sources = [a_source("herald"), a_source("wire")]
    with sqlite_storage.writing() as w:
        w.sync_sources(sources, NOW)
        kept = []
        for source, at, named in ((sources[0], TWINS[0], None), (sources[1], url, canonical)):
            page = page_at(at, named)
            entry = replace(ENTRY, source_id=source.id, link=at, canonical_url=page.canonical_url)
            article, is_new, _ = w.put_article(article_of(entry, source, page, NOW))
            kept.append((article.id, is_new))
    assert [is_new for _, is_new in kept] == [True, False]
    assert kept[0][0] == kept[1][0]
