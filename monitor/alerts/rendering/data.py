"""A step as plain JSON, for webhooks and files: the facts, not the phrases."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from monitor.alerts.rendering.inert import inert, safe_link
from monitor.alerts.rendering.telling import Telling
from monitor.particulars import Stated, particulars
from storage.records import AlertRecord, MentionView, StepRecord, StepView

MOST_BEFORE = 50  # steps of the pair; a message must not grow with the years


def step_data(view: StepView, alert: AlertRecord, told: Telling) -> dict[str, Any]:
    """{"step", "alert", "headline", "quote", "details", "sources", "before", "link"}; "before" has
    the last MOST_BEFORE steps of the pair before this one, oldest first."""
    quote = told.quote
    return {
        "step": _step(view.step),
        "alert": {"kind": alert.kind, "change": alert.change, "number": alert.number, "note": told.note},
        "headline": told.headline,
        "quote": {"text": quote.text, "language": quote.code, "publisher": quote.publisher}
        if quote
        else None,
        "details": [_stated(one) for one in particulars(view.mentions)],
        "sources": [_source(m) for m in view.mentions if m.mention.role != "recap"],
        "before": [_step(s) for s in view.timeline[: _index(view)][-MOST_BEFORE:]],
        "link": told.link,
    }


def digest_data(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """{"steps": [...]}, each as `step_data` gives it."""
    return {"steps": list(steps)}


def _step(step: StepRecord) -> dict[str, Any]:
    return {
        "id": step.id,
        "parties": list(step.agreement.parties),
        "instrument": step.agreement.instrument,
        "stage": step.stage,
        "date": _iso(step.date),
        "date_exact": step.date_exact,
        "place": inert(step.place) if step.place else None,
        "corroboration": step.corroboration,
        "confidence": step.confidence,
    }


def _source(view: MentionView) -> dict[str, Any]:
    article = view.article
    return {
        "publisher": inert(article.publisher or article.source_id),
        "tier": article.tier,
        "url": safe_link(article.url or article.canonical_url),
        "title": inert(article.title),
        "language": article.language,
        "published": _iso(article.published),
        "role": view.mention.role,
    }


def _stated(one: Stated) -> dict[str, Any]:
    first = one.sources[0].detail
    return {
        "kind": one.kind,
        "value": inert(one.value),
        "currency": one.currency,
        "year": one.year,
        "per": one.per,
        "party": one.party,
        "office": inert(one.office) if one.office else None,
        "disputed": one.disputed,
        "said": inert(first.said),
        "quote": inert(first.quote),
    }


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None


def _index(view: StepView) -> int:
    return next((n for n, step in enumerate(view.timeline) if step.id == view.step.id), len(view.timeline))
