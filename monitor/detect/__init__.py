"""Detection: an Article in, a Detection out (parties, stage, instrument, date, place, with the evidence)."""

from monitor.detect.confidence import ALERT_AT, REVIEW_AT
from monitor.detect.engine import alerts, detect, published_day, review
from monitor.detect.explain import Explanation, Judgement, Mark, explain
from monitor.detect.findings import Article, Detection, Evidence, Finding
from monitor.detect.language import language_of
from monitor.detect.lexicon import LexiconError, languages
from monitor.detect.prefilter import may_matter

__all__ = [
    "ALERT_AT",
    "REVIEW_AT",
    "Article",
    "Detection",
    "Evidence",
    "Explanation",
    "Finding",
    "Judgement",
    "LexiconError",
    "Mark",
    "alerts",
    "detect",
    "explain",
    "language_of",
    "languages",
    "may_matter",
    "published_day",
    "review",
]
