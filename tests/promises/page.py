"""The tables of promises in docs/promises.md and README.md, from the figures of docs/promises.json."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.promises.figures import Run, read

ROOT = Path(__file__).parents[2]
PAGE, README = ROOT / "docs" / "promises.md", ROOT / "README.md"
PROMISES: Mapping[str, str] = {
    "G1": "Nothing acknowledged is lost",
    "G2": "One visible alert per step and channel; at most one marked repeat for each fault, where a channel "
    "cannot be asked",
    "G3": "A channel that is away for 24 hours loses nothing and is not stormed",
    "G4": "No silent source, and at most one false alarm a source in a month",
    "G5": "A heartbeat that beats only when the whole chain runs",
    "G6": "Any one response has a bounded cost and delays no other source",
    "G7": "A clock that is set changes no poll gap by more than an interval, and no digest",
    "G8": "No way inside, no live markup, no secret in anything written, TLS verified",
    "G9": "Feeds, charsets and dates are read right",
    "G10": "Restoring a backup re-alerts nothing",
    "G11": "Polls with faults, a million in the long form, leave memory, journal and database bounded",
}
NOT_REACHED: Mapping[str, str] = {
    "G1": "power loss with the write-ahead log of newer SQLite versions; PostgreSQL; "
    "a disk that lies about fsync",
    "G2": "mail under kill -9 (its faults without kills: tests/monitor/alerts/test_fault_matrix.py)",
    "G3": "one order between the up to four messages that are under way to a channel at the same moment",
    "G4": "the month's sources are played by the rules alone, not fetched",
    "G5": "a machine that hangs or dies whole, which only the watcher outside can see",
    "G6": "a page of more tags than any article has: 130 MB, not 100",
    "G7": "a machine that is really suspended (its clocks are played); what a wrong clock makes look old "
    "and leaves to review",
    "G8": "a scanner from elsewhere run against the pages; names that resolve differently outside a test",
    "G9": "the other readers' own suites, which are not part of this project",
    "G11": "sources over real sockets (tests/spiders and G6 do that); PostgreSQL; that a file gives back its "
    "gaps by itself (`pactwatch db compact` does); years",
}
HEAD = """# Promises

What PactWatch promises, and the command that tries to break each promise: `make promise-G1` and so on,
`make promises` for all. Each prints what it tried and its seed (`python -m tests.promises G1 --seed N`
repeats it) and ends in `N passed, N failed`. That is the quick form, which `make test` runs too;
`LONG=1` before any of them takes the long form, which tries more.
`ONE_IN=5` beside it makes G1, which takes most of an hour, try every fifth of its points by chance.
What needs strace (G1, G2) is left out where it is missing or may not trace, and the run says so.

This page and the table in the README are written by `make promises` from docs/promises.json, where each run
with `--write` leaves its figures.

"""
BEGIN, END = "<!-- promises: written by make promises -->", "<!-- end of promises -->"


def page(runs: Sequence[Run]) -> str:
    """docs/promises.md: each promise with its last runs, and what no run reaches."""
    rows = [["", "promise", "form", "tried in the last run", "passed", "failed", "s", "when (seed)"]]
    for name, promise in PROMISES.items():
        mine = [run for run in runs if run.id == name]
        rows += [_cells(run, promise) for run in mine] or [[name, promise, "", "not run", *["-"] * 4]]
    reached = "\n".join(f"- {name}: {what}." for name, what in NOT_REACHED.items() if what)
    return f"{HEAD}{_table(rows)}\n## Not reached\n\n{reached}\n"


def in_readme(readme: str, runs: Sequence[Run]) -> str:
    """The README with its table of promises: of each the long form, where it was ever run."""
    rows = [["", "promise", "passed", "failed", "form", "when"]]
    for name, promise in PROMISES.items():
        last = next((run for run in runs if run.id == name), None)
        figures = [last.passed, last.failed, last.form, last.date] if last else ["-", "-", "not run", "-"]
        rows.append([name, promise, *map(str, figures)])
    return re.sub(f"(?s){BEGIN}\n.*?{END}", lambda _: f"{BEGIN}\n{_table(rows)}{END}", readme)


def write() -> None:
    """Bring both pages up to date."""
    runs = read()
    PAGE.write_text(page(runs), encoding="utf-8")
    README.write_text(in_readme(README.read_text(encoding="utf-8"), runs), encoding="utf-8")


def _cells(run: Run, promise: str) -> list[str]:
    when = f"{run.date} ({run.seed})"
    return [run.id, promise, run.form, run.tried, *map(str, (run.passed, run.failed, run.seconds, when))]


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body]) + "\n"
