"""`pactwatch detect`: articles in, findings out; no database, no network.

The output is a contract (docs/cli.md): one line for each input line, in input order, at once.
"""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.failures import WrongUseError
from monitor.cli.options import ConfigOption, read_config
from monitor.cli.output import print_json

if TYPE_CHECKING:
    from monitor.detect import Detection, Finding
    from monitor.detect.findings import Detail

log = logging.getLogger("pactwatch.detect")
STDIN = Path("-")
FileArgument = Annotated[
    Path, typer.Argument(help='JSON Lines: {"id", "title", "text"} and more; - is the standard input.')
]


def detect(
    file: FileArgument = STDIN,
    *,
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="List findings too that are not sure enough to alert.")
    ] = False,
    details: Annotated[
        bool, typer.Option("--details", help="Give each event what else its text states: docs/data.md.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The only format there is; for symmetry.")] = True,
    config: ConfigOption = None,
) -> None:
    """Read articles as JSON Lines and write what each says of steps, in the same order.

    A line that is no article gives {"id": …, "error": …}; the rest is still done, and the exit code is 1.
    With --config, watch.alert_confidence draws the line between alerting and not.
    """
    threshold = read_config(config).watch.alert_confidence if config is not None else None
    failed = 0
    with lines_of(file) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                answer = _answer(line, number, threshold, doubtful=doubtful, details=details)
                failed += "error" in answer
                print_json(answer)
    if failed:
        raise typer.Exit(1)


@contextmanager
def lines_of(file: Path) -> Iterator[IO[bytes]]:
    """The lines of a file, or of the standard input for "-". Raises WrongUseError."""
    if file == STDIN:
        if sys.stdin.isatty():
            print("reading articles from the terminal; end with Ctrl-D", file=sys.stderr)
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise WrongUseError(f"{file.as_posix()}: {(error.strerror or 'cannot be read').lower()}") from None
    with stream:
        yield stream


def _answer(
    line: bytes, number: int, threshold: float | None, *, doubtful: bool, details: bool
) -> Mapping[str, Any]:
    from monitor.detect import detect as detect_in
    from monitor.lines import LineError, article_of_line

    try:
        article, row = article_of_line(line)
    except LineError as error:
        return {"id": error.id, "error": f"line {number}: {error}"}
    try:
        detection = detect_in(article)
    except Exception as error:  # the boundary of one article: the others are still done
        log.exception("line %d", number)
        return {"id": row["id"], "error": f"line {number}: a fault in detection: {error!r}"}
    return {"id": row["id"], **shape(detection, threshold, doubtful=doubtful, details=details)}


@dataclass(frozen=True, slots=True)
class Sorted:
    """A detection's findings by what becomes of them."""

    alerting: "tuple[Finding, ...]"
    doubtful: "tuple[Finding, ...]"


def sort_out(detection: "Detection", threshold: float | None = None) -> Sorted:
    """Which findings alert, and which a human would have to decide on."""
    from monitor.detect import alerts

    alerting = alerts(detection) if threshold is None else alerts(detection, threshold)
    return Sorted(alerting, tuple(one for one in detection.findings if one not in alerting))


def shape(
    detection: "Detection",
    threshold: float | None = None,
    *,
    doubtful: bool = False,
    details: bool = False,
) -> Mapping[str, Any]:
    """The object that `detect` prints, without the id."""
    found = sort_out(detection, threshold)
    listed = found.alerting + found.doubtful if doubtful else found.alerting
    return {
        "lang": detection.language,
        "alert": bool(found.alerting),
        "events": [finding_shape(one, details=details) for one in listed],
        "background": [{"parties": list(one.parties), "stage": one.stage} for one in detection.background],
    }


def finding_shape(finding: "Finding", *, details: bool = False) -> Mapping[str, Any]:
    """A finding with its evidence: the sentence first, then what named the parties, the stage, the time."""
    shown = {
        "parties": list(finding.parties),
        "stage": finding.stage,
        "instrument": finding.instrument,
        "date": finding.date.isoformat() if finding.date else None,
        "place": finding.place,
        "confidence": round(finding.confidence, 4),
        "evidence": [
            {"quote": one.quote, "start": one.start, "end": one.end, "field": one.field}
            for one in finding.evidence
        ],
        "reasons": list(finding.reasons),
    }
    return {**shown, "details": [_detail_shape(one) for one in finding.details]} if details else shown


def _detail_shape(detail: "Detail") -> Mapping[str, Any]:
    names = ("kind", "value", "said", "currency", "year", "per", "party", "office")
    quote = detail.evidence
    where = {"quote": quote.quote, "start": quote.start, "end": quote.end, "field": quote.field}
    return {**{name: value for name in names if (value := getattr(detail, name)) is not None}, **where}
