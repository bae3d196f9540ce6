"""The JSON objects that commands print and the API answers with. Other people's scripts rely on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from monitor.particulars import particulars
from monitor.plain import plain

if TYPE_CHECKING:
    from monitor.particulars import Stated
    from storage.records import (
        AgreementRecord,
        ArticleRecord,
        DetailRecord,
        MentionRecord,
        MentionView,
        StepRecord,
        StepView,
    )

Shape = Mapping[str, Any]


def agreement_shape(agreement: AgreementRecord, steps: Iterable[StepRecord] = ()) -> Shape:
    """An agreement and its steps, oldest first."""
    return {
        "agreement": agreement.name,
        "parties": list(agreement.parties),
        "instrument": agreement.instrument,
        "title": agreement.title,
        "steps": [step_shape(step) for step in steps],
    }


def step_shape(step: StepRecord) -> Shape:
    """A step as it stands in the register."""
    return {
        "id": step.id,
        "parties": list(step.agreement.parties),
        "instrument": step.agreement.instrument,
        "stage": step.stage,
        "date": plain(step.date),
        "date_exact": step.date_exact,
        "place": step.place,
        "ordinal": step.ordinal,
        "expected": plain(step.expected),
        "state": plain(step.state),
        "corroboration": step.corroboration,
        "confidence": step.confidence,
        "origin": step.origin,
        "first_seen": plain(step.first_seen),
        "published": plain(step.published),
        "reason": step.reason,
        "merged_into": step.merged_into,
        "sources": list(step.sources),
    }


def article_shape(article: ArticleRecord, *, text: bool = False) -> Shape:
    """An article, with its full text on wish."""
    shape = {
        "id": article.id,
        "url": article.url or article.canonical_url,
        "title": article.title,
        "source": article.source_id,
        "publisher": article.publisher,
        "country": article.country,
        "tier": article.tier,
        "language": article.language,
        "published": plain(article.published),
        "first_seen": plain(article.first_seen),
        "revision": article.revision,
        "verified": article.verified,
        "gone_at": plain(article.gone_at),
    }
    return {**shape, "text": article.text} if text else shape


def mention_shape(mention: MentionRecord) -> Shape:
    """What an article says of a step, with the quoted sentence."""
    return {
        "step": mention.step_id,
        "article": mention.article_id,
        "role": mention.role,
        "confidence": mention.confidence,
        "quote": mention.quote,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "language": mention.language,
        "evidence": plain(mention.evidence),
        "reasons": list(mention.reasons),
        "details": [detail_shape(one) for one in mention.details],
    }


def detail_shape(detail: DetailRecord) -> Shape:
    """What an article states besides the step, with the sentence; docs/data.md has the kinds."""
    return {
        "kind": detail.kind,
        "value": detail.value,
        "currency": detail.currency,
        "year": detail.year,
        "per": detail.per,
        "party": detail.party,
        "office": detail.office,
        "said": detail.said,
        "quote": detail.quote,
        "field": detail.field,
        "start": detail.start,
        "end": detail.end,
    }


def stated_row(of: tuple[MentionView, DetailRecord]) -> Shape:
    """A detail with the step and the article it is of, as exports have it."""
    view, detail = of
    article = view.article
    return {
        "step": view.mention.step_id,
        **detail_shape(detail),
        "article": article.id,
        "url": article.url or article.canonical_url,
        "publisher": article.publisher,
        "language": article.language,
        "published": plain(article.published),
    }


def stated_shape(stated: Stated) -> Shape:
    """A detail put together from all the articles that state it."""
    return {
        "kind": stated.kind,
        "value": stated.value,
        "currency": stated.currency,
        "year": stated.year,
        "per": stated.per,
        "party": stated.party,
        "office": stated.office,
        "disputed": stated.disputed,
        "sources": [
            {
                "article": one.view.mention.article_id,
                "publisher": one.view.article.publisher,
                "said": one.detail.said,
                "quote": one.detail.quote,
                "field": one.detail.field,
                "start": one.detail.start,
                "end": one.detail.end,
            }
            for one in stated.sources
        ],
    }


def mention_view_shape(view: MentionView) -> Shape:
    """A mention with the article behind it."""
    return {**mention_shape(view.mention), "article": article_shape(view.article)}


def step_view_shape(view: StepView) -> Shape:
    """A step with everything behind it: mentions, and the pair's timeline."""
    return {
        **step_shape(view.step),
        "details": [stated_shape(one) for one in particulars(view.mentions)],
        "mentions": [mention_view_shape(one) for one in view.mentions],
        "timeline": [step_shape(one) for one in view.timeline],
    }
