"""Saved searches at the time of telling: which of them find a step by an article that reports it. Pure.

`pactwatch find` asks the index of all articles; here one article is held against the query itself, so that
who is told never depends on what else is stored. A word is found in the forms of the article's own language.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property

from monitor.searching.finding import narrowed
from monitor.searching.language import Asked, Either, Query, Together, Words
from monitor.searching.lemmas import has_lemmas, lemma_of, search_text
from monitor.searching.words import words_of
from storage.records import ArticleRecord, Filter, StepRecord, StepView

REPORTS = ("report", "corroboration")  # roles of mentions that stand behind a step


def found_by(searches: Mapping[str, Query], view: StepView, *, now: datetime) -> frozenset[str]:
    """The names of those searches that find the step by at least one of the articles that report it.
    `now` is what since:7d counts back from."""
    texts = [_Text(one.article) for one in view.mentions if one.mention.role in REPORTS]
    return frozenset(name for name, query in searches.items() if _finds(query, view.step, texts, now))


def _finds(query: Query, step: StepRecord, texts: Iterable["_Text"], now: datetime) -> bool:
    wanted = narrowed(Filter(), query, now=now)
    if not _is_of(step, wanted):
        return False
    return any(_is_by(one.article, wanted) and (query.asked is None or one.has(query.asked)) for one in texts)


def _is_of(step: StepRecord, wanted: Filter) -> bool:
    agreement = step.agreement
    return (
        (wanted.party is None or wanted.party in agreement.parties)
        and (wanted.pair is None or wanted.pair == agreement.parties)
        and wanted.stage in (None, step.stage)
        and wanted.instrument in (None, agreement.instrument)
    )


def _is_by(article: ArticleRecord, wanted: Filter) -> bool:
    if not (
        wanted.language in (None, article.language)
        and wanted.tier in (None, article.tier)
        and wanted.source_id in (None, article.source_id)
    ):
        return False
    published = article.published or article.first_seen
    if published is None:
        return wanted.since is None and wanted.until is None
    day = published.astimezone(UTC).date()
    return (wanted.since is None or day >= wanted.since) and (wanted.until is None or day <= wanted.until)


class _Text:
    """An article's words, in the forms that the index has them in; looked up only when asked for."""

    def __init__(self, article: ArticleRecord) -> None:
        self.article = article

    @cached_property
    def _line(self) -> str:
        """The words in order, each between line breaks: no word has one in it."""
        return "\n" + "\n".join(words_of(f"{self.article.title}\n{self.article.text}")) + "\n"

    @cached_property
    def _lemmas(self) -> frozenset[str]:
        found = search_text(self.article.title, self.article.text, self.article.language)
        return frozenset(found.lemmas.values())

    def has(self, asked: Asked) -> bool:
        """Whether the article has what is asked for."""
        if isinstance(asked, Words):
            return self._stands(asked) or (
                not (asked.exact or asked.prefix) and self._inflects(asked.words[0])
            )
        if isinstance(asked, Either):
            return any(map(self.has, asked.parts))
        assert isinstance(asked, Together)
        return all(map(self.has, asked.parts)) and not any(map(self.has, asked.without))

    def _stands(self, asked: Words) -> bool:
        return "\n" + "\n".join(asked.words) + ("" if asked.prefix else "\n") in self._line

    def _inflects(self, word: str) -> bool:
        """Whether another form of the word stands there: one with the same lemma, or the lemma itself."""
        language = self.article.language
        own = lemma_of(word, language) if language and has_lemmas(language) else None
        known = {word, own} if own else {word}
        return not known.isdisjoint(self._lemmas) or bool(own and f"\n{own}\n" in self._line)
