"""docs/promises.md: the table of promises with the figures of their last run. Rows not run stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.promises.by_tests import BY_TESTS

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
PROMISES: Mapping[str, str] = {
    "G1": "Nothing acknowledged is lost",
    "G2": "One visible alert per step and channel; at most one marked repeat for each fault, where a channel "
    "cannot be asked",
    "G3": "A channel that is away for 24 hours loses nothing and is not stormed",
    "G4": "No silent source",
    "G5": "A heartbeat that beats only when the whole chain runs",
    "G6": "Any one response has a bounded cost and delays no other source",
    "G7": "Clock jumps change no poll gap by more than an interval",
    "G8": "No way inside, no live markup, no secret in anything written, TLS verified",
    "G9": "Feeds, charsets and dates are read right",
    "G10": "Restoring a backup re-alerts nothing",
    "G11": "A million accelerated polls with faults leave memory and database bounded",
}
NOT_REACHED: Mapping[str, str] = {
    "G1": "power loss at each write; kills at each system call rather than at moments of chance",
    "G2": "the same with real servers is tests/monitor/alerts/test_fault_matrix.py, without the crashes",
    "G3": "one order over all agreements: what was tried in vain comes after what was not; rate limits "
    "while catching up",
    "G10": "PostgreSQL (the rule is the same; pg_restore is not run)",
    "G11": "all of it: there is no such run yet",
} | {name: one.not_reached for name, one in BY_TESTS.items()}
HEAD = """# Promises

What PactWatch promises, and the command that tries to break each promise: `make promise-G1` and so on,
`make promises` for all. Each prints what it tried and its seed (`python -m tests.promises G1 --seed N`
repeats it) and ends in `N passed, N failed`. A quick form of G1, G2, G3 and G10 is part of `make test`.
This page is written by `make promises`.

| | promise | tried in the last run | passed | failed | s | when (seed) | not reached |
|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of one promise."""

    name: str
    tried: str
    passed: int
    failed: int
    seconds: float
    seed: int
    at: datetime
    long: bool


def write(runs: Sequence[Run]) -> None:
    """Put these figures into the page; the rows of other promises stay as they are."""
    kept = {}
    if PAGE.exists():
        rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| G")]
        kept = {row.split("|")[1].strip(): row for row in rows}
    for run in runs:
        when = f"{run.at:%Y-%m-%d} ({run.seed}{'' if run.long else ', quick'})"
        cells = (
            run.name, PROMISES[run.name], run.tried, run.passed, run.failed, f"{run.seconds:.0f}", when,
            NOT_REACHED[run.name],
        )  # fmt: skip
        kept[run.name] = "| " + " | ".join(map(str, cells)) + " |"
    for name, promise in PROMISES.items():
        kept.setdefault(name, f"| {name} | {promise} | not run | - | - | - | - | {NOT_REACHED[name]} |")
    PAGE.write_text(HEAD + "\n".join(kept[name] for name in PROMISES) + "\n", encoding="utf-8")
