"""Detection: an Article in, a Detection out (parties, stage, instrument, date, place, with the evidence)."""

from monitor.detect.engine import alerts, detect, review
from monitor.detect.findings import Article, Detection, Evidence, Finding
from monitor.detect.language import language_of
from monitor.detect.lexicon import languages

__all__ = [
    "Article",
    "Detection",
    "Evidence",
    "Finding",
    "alerts",
    "detect",
    "language_of",
    "languages",
    "review",
]
