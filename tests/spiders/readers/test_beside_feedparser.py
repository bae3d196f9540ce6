"""On real feeds our reader and feedparser give the same entries, or a named rule says why not."""

import re
from calendar import timegm
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest

from spiders import parse_feed
from spiders.items import Entry
from spiders.readers.failures import NotAFeedError
from spiders.readers.text import plain

SHARED = Path(__file__).parents[4] / "shared" / "feeds"
FILES = sorted(path for path in SHARED.glob("*/*") if path.is_file())
URL = "https://example.org/feed.xml"
JSON = {".json"}

pytestmark = pytest.mark.skipif(not FILES, reason="the feeds are not beside the project")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One entry as both read it."""

    ours: Entry
    theirs: Any

    @property
    def their_date(self) -> datetime | None:
        moment = self.theirs.get("published_parsed") or dict.get(self.theirs, "updated_parsed")
        return datetime.fromtimestamp(timegm(moment), tz=UTC) if moment else None


def _is_http(link: str) -> bool:
    return link.startswith(("http://", "https://"))


def _tight(text: str) -> str:
    return "".join(text.split())


def _same_path(pair: Pair) -> bool:
    return bool(pair.theirs["link"].split("/", 3)[3:] == pair.ours.link.split("/", 3)[3:])


# Why a field may differ, by name. The first that holds explains the difference.
RULES: dict[str, dict[str, Callable[[Pair], bool]]] = {
    "id": {
        "feedparser has none: ours is the canonical link or the title": lambda p: not p.theirs.get("id"),
        "feedparser resolves ids as if they were links": lambda p: p.theirs["id"] == urljoin(URL, p.ours.id),
        "white space inside an id": lambda p: _tight(p.theirs["id"]) == _tight(p.ours.id),
    },
    "link": {
        "the publisher's own link instead of FeedBurner's": lambda p: "feedburner_origlink" in p.theirs,
        "an id that is no address is no link": lambda p: p.ours.link == "" and not _is_http(p.theirs["link"]),
        "relative links mean the site where the feed lives on another host": _same_path,
        "white space inside a link": lambda p: _tight(p.theirs["link"]) == _tight(p.ours.link),
    },
    "title": {
        "no title: the first words, or the link": lambda p: not p.theirs.get("title"),
    },
    "date": {
        "a form or zone that feedparser does not know": lambda p: p.their_date is None,
        "an offset that is cut short is not guessed": lambda p: bool(
            re.search(r"[+-]\d\d:\d\Z", dict.get(p.theirs, "updated") or p.theirs.get("published", ""))
        ),
        "feedparser forgets the afternoon": lambda p: " PM" in p.theirs.get("published", ""),
        "feedparser takes a named zone for UTC": lambda p: "/" in p.theirs.get("published", ""),
    },
}  # fmt: skip


def differences(pair: Pair) -> Iterator[tuple[str, object, object]]:
    ours, theirs = pair.ours, pair.theirs
    rows = (
        ("id", ours.id, theirs.get("id", "")),
        ("link", ours.link, theirs.get("link", "")),
        ("title", ours.title, plain(theirs.get("title", ""))),
        ("date", ours.published or ours.updated, pair.their_date),
    )
    return (row for row in rows if row[1] != row[2])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_same_entries_or_a_named_reason(path: Path) -> None:
    body = path.read_bytes()
    theirs = feedparser.parse(
        body, response_headers={"content-location": URL}, sanitize_html=False, resolve_relative_uris=False
    )
    if body.lstrip()[:1] in (b"{", b"["):  # feedparser reads no JSON
        assert theirs.entries == []
        if path.name != "test_output_feedburner.json":  # JSON, but no feed
            assert parse_feed(body, URL).entries
        return
    ours = parse_feed(body, URL)
    assert len(ours.entries) == len(theirs.entries)
    for pair in (Pair(ours=o, theirs=t) for o, t in zip(ours.entries, theirs.entries, strict=True)):
        for name, mine, other in differences(pair):
            assert any(rule(pair) for rule in RULES[name].values()), (name, mine, other)


def test_json_that_is_no_feed_says_so() -> None:
    with pytest.raises(NotAFeedError):
        parse_feed(b'{"feed": {"entries": []}}', URL)
