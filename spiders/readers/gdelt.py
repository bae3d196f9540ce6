"""read_gdelt gives the articles of a GDELT DOC 2.0 answer (mode=artlist, format=json): discovery only.

`seendate` is when GDELT first saw a page and not when it appeared: it goes to `updated`.
"""

from typing import Any

from spiders.items import Entry, Source
from spiders.readers.dates import parse_date
from spiders.readers.failures import NotAFeedError
from spiders.readers.feed import Feed
from spiders.readers.identity import entry_of
from spiders.readers.json_api import load_json
from spiders.readers.text import plain


def read_gdelt(body: bytes, url: str, content_type: str | None, source: Source) -> Feed:
    """The articles. Raises MalformedError with GDELT's own words for errors that come with status 200."""
    document = load_json(body, content_type)
    if not isinstance(document, dict):
        raise NotAFeedError("no answer of GDELT's")
    articles = document.get("articles", [])  # an answer without hits is {}
    return Feed(entries=tuple(_entry(one) for one in articles if isinstance(one, dict) and one.get("url")))


def _entry(article: dict[str, Any]) -> Entry:
    domain = str(article.get("domain") or "")
    return entry_of(
        id="",
        link=str(article["url"]).strip(),
        title=_joined(plain(str(article.get("title") or ""))),
        updated=parse_date(str(article.get("seendate") or "")),
        publisher_url=f"https://{domain}" if domain else None,
    )


def _joined(title: str) -> str:
    """GDELT writes a space before every mark: "talks , says Kyiv" is "talks, says Kyiv"."""
    for mark in (",", ".", ":", ";", "?", "!", ")", "’"):
        title = title.replace(f" {mark}", mark)
    return title
