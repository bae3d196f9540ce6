"""Every sample feed gives the entries written beside it (tests/data/feeds/expected/NAME.json)."""

import json
from pathlib import Path

import pytest

from spiders import parse_feed
from spiders.readers.wire import feed_from_json

SAMPLES = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://feeds.example/rss.xml"


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.*")))
def test_a_sample_gives_what_is_written_beside_it(name: str) -> None:
    expected = json.loads((SAMPLES / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    content_type = "text/xml; charset=utf-8"  # what most servers say, true or not
    found = parse_feed((SAMPLES / name).read_bytes(), URL, content_type, zone="Europe/Kyiv")
    assert found == feed_from_json(expected)
