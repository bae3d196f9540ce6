"""What headers say about time, validators and the hub."""

from datetime import UTC, datetime, timedelta

import pytest

from spiders.engine.headers import (
    conditional_headers,
    read_fresh_for,
    read_hub,
    read_retry_after,
    read_validators,
)
from spiders.items import Validators

NOW = datetime(2026, 2, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Mon, 02 Feb 2026 12:05:00 GMT", 300),
        ("Mon, 02 Feb 2026 11:00:00 GMT", 0),
        ("Monday, 02-Feb-26 12:05:00 GMT", 300),
        ("99999999999999999999999", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    assert read_retry_after(value, NOW, DAY) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1e9", "٣", "Mon, 99 Foo 2026"])
def test_a_retry_after_that_says_nothing_is_none(value: str | None) -> None:
    assert read_retry_after(value, NOW, DAY) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "MAX-AGE=600", "age": "100"}, 500),
        ({"cache-control": "s-maxage=5, max-age=600"}, 600),
        ({"cache-control": "max-age=31536000"}, 86_400),
    ],
)
def test_a_body_is_fresh_for_its_max_age(headers: dict[str, str], seconds: int) -> None:
    assert read_fresh_for(headers) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cache-control": "no-cache, max-age=600"},
        {"cache-control": "no-store, max-age=600"},
        {"cache-control": "max-age=0"},
        {"cache-control": "max-age=100", "age": "200"},
        {"cache-control": "x-max-age=5"},
        {"cache-control": "s-maxage=600"},
    ],
)
def test_a_body_that_is_not_fresh_says_nothing(headers: dict[str, str]) -> None:
    assert read_fresh_for(headers) is None


def test_validators_go_back_as_they_came() -> None:
    known = read_validators({"etag": 'W/"a-1"', "last-modified": "Mon, 02 Feb 2026 10:00:00 GMT"}, "00")
    assert known == Validators(
        etag='W/"a-1"', last_modified="Mon, 02 Feb 2026 10:00:00 GMT", body_sha256="00"
    )
    assert conditional_headers(known) == {
        "If-None-Match": 'W/"a-1"',
        "If-Modified-Since": "Mon, 02 Feb 2026 10:00:00 GMT",
    }
    assert conditional_headers(None) == {}


@pytest.mark.parametrize("etag", ["a\r\nX: y", "\x1b[31m", "e" * 5000, " "])
def test_a_validator_that_cannot_be_sent_back_is_none(etag: str) -> None:
    assert read_validators({"etag": etag}, None) == Validators()


@pytest.mark.parametrize(
    ("link", "hub"),
    [
        ('<https://hub.example/>; rel="hub"', "https://hub.example/"),
        ("<https://self.example/f>; rel=self, <https://hub.example/>; rel=hub", "https://hub.example/"),
        ('<https://hub.example/>; title="x"; rel="alternate hub"', "https://hub.example/"),
        ('<https://self.example/>; rel="self"', None),
        ("", None),
    ],
)
def test_a_hub_is_read_from_link(link: str, hub: str | None) -> None:
    assert read_hub({"link": link}) == hub
