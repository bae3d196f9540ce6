"""What happened, in plain words: a visit that failed, an article and what became of it. Pure."""

from collections.abc import Iterable

from babel import Locale

from monitor.detect.findings import Detection, Finding
from monitor.intake import Polled
from monitor.newsroom import ExpectedStep
from monitor.record import Judged
from monitor.register import Action, Decision
from monitor.terms import Pair, pair_name
from storage.records import StepRecord

_TERRITORIES = Locale("en").territories
_SUPPORT = {
    "single": "one report",
    "independent": "several independent reports",
    "one_side": "one side says so officially",
    "both_sides": "both sides say so officially",
}


def parties(pair: Pair) -> str:
    """ "Denmark – Ukraine"."""
    return " – ".join(_TERRITORIES.get(code, code) for code in pair)


def step_words(step: StepRecord) -> str:
    """ "Denmark – Ukraine: security agreement, negotiations started"."""
    agreement = step.agreement
    return f"{parties(agreement.parties)}: {_plain(agreement.instrument)}, {_plain(step.stage)}"


def expected_words(step: ExpectedStep) -> str:
    """The same for a step that is expected."""
    return f"{parties(step.pair)}: {_plain(step.instrument)}, {_plain(step.stage)}"


def support(corroboration: str) -> str:
    """Who stands behind a step."""
    return _SUPPORT.get(corroboration, corroboration)


def trouble(polled: Polled) -> str | None:
    """Why a visit failed or was read only in part; None for one that went well."""
    visit = polled.visit
    if visit.failure:
        status = f" (HTTP {visit.http_status})" if visit.http_status else ""
        wait = max(0, round((polled.next_at - visit.finished).total_seconds()))
        return (
            f"{_plain(visit.failure)}{status}: {visit.error or 'no reason given'}; next try in {_wait(wait)}"
        )
    if visit.partial:
        return f"broken in the middle: its {len(visit.entries)} complete entries are read all the same"
    return None


def fate(judged: Judged) -> tuple[str, ...]:
    """What became of an article, a line each. The first line is the gist; never empty."""
    lines = [f"NEW STEP  {step_words(step)}" for step in judged.told]
    lines += [_joined(d) for d in judged.decisions if d.action is Action.CORROBORATES and d.step]
    lines += [f"silent: {d.reason}" for d in judged.decisions if d.action in (Action.RECAP, Action.SILENT)]
    lines += [f"for a human: {d.reason}" for d in judged.decisions if d.action is Action.REVIEW]
    lines += [f"silent: {d.reason}" for d in judged.decisions if d.action is Action.DROP]
    if not lines:
        lines = _silence(judged.detection)
    elif recalled := _recalled(judged.detection.background):
        lines.append(f"recalled and silent: {recalled}")
    return tuple(lines)


def _joined(decision: Decision) -> str:
    assert decision.step is not None
    return f"same step  {step_words(decision.step)}; now {support(decision.step.corroboration)}"


def _silence(detection: Detection) -> list[str]:
    if recalled := _recalled(detection.background):
        return [f"silent: a recap, it only recalls {recalled}"]
    return [f"silent: {detection.silence[0] if detection.silence else 'no step of an agreement in it'}"]


def _recalled(background: Iterable[Finding]) -> str:
    named = dict.fromkeys(f"{pair_name(f.parties)} {_plain(f.stage)}" for f in background)
    return ", ".join(named)


def _plain(word: str) -> str:
    return str(word).replace("_", " ")


def _wait(seconds: int) -> str:
    if seconds >= 3600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 60)} min" if seconds >= 100 else f"{seconds} s"
