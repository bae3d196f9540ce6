"""The quick way through a plain item gives exactly what the careful way gives."""

from pathlib import Path

import pytest

from spiders.readers.charset import as_utf8
from spiders.readers.context import Context
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
