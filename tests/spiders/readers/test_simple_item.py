"""The quick way through a plain item gives exactly what the careful way gives."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.items import Entry
from spiders.readers.charset import as_utf8
from spiders.readers.context import Context
from spiders.readers.quickly import made_entry
from spiders.readers.safe_xml import parse_strict, root_of
from spiders.readers.simple_item import simple_entry
from spiders.readers.tree import careful_entry, items_of

DATA = Path(__file__).parents[2] / "data" / "feeds"
SHARED = Path(__file__).parents[4] / "shared" / "feeds"
FILES = [
    *sorted(DATA.glob("*.xml")),
    *sorted(SHARED.glob("fixtures_*/*")),
    *sorted(SHARED.glob("white*/*"))[::50],
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_ways_agree(path: Path) -> None:
    tree = parse_strict(root_of(as_utf8(path.read_bytes())) or b"<none/>")
    if tree is None:
        return  # a broken document; test_feed_golden and test_any_bytes have those
    context = Context(
        url="https://e.example/feed", site="https://e.example/feed", is_flat=True, language="en"
    )
    for item in items_of(tree):
        quick = simple_entry(item, context)
        assert quick is None or quick == careful_entry(item, context)


def test_the_quick_way_is_taken() -> None:
    tree = parse_strict(root_of((DATA / "rss2_plain.xml").read_bytes()))
    assert tree is not None
    context = Context(url="https://e.example/feed", is_flat=True)
    assert all(simple_entry(item, context) for item in items_of(tree))


def test_an_entry_made_quickly_is_an_entry() -> None:
    now = datetime.now(UTC)
    made = made_entry("1", "https://e.example/1", "A title", "A summary", "A text", now, None, "en")
    same = Entry(
        id="1",
        link="https://e.example/1",
        title="A title",
        summary="A summary",
        content="A text",
        published=now,
        language="en",
    )
    assert made == same
    assert hash(made) == hash(same)
    with pytest.raises(FrozenInstanceError):
        made.title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("<dc:identifier>x</dc:identifier>", "g"),
        ("<prism:publicationDate>2024-02-08</prism:publicationDate>", "g"),
        ("<media:title>Another</media:title><made:up>x</made:up>", "g"),
    ],
)
def test_what_the_careful_way_would_not_ask_does_not_matter(more: str, expected: str) -> None:
    names = "".join(
        f' xmlns:{prefix}="{name}"'
        for prefix, name in {
            "dc": "http://purl.org/dc/elements/1.1/",
            "prism": "http://prismstandard.org/namespaces/basic/2.0/",
            "media": "http://search.yahoo.com/mrss/",
            "made": "https://e.example/made-up",
        }.items()
    )
    head = "<title>A title</title><link>https://e.example/1</link><guid>g</guid>"
    date = "<pubDate>Thu, 08 Feb 2024 10:30:00 GMT</pubDate>"
    tree = parse_strict(f"<rss{names}><item>{head}{date}{more}</item></rss>".encode())
    assert tree is not None
    context = Context(url="https://e.example/feed", is_flat=True)
    entry = simple_entry(tree[0], context)
    assert entry is not None
    assert entry == careful_entry(tree[0], context)
    assert entry.id == expected


def test_what_stands_in_for_something_missing_is_read_the_careful_way() -> None:
    names = ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
    head = "<title>A title</title><link>https://e.example/1</link>"
    context = Context(url="https://e.example/feed", is_flat=True)
    for more in (
        "<dc:identifier>x</dc:identifier>",
        "<dc:description>x</dc:description>",
        "<prism:publicationDate>2024-02-08</prism:publicationDate>",
        "<updated>2024-02-08</updated>",
    ):
        tree = parse_strict(f"<rss{names}><item>{head}{more}</item></rss>".encode())
        assert tree is not None
        assert simple_entry(tree[0], context) is None, more
