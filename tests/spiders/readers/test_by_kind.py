"""Each kind of source is read from a sample page of its shape (tests/data/listings)."""

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.items import Kind, Selectors, Source
from spiders.readers.by_kind import READERS
from spiders.readers.failures import BlockedError, MalformedError, NotAFeedError
from spiders.readers.feed import Feed

SAMPLES = Path(__file__).parents[2] / "data" / "listings"
WALLS = SAMPLES.parent / "walls"
PRESIDENT = Selectors(
    item=".cat_list .item_stat_headline",
    link="h3 a::attr(href)",
    title="h3 a",
    date="p.date",
    next_page=".pagination a.next::attr(href)",
)
DENMARK = Selectors(item="li.item", link="a", title="h2.title", date="span.date", summary="div.description")
TIMELINE = {"items": "data.*", "link": "url", "title": "title", "published": "$key"}
SEARCH = {
    "items": "hits.hits.*._source",
    "id": "id",
    "link": "https://mod.example/news/{slug}",
    "title": "title",
    "published": "publishedAt",
    "content": "content",
    "next_page": "hits.next",
}


def read(
    name: str | bytes,
    kind: Kind,
    url: str = "https://president.example/news/all",
    *,
    selectors: Selectors | None = None,
    paths: Mapping[str, str] | None = None,
    zone: str = "Europe/Kyiv",
    content_type: str | None = None,
) -> Feed:
    source = Source(
        id="sample", url=url, kind=kind, selectors=selectors or Selectors(), paths=paths or {}, zone=zone
    )
    body = name if isinstance(name, bytes) else (SAMPLES / name).read_bytes()
    return READERS[kind](body, url, content_type, source)


def test_every_kind_has_a_reader() -> None:
    assert set(READERS) == set(Kind)


def test_a_listing_without_one_date_keeps_the_others_in_place() -> None:
    feed = read("president.html", Kind.LISTING, selectors=PRESIDENT)
    assert [(e.link, e.title, e.published) for e in feed.entries] == [
        (
            "https://president.example/news/zustrich-z-premyerom-90001",
            "Зустріч з Прем’єр-міністром",
            datetime(2022, 9, 26, 19, 10, tzinfo=UTC),
        ),
        ("https://www.president.example/news/bez-daty-90002", "Без дати", None),
        (
            "https://president.example/news/uhoda-90003",
            "Угоду підписано",
            datetime(2024, 2, 8, 7, 5, tzinfo=UTC),
        ),
    ]
    assert feed.next_page == "https://president.example/news/all?page=2"
    assert not feed.partial


def test_links_of_a_listing_mean_its_base_element() -> None:
    feed = read(
        "denmark.html", Kind.LISTING, "https://fmn.example/", selectors=DENMARK, zone="Europe/Copenhagen"
    )
    first, second = feed.entries
    assert first.link == "https://fmn.example/da/nyheder/2026/aftale/"
    assert (first.title, first.summary) == ("Ny aftale med Ukraine", "Forsvarsministeren har underskrevet.")
    assert first.published == datetime(2026, 2, 24, 14, 0, tzinfo=UTC)
    assert second.published == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("date_format", [None, "%d/%m/%Y às %Hh%M"])
def test_a_listing_date_by_common_sense_and_by_format(date_format: str | None) -> None:
    selectors = Selectors(item="article", link="a", date="div.time", date_format=date_format)
    feed = read("portugal.html", Kind.LISTING, selectors=selectors, zone="Europe/Lisbon")
    assert feed.entries[0].published == datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
    assert feed.entries[0].title == "Acordo bilateral"


def test_a_changed_structure_is_a_failure_and_not_an_empty_list() -> None:
    with pytest.raises(NotAFeedError, match="structure has changed"):
        read("structure.html", Kind.LISTING, selectors=PRESIDENT)


def test_a_listing_that_lost_most_dates_is_partial() -> None:
    html = b"<ul><li><a href='/1'>One story</a></li><li><a href='/2'>Another</a></li></ul>"
    selectors = Selectors(item="li", link="a", date="time")
    assert read(html, Kind.LISTING, selectors=selectors).partial


def test_telegram_posts_with_text_become_entries() -> None:
    feed = read("telegram.html", Kind.TELEGRAM, "https://t.me/s/office")
    (post,) = feed.entries
    assert post.id == post.link == "https://t.me/office/41"
    assert post.title == "The President spoke with the Prime Minister of Norway."
    assert post.content.split("\n")[1] == "They agreed on a new round of talks."
    assert post.published == datetime(2024, 2, 8, 9, 15, tzinfo=UTC)
    assert feed.next_page == "https://t.me/s/office?before=41"


def test_a_channel_without_posts_is_a_failure() -> None:
    with pytest.raises(NotAFeedError, match="no post"):
        read(b"<html><body>If you have Telegram, you can contact @x</body></html>", Kind.TELEGRAM)


@pytest.mark.parametrize("pack", [lambda body: body, gzip.compress], ids=["plain", "gzip"])
def test_a_news_sitemap_plain_and_packed(pack: object) -> None:
    assert callable(pack)
    body = pack((SAMPLES / "news_sitemap.xml").read_bytes())
    feed = read(body, Kind.SITEMAP, "https://wire.example/news.xml")
    first, second = feed.entries
    assert first.title == 'Leaders sign "historic" pact'
    assert first.published == datetime(2024, 2, 16, 17, 0, tzinfo=UTC)
    assert first.updated == datetime(2024, 2, 16, 19, 0, tzinfo=UTC)
    assert first.language == "en"
    assert second.link == "https://wire.example/2024/02/16/other"


def test_a_sitemap_index_leads_to_its_newest_sitemap() -> None:
    feed = read("sitemap_index.xml", Kind.SITEMAP)
    assert (feed.entries, feed.next_page) == ((), "https://wire.example/2024-02.xml.gz")


def test_a_sitemap_of_lines() -> None:
    feed = read(b"https://a.example/1\nhttps://a.example/2\n", Kind.SITEMAP)
    assert [entry.link for entry in feed.entries] == ["https://a.example/1", "https://a.example/2"]


def test_json_in_a_string_keyed_by_date() -> None:
    feed = read("timeline.json", Kind.JSON, "https://mfa.example/api/timeline", paths=TIMELINE)
    assert [(e.link, e.title) for e in feed.entries] == [
        ("https://mfa.example/news/1", "Консультації з Румунією"),
        ("https://mfa.example/news/2", "Заява"),
        ("https://mfa.example/news/3", "Візит"),
    ]
    assert feed.entries[2].published == datetime(2024, 2, 6, 22, 0, tzinfo=UTC)


def test_a_json_search_with_a_link_template() -> None:
    feed = read("search.json", Kind.JSON, "https://mod.example/lookup", paths=SEARCH)
    first, second = feed.entries
    assert (first.id, first.link) == ("7", "https://mod.example/news/round-of-talks")
    assert (first.title, first.content) == ("Round & talks", "First.\nSecond.")
    assert first.published == datetime(2024, 2, 8, 8, 0, tzinfo=UTC)
    assert second.link == ""
    assert feed.next_page == "https://mod.example/search?page=2"


def test_a_json_answer_of_another_shape_is_a_failure() -> None:
    with pytest.raises(NotAFeedError, match="shape has changed"):
        read(b'{"results": []}', Kind.JSON, paths=SEARCH)


def test_an_empty_json_list_is_no_failure() -> None:
    assert read(b'{"data": []}', Kind.JSON, paths=TIMELINE).entries == ()


def test_a_document_that_is_the_list_itself() -> None:
    paths = {"items": "", "id": "number", "link": "https://sejm.example/{number}", "title": "title"}
    (entry,) = read(
        b'[{"number": 12, "title": "Ratification of an agreement"}]', Kind.JSON, paths=paths
    ).entries
    assert (entry.id, entry.link) == ("12", "https://sejm.example/12")
    assert read(b"[]", Kind.JSON, paths=paths).entries == ()


def test_gdelt_names_the_publisher_and_only_when_it_saw_the_page() -> None:
    (entry,) = read("gdelt.json", Kind.GDELT).entries
    assert (entry.title, entry.publisher_url) == ("Kyiv, Oslo sign deal", "https://paper.example")
    assert entry.published is None
    assert entry.updated == datetime(2024, 5, 31, 10, 15, tzinfo=UTC)


def test_gdelt_errors_are_told_in_its_own_words() -> None:
    with pytest.raises(MalformedError, match="too short"):
        read(b"The specified phrase is too short.\n", Kind.GDELT)


def test_google_news_gives_the_publisher_and_a_clean_title() -> None:
    (entry,) = read("google_news.xml", Kind.GOOGLE_NEWS).entries
    assert (entry.title, entry.publisher_url) == ("Japan and Ukraine sign accord", "https://paper.example")
    assert entry.summary == ""


@pytest.mark.parametrize("name", sorted(path.name for path in WALLS.iterdir()))
@pytest.mark.parametrize("kind", [Kind.FEED, Kind.LISTING, Kind.SITEMAP, Kind.JSON])
def test_a_wall_is_a_refusal_whatever_was_expected(name: str, kind: Kind) -> None:
    with pytest.raises(BlockedError):
        read((WALLS / name).read_bytes(), kind, selectors=PRESIDENT, content_type="text/html")
