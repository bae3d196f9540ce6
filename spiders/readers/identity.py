"""entry_of gives an Entry that always has an id and something to show, whatever the feed left out."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from spiders.items import Entry
from spiders.urls import canonical_url

_TITLE_FROM_TEXT = 100  # characters of a note without a title that stand for one
DAY_KEY = "title:"  # how the id of an entry without id and link begins
_TELLING_TITLE = 20  # characters


def entry_of(
    *,
    id: str,  # noqa: A002 - the field's own name
    link: str,
    title: str,
    summary: str = "",
    content: str = "",
    published: datetime | None = None,
    updated: datetime | None = None,
    language: str | None = None,
    publisher_url: str | None = None,
) -> Entry:
    """The Entry. Without an id: the canonical link, else a hash of title and day.

    Without a title: the beginning of its text, else its link.
    """
    title = title or title_from(summary or content) or link
    return Entry(
        id=id or (canonical_url(link) if link else day_key(title, published or updated)),
        link=link,
        title=title,
        summary=summary,
        content=content,
        published=published,
        updated=updated,
        language=language,
        publisher_url=publisher_url,
    )


def title_from(text: str) -> str:
    """The first line of a text, cut at a word after a hundred characters."""
    line = text.partition("\n")[0]
    if len(line) <= _TITLE_FROM_TEXT:
        return line
    return line[:_TITLE_FROM_TEXT].rpartition(" ")[0] + "…"


def day_key(title: str, day: datetime | None) -> str:
    """A key for an entry that has neither id nor link: its title and its day."""
    folded = " ".join(title.casefold().split())
    text = f"{folded}|{day.date().isoformat() if day else ''}"
    return DAY_KEY + hashlib.sha256(text.encode()).hexdigest()[:32]


def entry_keys(entries: Sequence[Entry]) -> tuple[str, ...]:
    """A key for each entry of one document, that stays when only spelling changes.

    The id (as a canonical URL where it is one). Where several entries with different links wear one id,
    as broken generators make them, the link or title and day tells them apart.
    """
    plain_keys = [canonical_url(entry.id) for entry in entries]
    links: dict[str, set[str]] = {}
    for key, entry in zip(plain_keys, entries, strict=True):
        links.setdefault(key, set()).add(_apart(entry))
    return tuple(
        key if len(links[key]) == 1 else f"{key} {_apart(entry)}"
        for key, entry in zip(plain_keys, entries, strict=True)
    )


def title_day_key(entry: Entry) -> str | None:
    """What stays when a feed gives a story a new id and address: its title and day. None without a day.

    Short titles ("Statement") recur on a day for different stories and have no such key.
    """
    day = entry.published or entry.updated
    if day is None or len(entry.title) < _TELLING_TITLE:
        return None
    return day_key(entry.title, day)


def _apart(entry: Entry) -> str:
    return canonical_url(entry.link) if entry.link else day_key(entry.title, entry.published or entry.updated)
