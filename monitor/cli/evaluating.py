"""`pactwatch evaluate`: detection measured on labelled texts."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.detecting import lines_of
from monitor.cli.failures import WrongUseError
from monitor.cli.options import ConfigOption, JsonOption
from monitor.cli.output import print_json
from monitor.terms import pair_name

if TYPE_CHECKING:
    from monitor.evaluation import Event, Judged, Rate, Report, Score


def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled articles as JSON Lines; - is the standard input.")],
    *,
    errors: Annotated[bool, typer.Option("--errors", help="List every error, too.")] = False,
    steps: Annotated[
        bool, typer.Option("--steps", help="Measure how reports are grouped into steps, by a replay.")
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Measure detection on labelled articles: precision, recall and F1 with 95 % intervals.

    Alert yes or no, the pair, pair and stage together, and the date; by language, stage and kind of
    source. A label has `alert` and `events` ([{"parties", "stage", "date"}]) beside the article.
    """
    from monitor import evaluation

    if steps:
        _evaluate_steps(file, errors=errors, json=json)
        return
    try:
        with lines_of(file) as stream, io.TextIOWrapper(stream, encoding="utf-8") as text:
            judged = evaluation.judge(evaluation.read_labelled(text))
    except evaluation.LabelError as error:
        raise WrongUseError(f"{file.as_posix()}: {error}") from None
    except UnicodeDecodeError:
        raise WrongUseError(f"{file.as_posix()}: is not UTF-8") from None
    whole = evaluation.report(judged)
    sure = evaluation.report([one for one in judged if not one.item.uncertain])
    wrong = evaluation.errors(judged) if errors else []
    if json:
        print_json({**report_shape(whole), "without_uncertain": report_shape(sure)})
        for one in wrong:
            print_json(_error_shape(one))
        return
    print("\n".join(evaluation.lines_of(whole)))
    if sure.items != whole.items:
        print("without the uncertain labels:")
        print("\n".join(list(evaluation.lines_of(sure))[:5]))
    print("\n".join(_error_lines(wrong)), end="\n" if wrong else "")


def _evaluate_steps(file: Path, *, errors: bool, json: bool) -> None:
    """Print B-cubed scores of grouping, alerts a true step, and recaps alerted."""
    from monitor.grouping import measured

    try:
        scores = measured(file)
    except (OSError, ValueError) as error:
        raise WrongUseError(f"{file.as_posix()}: {error}") from None
    if json:
        print_json(asdict(scores) | {"f1": scores.f1})
        return
    print(f"{scores.told_steps} steps told, {scores.true_steps} in the labels")
    print(f"  grouping (B-cubed)      P {scores.precision:.3f}  R {scores.recall:.3f}  F1 {scores.f1:.3f}")
    print(f"                          over {scores.reports} reports that both have")
    print(f"  alerts a true step      {scores.alerts_per_true_step:.3f}")
    print(f"  recaps alerted          {len(scores.recaps)} of {scores.silent_articles} silent articles")
    print(f"  never told {len(scores.missed)}, told without a true report {len(scores.false)}")
    if errors:
        for word in ("repeated", "missed", "false", "recaps"):
            for name in getattr(scores, word):
                print(f"{word}\t{name}")


def report_shape(report: "Report") -> Mapping[str, Any]:
    """A report as JSON; `low` and `high` bound the 95 % interval."""
    return {
        "items": report.items,
        "alert": _score(report.alert),
        "pair": _score(report.pair),
        "pair_stage": _score(report.pair_stage),
        "date": _rate(report.dates),
        "by": {
            name: {
                value: {"alert": _score(alert), "pair_stage": _score(both)}
                for value, (alert, both) in groups.items()
            }
            for name, groups in report.by.items()
        },
    }


def _score(score: "Score") -> Mapping[str, Any]:
    return {
        "precision": _rate(score.precision),
        "recall": _rate(score.recall),
        "f1": round(score.f1, 4),
        "right": score.right,
        "claimed": score.claimed,
        "true": score.true,
    }


def _rate(rate: "Rate") -> Mapping[str, Any]:
    low, high = rate.interval
    return {"value": round(rate.value, 4), "low": round(low, 4), "high": round(high, 4), "n": rate.of}


def _event(event: "Event") -> Mapping[str, Any]:
    return {
        "parties": list(event.pair),
        "stage": event.stage,
        "date": event.day.isoformat() if event.day else None,
    }


def _error_shape(one: "Judged") -> Mapping[str, Any]:
    return {
        "error": one.item.article.id,
        "title": one.item.article.title,
        "label": [_event(event) for event in one.item.events],
        "claimed": [_event(event) for event in one.claimed],
        "doubtful": [
            {"parties": list(f.parties), "stage": f.stage, "confidence": round(f.confidence, 4)}
            for f in one.detection.findings
        ],
    }


def _error_lines(wrong: "list[Judged]") -> Iterator[str]:
    for one in wrong:
        label = ", ".join(f"{pair_name(e.pair)} {e.stage}" for e in one.item.events) or "nothing"
        found = ", ".join(
            f"{pair_name(f.parties)} {f.stage} {f.confidence:.2f}" for f in one.detection.findings
        )
        yield f"{one.item.article.id}: label {label}; found {found or 'nothing'} | {one.item.article.title}"
