"""Whatever the bytes: entries, or an error of ours with a name. Never another exception."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders import canonical_url, extract_page, parse_feed
from spiders.items import Entry, Kind, Selectors, Source
from spiders.readers.by_kind import READERS
from spiders.readers.charset import as_utf8
from spiders.readers.dates import parse_date
from spiders.readers.failures import UnreadableError
from spiders.readers.text import plain, plain_lines

LITERALS = [
    ast.literal_eval(line)
    for line in (Path(__file__).parents[2] / "data" / "pieces.py.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if not line.startswith("#")
]
PIECES = [piece for piece in LITERALS if isinstance(piece, bytes)]
BODIES = st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join))
TYPES = st.sampled_from([None, "", "text/xml; charset=utf-8", "text/html; charset=shift_jis", "\r\n"])
NOW = datetime(2024, 1, 1, tzinfo=UTC)
SOURCE = Source(
    id="any",
    url="https://e.example/feed",
    selectors=Selectors(item=".item", link="a", date="p"),
    paths={"items": "items", "link": "url", "id": "id"},
)


@settings(max_examples=400, deadline=None)
@given(BODIES, TYPES)
def test_parse_feed(body: bytes, content_type: str | None) -> None:
    try:
        feed = parse_feed(body, "https://e.example/feed", content_type)
    except UnreadableError:
        return
    for entry in feed.entries:
        assert_is_an_entry(entry)


def assert_is_an_entry(entry: Entry) -> None:
    assert entry.id
    for moment in (entry.published, entry.updated):
        assert moment is None or moment.utcoffset() == UTC.utcoffset(None)
    for text in (entry.id, entry.link, entry.title, entry.summary, entry.content):
        text.encode("utf-8")


@pytest.mark.parametrize("kind", list(Kind))
@settings(max_examples=60, deadline=None)
@given(body=BODIES, content_type=TYPES)
def test_readers_of_every_kind(kind: Kind, body: bytes, content_type: str | None) -> None:
    try:
        feed = READERS[kind](body, "https://e.example/feed", content_type, SOURCE)
    except UnreadableError:
        return
    for entry in feed.entries:
        assert_is_an_entry(entry)


@settings(max_examples=60, deadline=None)
@given(BODIES, TYPES)
def test_extract_page(body: bytes, content_type: str | None) -> None:
    try:
        page = extract_page(
            body, "https://e.example/a", content_type, fetched=datetime(2024, 1, 1, tzinfo=UTC)
        )
    except UnreadableError:
        return
    assert page.canonical_url


@given(st.binary(max_size=300), TYPES)
def test_as_utf8_gives_utf8(body: bytes, content_type: str | None) -> None:
    as_utf8(body, content_type).decode("utf-8")


@given(st.text(max_size=150))
def test_parse_date_gives_utc_or_nothing(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.utcoffset() == UTC.utcoffset(None)


@given(st.text(alphabet="<>/!-&;#[] abcpBRscript\"'=\n", max_size=200))
def test_plain_text_has_no_white_space_at_its_ends(markup: str) -> None:
    assert plain(markup) == plain(markup).strip()
    assert "\n" not in plain(markup)
    assert not any(line != line.strip() for line in plain_lines(markup).split("\n"))


URL_PIECES = st.sampled_from([piece for piece in LITERALS if isinstance(piece, str)])


@settings(max_examples=1000)
@given(st.lists(URL_PIECES, max_size=14).map("".join) | st.text(max_size=60))
def test_canonical_url_is_idempotent(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)
