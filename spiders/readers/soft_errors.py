"""soft_error_in tells a page that answers 200 but holds no article. The words are data: soft_errors.tsv."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spiders.items import Failure

_SHORT = 1_500  # characters: a page with a longer text is an article, whatever words are in it
_NOTHING = 40
_TITLE = 500  # characters looked at
_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.I)
_FAILURES = {"soft404": Failure.NOT_FOUND, "paywall": Failure.BLOCKED, "consent": Failure.BLOCKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftError:
    """Why a page is no article, for visits and for a human."""

    failure: Failure
    words: str


def soft_error_in(title: str, article: str, html: str) -> SoftError | None:
    """The soft 404, paywall or consent stub that this page is; None for an article."""
    if len(article) > _SHORT:
        return None
    heading, short = title[:_TITLE].casefold(), article.casefold()
    for kind, where, word in _signs():
        if where == "title" and _is_heading(heading, word):
            return SoftError(failure=_FAILURES[kind], words=f"{kind}: {title[:80]}")
        if where == "text" and word in short:
            return SoftError(failure=_FAILURES[kind], words=f"{kind}: {word}")
    if _FREE.search(html):
        return SoftError(failure=Failure.BLOCKED, words="paywall: the page says that it is not free")
    if len(article) < _NOTHING:
        return SoftError(failure=Failure.EMPTY, words="no article text on the page")
    return None


def _is_heading(heading: str, word: str) -> bool:
    """The whole title, or its part before or after the site's name."""
    return any(part.strip(" .!:") == word for part in re.split(r"\s[|–—-]\s|:", heading)) or (
        len(word) > 10 and (heading.startswith(word) or heading.endswith(word))
    )


@cache
def _signs() -> tuple[tuple[str, str, str], ...]:
    lines = files("spiders").joinpath("soft_errors.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((kind, where, word.casefold()) for kind, where, words in rows for word in words.split("|"))
