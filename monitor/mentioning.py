"""What is kept of a finding in an article: the quote, the evidence, the reasons, the details stated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.alerts.routing import REPORTS
from monitor.detect.findings import Detail, Evidence, Finding
from storage.records import ArticleRecord, DetailRecord, MentionRecord, StepRecord


def mention_of(
    step: StepRecord, article: ArticleRecord, finding: Finding, role: str, now: datetime
) -> MentionRecord:
    """The mention of a step in an article, with the finding's evidence and reasons."""
    first = finding.evidence[0]
    assert article.id is not None
    return MentionRecord(
        step_id=step.id,
        article_id=article.id,
        role=role,
        confidence=finding.confidence,
        quote=first.quote,
        field=first.field,
        start=first.start,
        end=first.end,
        evidence=tuple(_plain(e) for e in finding.evidence),
        reasons=finding.reasons,
        details=tuple(map(_stated, finding.details)) if role in REPORTS else (),
        language=article.language,
        created=now,
    )


def _stated(detail: Detail) -> DetailRecord:
    quote = detail.evidence
    return DetailRecord(
        kind=detail.kind,
        value=detail.value,
        said=detail.said,
        quote=quote.quote,
        start=quote.start,
        end=quote.end,
        field=quote.field,
        currency=detail.currency,
        year=detail.year,
        per=detail.per,
        party=detail.party,
        office=detail.office,
    )


def _plain(evidence: Evidence) -> Mapping[str, Any]:
    return {
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "field": evidence.field,
        "role": evidence.role,
    }
