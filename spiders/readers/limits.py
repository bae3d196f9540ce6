"""read_source and read_page give what the readers give, but no body makes them cost more than it may.

Bodies of ordinary size are read on the spot. One that is large or odd (very many tags, items or objects, deep
nesting, attributes without end; a cheap scan tells) is read in a child process under limits of CPU time and
memory (such as 200,000 items, 200,000 levels, 100,000 attributes). Two megabytes of
"<p>" take an extractor of articles a quarter of a minute.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from spiders.items import Kind, Page, Source
from spiders.readers.bounded import in_child
from spiders.readers.by_kind import READERS
from spiders.readers.feed import Feed
from spiders.readers.page import extract_page
from spiders.readers.pdf import is_pdf
from spiders.readers.sitemap import unpacked
from spiders.readers.wire import feed_from_json, page_from_json, source_to_json

_MOST_TAGS = 20_000  # far more than a page of news has; each costs an extractor some 20 microseconds
_MOST_OBJECTS = 10_000  # of JSON; an interface answers with some hundreds
_LARGE = 3_000_000  # bytes parsed on the spot: about a tenth of a second
_MANY_ITEMS = 5_000
_UNCLOSED = 100  # items within items within items
_UNCLOSED_TAGS = (
    5_000  # levels of anything else; or so many <br> and <img> in HTML, which no feed we know has
)
_MANY_AMPERSANDS = 100_000
_LONG_STRETCH = 100_000  # bytes without one ">": a tag with attributes without end, or a text no feed has


def read_source(
    body: bytes,
    url: str,
    content_type: str | None,
    source: Source,
    *,
    seconds: int = 10,
    megabytes: int = 300,
) -> Feed:
    """The entries of a body by the reader of its source's kind, for at most `seconds` of CPU and `megabytes`.

    Raises what the reader raises, and TooCostlyError when a limit broke.
    """
    if source.kind is Kind.SITEMAP:
        body = unpacked(body)
    if not _IS_COSTLY[source.kind](body):
        return READERS[source.kind](body, url, content_type, source)
    request = {"task": "source", "url": url, "content_type": content_type, "source": source_to_json(source)}
    return feed_from_json(in_child(request, body, seconds=seconds, megabytes=megabytes))


def read_page(
    body: bytes,
    url: str,
    content_type: str | None,
    source: Source,
    *,
    fetched: datetime,
    seconds: int = 10,
    megabytes: int = 300,
) -> Page:
    """The article on a page, as extract_page gives it, for at most `seconds` of CPU and `megabytes`."""
    if is_pdf(body, content_type) or not is_costly_page(body):
        return extract_page(
            body,
            url,
            content_type,
            fetched=fetched,
            selectors=source.selectors,
            zone=source.zone,
            language=source.language,
        )
    request = {"task": "page", "url": url, "content_type": content_type, "source": source_to_json(source)}
    return page_from_json(in_child(request, body, seconds=seconds, megabytes=megabytes), url, fetched)


def is_costly(body: bytes) -> bool:
    """Whether a feed belongs in a child process. Linear, and cheap: well under a millisecond a megabyte."""
    if len(body) > _LARGE:
        return True
    items, closed = (
        body.count(b"<item") + body.count(b"<entry"),
        body.count(b"</item") + body.count(b"</entry"),
    )
    if items > _MANY_ITEMS or items > closed + _UNCLOSED or body.count(b"&") > _MANY_AMPERSANDS:
        return True
    if body.count(b"<") - 2 * body.count(b"</") - body.count(b"/>") > _UNCLOSED_TAGS:
        return True
    return any(
        body.find(b">", at, at + _LONG_STRETCH) < 0
        for at in range(0, len(body) - _LONG_STRETCH, _LONG_STRETCH)
    )


def is_costly_page(body: bytes) -> bool:
    """Whether HTML belongs in a child process: by its tags, whatever else it is made of."""
    return len(body) > _LARGE or body.count(b"<") > _MOST_TAGS


def _is_costly_json(body: bytes) -> bool:
    return is_costly_page(body) or body.count(b"{") > _MOST_OBJECTS


def _is_costly_sitemap(body: bytes) -> bool:
    return is_costly(body) or body.count(b"<") > 5 * _MOST_TAGS


_IS_COSTLY: Mapping[Kind, Callable[[bytes], bool]] = {
    Kind.FEED: is_costly,
    Kind.LISTING: is_costly_page,
    Kind.SITEMAP: _is_costly_sitemap,
    Kind.JSON: _is_costly_json,
    Kind.TELEGRAM: is_costly_page,
    Kind.GDELT: _is_costly_json,
    Kind.GOOGLE_NEWS: is_costly,
}
