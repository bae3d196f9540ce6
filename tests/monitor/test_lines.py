"""Articles as JSON Lines: good ones, and each way to be wrong with a message that names the field."""

from datetime import UTC, datetime

import pytest

from monitor.lines import LineError, article_of_line, official_country, tier_of
from monitor.terms import Tier


def test_a_full_line() -> None:
    article, row = article_of_line(
        '{"id": "a1", "title": "T", "text": "x", "lang": "da", "published": "2024-02-08", '
        '"url": "https://www.stm.dk/n/1", "source_kind": "government", "alert": true}'
    )
    assert article.published == datetime(2024, 2, 8, 12, tzinfo=UTC)
    assert article.country == "DK"
    assert row["alert"] is True


def test_a_moment_is_read_in_its_own_zone() -> None:
    article, _ = article_of_line(
        '{"id": 7, "title": "", "text": "", "published": "2024-02-08T01:00:00+02:00"}'
    )
    assert article.id == "7"
    assert article.published == datetime(2024, 2, 7, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "complaint", "article_id"),
    [
        ("nonsense", "not JSON", None),
        ("[" * 100_000, "not JSON", None),
        ("[1]", "not an object but list", None),
        ('{"title": "T", "text": "x"}', "id: missing", None),
        ('{"id": "a", "text": "x"}', "title: missing", "a"),
        ('{"id": "a", "title": "T", "text": 5}', "text: missing, or not a string", "a"),
        ('{"id": "a", "title": "T", "text": "x", "lang": 5}', "lang: not a string but int", "a"),
        (
            '{"id": "a", "title": "T", "text": "x", "published": "soon"}',
            "published: 'soon' is not a date",
            "a",
        ),
    ],
)
def test_a_bad_line_names_its_field(line: str, complaint: str, article_id: str | None) -> None:
    with pytest.raises(LineError, match=complaint) as caught:
        article_of_line(line)
    assert caught.value.id == article_id


@pytest.mark.parametrize(
    ("url", "country"),
    [
        ("https://www.president.gov.ua/en/news/1", "UA"),
        ("https://www.gov.uk/government/news/x", "GB"),
        ("https://www.whitehouse.gov/x", "US"),
        ("https://archives.example.mil/x", "US"),
        ("https://ec.europa.eu/x", "EU"),
        ("https://www.nato.int/x", "NATO"),
        ("https://example.org/x", None),
        ("http://[broken", None),
        (None, None),
    ],
)
def test_an_official_address_tells_its_country(url: str | None, country: str | None) -> None:
    assert official_country(url, "government") == country
    assert official_country(url, "news") is None


def test_kinds_of_sources_have_tiers() -> None:
    assert tier_of("presidential-office") is Tier.OFFICIAL
    assert tier_of("agency") is Tier.AGENCY
    assert tier_of("think-tank") is Tier.PRESS
    assert tier_of(None) is Tier.PRESS
