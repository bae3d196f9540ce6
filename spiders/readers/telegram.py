"""read_telegram gives the posts of a channel's public preview page (t.me/s/NAME): no login, no API."""

import lxml.html

from spiders.items import Entry, Source
from spiders.readers.dates import parse_date
from spiders.readers.failures import EmptyBodyError, NotAFeedError
from spiders.readers.feed import Feed
from spiders.readers.identity import entry_of
from spiders.readers.links import resolve
from spiders.readers.markup import base_of, parse_html, select, text

_POST = ".tgme_widget_message[data-post]"
_TEXT = ".tgme_widget_message_text:not(.js-message_reply_text)"
_TIME = "a.tgme_widget_message_date time::attr(datetime)"
_OLDER = "link[rel=prev]::attr(href)"
_MORE = "a.tme_messages_more::attr(href)"


def read_telegram(body: bytes, url: str, content_type: str | None, source: Source) -> Feed:
    """The posts, oldest first as on the page (about 20), and where older ones are.

    Raises NotAFeedError where the page shows no post: the channel is gone, private or has no preview.
    """
    if not body.strip():
        raise EmptyBodyError("the page is empty")
    tree = parse_html(body, content_type)
    posts = tuple(_post(post, source) for post in select(tree, _POST))
    if not posts:
        raise NotAFeedError("no post: the channel does not exist, is private or has no public preview")
    older = text(tree, _OLDER) or text(tree, _MORE)
    return Feed(
        entries=tuple(post for post in posts if post.content),
        title=text(tree, ".tgme_channel_info_header_title"),
        next_page=resolve(base_of(tree, url), older) if older else None,
    )


def _post(post: lxml.html.HtmlElement, source: Source) -> Entry:
    name = (post.get("data-post") or "").strip()
    return entry_of(
        id=f"https://t.me/{name}",
        link=f"https://t.me/{name}",
        title="",
        content=text(post, _TEXT),
        published=parse_date(text(post, _TIME)),
        language=source.language,
    )
