"""What a page says of itself: its title, its canonical address, its language. Claims are checked."""

import re

import lxml.html

from spiders.readers.links import resolve
from spiders.readers.markup import text, texts
from spiders.readers.text import plain
from spiders.urls import canonical_url

_TITLES = ("meta[property='og:title']::attr(content)", "article h1", "h1", "title")
_CANONICALS = ("link[rel=canonical]::attr(href)", "meta[property='og:url']::attr(content)")
_LANGUAGES = (
    "html::attr(lang)",
    "meta[http-equiv=content-language i]::attr(content)",
    "meta[property='og:locale']::attr(content)",
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC_LANGUAGES = frozenset({"uk", "ru", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg"})
_LATIN_LANGUAGES_MAY_BE = frozenset({"sr", "kk", "uz", "az", "ky", "tg", "mn"})  # written either way


def title_of(tree: lxml.html.HtmlElement) -> str:
    """og:title, the first heading, or <title>."""
    return next((plain(found) for selector in _TITLES if (found := text(tree, selector))), "")


def canonical_of(tree: lxml.html.HtmlElement, url: str) -> str:
    """The canonical_url of the page: what it names itself, where that is another page of the same site.

    A claim that leads to another site or to the home page is a mistake of the site's, and is ignored.
    """
    own = canonical_url(url)
    for claim in (claim for selector in _CANONICALS for claim in texts(tree, selector)):
        named = canonical_url(resolve(url, claim))
        if _site(named) == _site(own) and (_has_path(named) or not _has_path(own)):
            return named
    return own


def language_of(tree: lxml.html.HtmlElement, article: str) -> str | None:
    """The declared language (ISO 639-1), unless the text is written in another script."""
    declared = next((found for selector in _LANGUAGES for found in texts(tree, selector)), "")
    code = re.split(r"[-_,;\s]", declared.strip().lower(), maxsplit=1)[0]
    if not re.fullmatch("[a-z]{2}", code):
        return None
    code = "uk" if code == "ua" else code
    cyrillic, latin = len(_CYRILLIC.findall(article)), len(_LATIN.findall(article))
    if code in _CYRILLIC_LANGUAGES - _LATIN_LANGUAGES_MAY_BE and latin > 2 * cyrillic + 40:
        return None
    if code not in _CYRILLIC_LANGUAGES | _LATIN_LANGUAGES_MAY_BE and cyrillic > 2 * latin + 40:
        return None
    return code


def _site(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0]


def _has_path(url: str) -> bool:
    rest = url.partition("://")[2]
    return "/" in rest or "?" in rest or "#" in rest
