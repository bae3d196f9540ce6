"""What narrows a search, indexed beside an article's words: its language, tier and source, and that it tells
of a step.

A search for words in one language then meets only articles that have both. Without marks, "угода lang:en"
reads every article with the word to find none in English: 0.4 s at a million articles. Marks only narrow:
whoever asks still looks at the row.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from storage.matching import AnyOf, Match, Term
from storage.records import ArticleRecord, Filter

# No language writes a word with this letter.
MARK = "\N{LATIN LETTER SMALL CAPITAL T}"
TOLD = f"{MARK}told"
# A page may claim to be from tomorrow (zones, slips); more than this ahead is not counted on.
AHEAD = timedelta(days=2)
# Entries wait for their page, so that articles come in a slightly other order than they were seen.
WAITED = timedelta(days=1)
# What was published before or after is marked as these: few years to look through, whatever a page claims.
FIRST_YEAR, LAST_YEAR = 2005, 2100


def marks_of(article: ArticleRecord, *, told: bool, newest: datetime | None = None) -> list[str]:
    """The marks of an article. `newest`: when any article before it was first seen, at the latest."""
    found = [_mark("tier", article.tier), _mark("source", article.source_id)]
    if article.language:
        found.append(_mark("lang", article.language))
    if told:
        found.append(TOLD)
    return found + _late(article, newest)


def _late(article: ArticleRecord, newest: datetime | None) -> list[str]:
    """Year and month of an article that stands among ids of a much later time."""
    seen = article.first_seen or article.fetched
    day = article.published or seen
    if seen is None or day is None or (seen <= day + AHEAD and (newest is None or seen >= newest - WAITED)):
        return []
    year = _marked_year(day.year)
    return [f"{MARK}late{year}", f"{MARK}late{year}m{day.month}"]


def is_mark(word: str) -> bool:
    """Whether this is a mark, not a word of the text."""
    return word.startswith(MARK)


def is_late(mark: str) -> bool:
    """Whether this marks an article found long after it was published."""
    return mark.startswith(f"{MARK}late")


def narrowing(wanted: Filter) -> list[Match]:
    """What an article's marks must have to be one that is wanted."""
    given = {"tier": wanted.tier, "source": wanted.source_id, "lang": wanted.language}
    found: list[Match] = [Term((_mark(kind, value),)) for kind, value in given.items() if value]
    if any((wanted.party, wanted.pair, wanted.stage, wanted.instrument, wanted.state)):
        found.append(Term((TOLD,)))
    return found


def late_until(since: date | None, until: date) -> Match:
    """The marks of articles found long after they were published, which was between these days."""
    return AnyOf(tuple(Term((mark,)) for mark in _late_marks(since, until)))


def _late_marks(since: date | None, until: date) -> Iterator[str]:
    first, last = _marked_year(since.year) if since else FIRST_YEAR, _marked_year(until.year)
    for year in range(first, last):
        yield f"{MARK}late{year}"
    if last in (FIRST_YEAR, LAST_YEAR):
        yield f"{MARK}late{last}"
        return
    for month in range(since.month if since and since.year == last else 1, until.month + 1):
        yield f"{MARK}late{last}m{month}"


def _marked_year(year: int) -> int:
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _mark(kind: str, value: str) -> str:
    return f"{MARK}{kind}{''.join(filter(str.isalnum, value.casefold()))}"
