"""Articles whose page is an empty shell for scripts, read from the interface that fills it.

What the source's config says (spiders.items.PageApi) leads from the link of an entry to the interface's
address, and from its answer to the article. Nothing is guessed.
"""

import html
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from spiders.items import PageApi
from spiders.readers.failures import NotAFeedError
from spiders.readers.json_api import load_json, value_at


def api_address(link: str, api: PageApi | None) -> str | None:
    """Where the interface gives the article behind `link`; None where it is read as a page.

    A name in the template stands for the group of that name; in capitals, for its text in capitals.
    """
    found = _compiled(api.link).search(link) if api else None
    if api is None or found is None:
        return None
    parts = {name: quote(text or "", safe="") for name, text in found.groupdict().items()}
    return api.address.format_map(parts | {name.upper(): text.upper() for name, text in parts.items()})


def page_in(body: bytes, content_type: str | None, api: PageApi) -> bytes:
    """A page made of the title and the text (HTML or not) that the interface gives.

    Raises NotAFeedError where they are not at their places, and what load_json raises.
    """
    document = load_json(body, content_type)
    text = value_at(document, api.text)
    if not text:
        raise NotAFeedError(f"the answer's shape has changed: nothing at {api.text!r}")
    title = html.escape(value_at(document, api.title)) if api.title else ""
    head = f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head>"
    return f"{head}<body><article><h1>{title}</h1>{text}</article></body></html>".encode("utf-8", "replace")


def why_not_page_api(api: PageApi) -> str | None:
    """What is wrong with it, in one line; None where it can be used."""
    import re2

    try:
        names = set(re2.compile(api.link).groupindex)
    except re2.error as error:
        said = error.args[0]
        return f"link is no regular expression: {said.decode() if isinstance(said, bytes) else said}"
    try:
        api.address.format_map({name: "" for one in names for name in (one, one.upper())})
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        return f"address wants a name that is no group of link: {error}"
    return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """By re2, whose time is linear in the link."""
    import re2

    return re2.compile(pattern)
