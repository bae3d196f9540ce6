"""A search carried out: parsed, its words looked up in their other forms, and asked of the archive."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from monitor.filters import filter_of
from monitor.searching.language import Asked, Either, Query, QueryError, Together, Words, parse
from monitor.searching.lemmas import has_lemmas, lemma_of
from monitor.searching.ranking import CANDIDATES, ranked
from monitor.searching.snippets import Snippet, snippet
from monitor.searching.words import fold
from storage import Reader
from storage.records import AllOf, AnyOf, ArticleRecord, Filter, Match, Term

# Languages that a script says by itself; looked up where the archive knows no form of a word.
_BY_SCRIPT = {"\u0400": ("uk", "ru"), "\u0370": ("el",), "\u10a0": ("ka",), "\u0530": ("hy",)}
MOST_FORMS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found, and the part of its text that says why."""

    article: ArticleRecord
    snippet: Snippet


def search(r: Reader, text: str, base: Filter, *, now: datetime, best_first: bool = False) -> list[Hit]:
    """The articles that the search finds, newest first; with `best_first`, the newest CANDIDATES ranked.

    `base` narrows it further. Raises QueryError and WrongFilterError.
    """
    wanted, shown = matching(r, text, base, now=now)
    if best_first and wanted.match is not None:
        found = ranked(r.articles(replace(wanted, limit=CANDIDATES)), shown)[: base.limit]
    else:
        found = r.articles(wanted)
    return [Hit(article=one, snippet=snippet(one.text, shown)) for one in found]


def matching(r: Reader, text: str, base: Filter, *, now: datetime) -> tuple[Filter, frozenset[str]]:
    """(the filter that the search comes to, the words to mark in what it finds)."""
    query = parse(text)
    match, shown = matched(r, query)
    return replace(narrowed(base, query, now=now), match=match), shown


def narrowed(base: Filter, query: Query, *, now: datetime) -> Filter:
    """`base` with the query's fields. QueryError where both ask for the same thing differently."""
    asked: dict[str, Any] = dict(query.fields)
    own = filter_of(now=now, **asked)
    both = {}
    for one in fields(Filter):
        mine, given = getattr(own, one.name), getattr(base, one.name)
        if one.name in ("limit", "before_id", "options") or mine is None:
            continue
        if given is not None and given != mine:
            raise QueryError(f"{one.name} is asked for twice, differently", 0)
        both[one.name] = mine
    return replace(base, **both)


def matched(r: Reader, query: Query) -> tuple[Match | None, frozenset[str]]:
    """(what to ask of the index, the words to mark in what is found; a star ends a beginning)."""
    if query.asked is None:
        return None, frozenset()
    leaves = list(_leaves(query.asked))
    free = {leaf.words[0] for leaf in leaves if not leaf.exact and not leaf.prefix}
    lemmas = r.lemmas_of(free)
    for word in free - set(lemmas):
        lemmas[word] = set(_looked_up(word, query.fields.get("lang")))
    others = r.forms_of({lemma for word in free for lemma in (word, *lemmas.get(word, ()))})
    shown = {f"{word}*" if leaf.prefix else word for leaf in leaves for word in leaf.words}
    for word in free:
        for lemma in (word, *lemmas.get(word, ())):
            shown |= {lemma, *sorted(others.get(lemma, ()))[:MOST_FORMS]}
    return _match(query.asked, lemmas), frozenset(shown)


def _looked_up(word: str, language: str | None) -> Iterator[str]:
    """Lemmas of a word that the archive has no lemma of."""
    block = next((names for start, names in _BY_SCRIPT.items() if _is_near(word[0], start)), ())
    for name in (language,) if language else block:
        if has_lemmas(name) and (lemma := lemma_of(word, name)) not in (None, word):
            yield fold(lemma)


def _is_near(letter: str, start: str) -> bool:
    return ord(start) <= ord(letter) < ord(start) + 0x90


def _match(asked: Asked, lemmas: Mapping[str, Iterable[str]]) -> Match:
    if isinstance(asked, Either):
        return AnyOf(tuple(_match(part, lemmas) for part in asked.parts))
    if isinstance(asked, Together):
        without = tuple(_match(part, lemmas) for part in asked.without)
        return AllOf(tuple(_match(part, lemmas) for part in asked.parts), without)
    mine = Term(asked.words, asked.prefix)
    if asked.exact or asked.prefix:
        return mine
    known = sorted({asked.words[0], *lemmas.get(asked.words[0], ())})
    as_written = [Term((lemma,)) for lemma in known if lemma != asked.words[0]]
    return AnyOf((mine, *as_written, *(Term((lemma,), lemma=True) for lemma in known)))


def _leaves(asked: Asked) -> Iterator[Words]:
    if isinstance(asked, Words):
        yield asked
        return
    for part in asked.parts:
        yield from _leaves(part)
