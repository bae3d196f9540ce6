"""Detection: an Article in, a Detection out (parties, stage, instrument, date, place, with the evidence)."""

from monitor.detect.confidence import ALERT_AT, REVIEW_AT
from monitor.detect.engine import alerts, detect, review
from monitor.detect.findings import Article, Detection, Evidence, Finding
from monitor.detect.language import language_of
from monitor.detect.lexicon import languages

__all__ = [
    "ALERT_AT",
    "REVIEW_AT",
    "Article",
    "Detection",
    "Evidence",
    "Finding",
    "alerts",
    "detect",
    "language_of",
    "languages",
    "may_matter",
    "review",
]


def may_matter(title: str, summary: str) -> bool:
    """Whether the cheap prefilter sees the field in an entry's own words."""
    return bool(title or summary)
