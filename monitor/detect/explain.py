"""Why an article alerts or stays silent, as data: marked spans of its text and a verdict for each claim."""

from dataclasses import dataclass

from monitor.detect.confidence import ALERT_AT, REVIEW_AT
from monitor.detect.findings import Article, Detection, Evidence, Finding
from monitor.terms import pair_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Characters `start` to `end` of a field ("title" or "text") and what they are: the words of a
    party, an instrument, a stage, a time or the whole sentence; `verdict` says of which claim."""

    field: str
    start: int
    end: int
    role: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One claim with what became of it: alert, review, dropped, recalled or denied; and why."""

    what: str  # "DK-UA signed"
    verdict: str
    confidence: float
    reasons: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An article's claims, its text marked, and in one line why it alerts or stays silent."""

    article_id: str
    language: str
    summary: str
    judgements: tuple[Judgement, ...]
    marks: tuple[Mark, ...]


def explain(
    article: Article, detection: Detection, threshold: float = ALERT_AT, least: float = REVIEW_AT
) -> Explanation:
    """The explanation of what `detect` found in the article, for a command or a page to show."""
    judged = [(f, _verdict(f, threshold, least)) for f in detection.findings]
    judged += [(f, "recalled") for f in detection.background]
    judged += [(f, "denied") for f in detection.denials]
    return Explanation(
        article_id=article.id,
        language=detection.language,
        summary=_summary(detection, [verdict for _, verdict in judged]),
        judgements=tuple(_judgement(finding, verdict) for finding, verdict in judged),
        marks=tuple(
            sorted(
                (_mark(evidence, verdict) for finding, verdict in judged for evidence in finding.evidence),
                key=lambda mark: (mark.field != "title", mark.start, -mark.end),
            )
        ),
    )


def _verdict(finding: Finding, threshold: float, least: float) -> str:
    if finding.confidence >= threshold:
        return "alert"
    return "review" if finding.confidence >= least else "dropped"


def _summary(detection: Detection, verdicts: list[str]) -> str:
    if not detection.language_known:
        return f"not judged: no lexicon for {detection.language!r}"
    if "alert" in verdicts:
        return f"alerts: {verdicts.count('alert')} new"
    if "review" in verdicts:
        return "silent, but a human should look: nothing new is sure enough"
    return "silent: " + ("; ".join(detection.silence) or "nothing new is sure enough")


def _judgement(finding: Finding, verdict: str) -> Judgement:
    return Judgement(
        what=f"{pair_name(finding.parties)} {finding.stage}",
        verdict=verdict,
        confidence=finding.confidence,
        reasons=finding.reasons,
        sentence=finding.evidence[0].quote,
    )


def _mark(evidence: Evidence, verdict: str) -> Mark:
    return Mark(
        field=evidence.field, start=evidence.start, end=evidence.end, role=evidence.role, verdict=verdict
    )
