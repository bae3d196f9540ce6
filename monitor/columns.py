"""What lists and CSV files show of a step, an agreement or an article, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from monitor.shapes import stated_row
from monitor.terms import pair_name

if TYPE_CHECKING:
    from monitor.timelines import Timeline
    from storage.records import ArticleRecord, DetailRecord, MentionView, StepRecord

STEP_COLUMNS: dict[str, Callable[[StepRecord], Any]] = {
    "date": lambda step: step.date,
    "pair": lambda step: pair_name(step.agreement.parties),
    "stage": lambda step: step.stage,
    "instrument": lambda step: step.agreement.instrument,
    "place": lambda step: step.place,
    "corroboration": lambda step: step.corroboration,
    "state": lambda step: step.state,
    "id": lambda step: step.id,
}
ARTICLE_COLUMNS: dict[str, Callable[[ArticleRecord], Any]] = {
    "id": lambda article: article.id,
    "published": lambda article: article.published,
    "publisher": lambda article: article.publisher,
    "language": lambda article: article.language,
    "title": lambda article: article.title,
    "url": lambda article: article.url or article.canonical_url,
}
_DETAIL_NAMES = (
    "step", "kind", "value", "currency", "year", "per", "party", "office", "said", "quote", "field", "start",
    "end", "article", "url", "publisher", "language", "published",
)  # fmt: skip
DETAIL_COLUMNS: dict[str, Callable[[tuple[MentionView, DetailRecord]], Any]] = {
    name: lambda one, name=name: stated_row(one)[name]  # type: ignore[misc]
    for name in _DETAIL_NAMES
}
AGREEMENT_COLUMNS: dict[str, Callable[[Timeline], Any]] = {
    "pair": lambda one: pair_name(one[0].parties),
    "instrument": lambda one: one[0].instrument,
    "stage": lambda one: one[1][-1].stage if one[1] else None,
    "since": lambda one: one[1][-1].date if one[1] else None,
    "steps": lambda one: len(one[1]),
    "agreement": lambda one: one[0].name,
    "title": lambda one: one[0].title,
}
