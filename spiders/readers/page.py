"""extract_page gives an article page's text and facts from its bytes, HTML or PDF."""

from datetime import datetime

import lxml.html

from spiders.challenges import refusal_in
from spiders.items import Failure, Page, Selectors
from spiders.readers.charset import as_text
from spiders.readers.date_format import parse_with_format
from spiders.readers.dates import parse_date
from spiders.readers.documents import documents_of
from spiders.readers.failures import BlockedError, EmptyBodyError, NotAFeedError
from spiders.readers.markup import parse_html, text
from spiders.readers.page_dates import published_of
from spiders.readers.page_facts import canonical_of, language_of, title_of
from spiders.readers.page_text import body_text
from spiders.readers.pdf import is_pdf, read_pdf
from spiders.readers.soft_errors import soft_error_in

_NO_PAGE = ("image/", "audio/", "video/", "font/", "application/zip", "application/octet-stream")


def extract_page(
    body: bytes,
    url: str,
    content_type: str | None = None,
    *,
    fetched: datetime,
    selectors: Selectors | None = None,
    zone: str = "UTC",
    language: str | None = None,
) -> Page:
    """The Page: title, text (a line for each paragraph), canonical_url, published (aware UTC) and language.

    `url` is the final address. A stub (paywall, consent, soft 404) comes back with its `failure` and
    whatever text it has. Raises UnreadableError where nothing can be read: BlockedError for a challenge
    or captcha, EmptyBodyError, NotAFeedError for a picture or other binary.
    """
    if not body.strip():
        raise EmptyBodyError("the page is empty")
    if is_pdf(body, content_type):
        return read_pdf(body, url, fetched=fetched)
    if (content_type or "").lower().startswith(_NO_PAGE) or b"\x00" in body[:200].replace(b"\x00<", b"<"):
        raise NotAFeedError(f"no page: {content_type or 'binary data'}")
    if refusal := refusal_in(body):
        raise BlockedError(str(refusal))
    selectors = selectors or Selectors()
    html = as_text(body, content_type)
    tree = parse_html(body, content_type)
    title = " ".join(text(tree, selectors.heading).split()) or title_of(tree)
    published = _published(tree, selectors, url, zone, language)
    documents = documents_of(tree, url)  # before body_text, which takes the tree apart
    article = body_text(tree, html, selectors.body, url)
    failure = soft_error_in(title, article, html)
    if failure is not None and failure.failure is Failure.EMPTY and documents:
        failure = None  # a page that only hands out its document
    return Page(
        url=url,
        fetched=fetched,
        canonical_url=canonical_of(tree, url),
        title=title,
        text=article,
        published=published,
        language=language_of(tree, article) or language,
        failure=failure.failure if failure else None,
        error=failure.words if failure else None,
        documents=documents,
    )


def _published(
    tree: lxml.html.HtmlElement, selectors: Selectors, url: str, zone: str, language: str | None
) -> datetime | None:
    """By the source's own selector and format first."""
    written = " ".join(text(tree, selectors.article_date).split())
    if (
        written
        and selectors.date_format
        and (found := parse_with_format(written, selectors.date_format, zone, language))
    ):
        return found
    return (parse_date(written, zone, language) if written else None) or published_of(
        tree, zone, language, url
    )
