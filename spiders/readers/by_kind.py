"""READERS: the reader of each kind of source. A new kind is one file and one line here."""

from collections.abc import Callable, Mapping

from spiders.items import Kind, Source
from spiders.readers.feed import Feed, parse_feed
from spiders.readers.gdelt import read_gdelt
from spiders.readers.google_news import read_google_news
from spiders.readers.json_api import read_json
from spiders.readers.listing import read_listing
from spiders.readers.sitemap import read_sitemap
from spiders.readers.telegram import read_telegram

# A body, its final address and Content-Type, and the source: the entries. Raises UnreadableError.
Reader = Callable[[bytes, str, str | None, Source], Feed]


def _read_feed_source(body: bytes, url: str, content_type: str | None, source: Source) -> Feed:
    return parse_feed(body, url, content_type, zone=source.zone, language=source.language)


READERS: Mapping[Kind, Reader] = {
    Kind.FEED: _read_feed_source,
    Kind.LISTING: read_listing,
    Kind.SITEMAP: read_sitemap,
    Kind.JSON: read_json,
    Kind.TELEGRAM: read_telegram,
    Kind.GDELT: read_gdelt,
    Kind.GOOGLE_NEWS: read_google_news,
}
