"""One article has one canonical address, and two articles have two."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from spiders import canonical_url, entry_keys, title_day_key
from spiders.items import Entry

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "data" / "urls.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(
    ("spelling", "canonical"), [(spelling, row[0]) for row in ROWS for spelling in row[1].split()]
)
def test_every_spelling_has_one_canonical_form(spelling: str, canonical: str) -> None:
    assert canonical_url(spelling) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.example/news?id=1", "https://e.example/news?id=2"),
        ("https://e.example/?p=1", "https://e.example/?p=2"),
        ("https://e.example/a.html", "https://e.example/b.html"),
        ("https://e.example/en/a", "https://e.example/uk/a"),
        ("https://e.example/#!/1", "https://e.example/#!/2"),
        ("https://e.example/Case", "https://e.example/case"),
        ("https://a.e.example/x", "https://b.e.example/x"),
        ("https://e.example:8443/x", "https://e.example/x"),
        ("https://e.example/x?source=ministry", "https://e.example/x?source=office"),
    ],
)
def test_two_articles_are_never_merged(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def entry(id: str, link: str, title: str = "Talks on a security agreement") -> Entry:  # noqa: A002
    return Entry(id=id, link=link, title=title, published=datetime(2024, 2, 8, tzinfo=UTC))


def test_keys_survive_twins_and_tracking() -> None:
    old = entry_keys([entry("https://www.e.example/a?utm_source=rss", "https://www.e.example/a")])
    new = entry_keys([entry("http://e.example/a/", "http://e.example/a/")])
    assert old == new


def test_one_id_for_all_items_does_not_make_them_one() -> None:
    keys = entry_keys([entry("0", "https://e.example/a"), entry("0", "https://e.example/b")])
    assert len(set(keys)) == 2


def test_the_same_item_twice_has_one_key() -> None:
    keys = entry_keys([entry("0", "https://e.example/a"), entry("0", "https://www.e.example/a/")])
    assert len(set(keys)) == 1


def test_title_and_day_survive_a_new_id_and_address() -> None:
    one, other = (
        title_day_key(entry("1", "https://e.example/a")),
        title_day_key(entry("2", "https://e.example/b")),
    )
    assert one == other is not None
    assert title_day_key(entry("1", "https://e.example/a", "Statement")) is None


def test_canonical_forms_are_stable() -> None:
    forms = [canonical_url(row[0]) for row in ROWS]
    assert forms == [row[0] for row in ROWS]
    assert all(a != b for a, b in pairwise(sorted(forms)))


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host", ["e.example", "www.e.example", "m.www.e.example", "wap.example", "xn--e1afmkfd.example"]
)
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a/b-c_d~e.html",
        "/a/",
        "/a/index.html",
        "/amp/a",
        "/a/amp",
        "/a.print.html",
        "/a/../b",
        "/a/./b",
        "/a//b",
        "/.a",
    ],
)
def test_a_plain_address_and_one_with_a_query_to_drop_are_the_same(scheme: str, host: str, path: str) -> None:
    """The quick way for plain addresses gives what the careful way gives."""
    slash = "" if path else "/"
    assert canonical_url(f"{scheme}://{host}{path}") == canonical_url(
        f"{scheme}://{host}{path}{slash}?utm_source=x"
    )
