"""The accuracy page: our labelled set judged by detection and, beside it, by a plain keyword query.

`python -m monitor.accuracy > docs/accuracy.md` (`make accuracy`). The words around the figures are
data/accuracy.md; the keyword query of each language is data/keyword_queries.yaml.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from string import Template

import yaml

from monitor.detect import ALERT_AT
from monitor.evaluation import Judged, Labelled, Rate, Score, alert_score, judge, read_labelled, report
from monitor.terms import Stage

_FOLDS = {"a": "seen", "b": "held back"}
_NO_SPACES = frozenset({"ja", "zh"})


def labelled_lines() -> list[str]:
    """The lines of our own labelled set, all languages."""
    folder = files("monitor").joinpath("data", "labelled")
    paths = sorted((f for f in folder.iterdir() if f.name.endswith(".jsonl")), key=lambda f: f.name)
    return [line for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@cache
def _queries() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    text = files("monitor").joinpath("data", "keyword_queries.yaml").read_text(encoding="utf-8")
    return {
        language: (_expression(query["documents"], language), _expression(query["steps"], language))
        for language, query in yaml.safe_load(text).items()
    }


def _expression(phrases: Sequence[str], language: str) -> re.Pattern[str]:
    edge = "" if language in _NO_SPACES else r"\b"
    parts = [edge + re.escape(phrase).replace(r"\*", r"\w*") + edge for phrase in phrases]
    return re.compile("|".join(parts), re.IGNORECASE)


def keyword_alert(item: Labelled) -> bool:
    """Whether the keyword query of the item's language would alert: a document and a step word in it."""
    query = _queries().get(item.article.language or "")
    text = f"{item.article.title}\n{item.article.text}"
    return query is not None and all(part.search(text) for part in query)


def keyword_score(items: Iterable[Labelled]) -> Score:
    """Alert or silent by the keyword query, item by item."""
    told = [(keyword_alert(item), item.alert) for item in items]
    return Score(
        right=sum(mine and true for mine, true in told),
        claimed=sum(mine for mine, _ in told),
        true=sum(true for _, true in told),
    )


def page() -> str:
    """The accuracy page in Markdown."""
    lines = labelled_lines()
    folds = [str(json.loads(line)["fold"]) for line in lines]
    judged = judge(read_labelled(lines))
    by_fold = {fold: [j for j, f in zip(judged, folds, strict=True) if f == fold] for fold in _FOLDS}
    frame = files("monitor").joinpath("data", "accuracy.md").read_text(encoding="utf-8")
    return Template(frame).substitute(
        items=len(judged),
        languages=len({j.item.article.language for j in judged}),
        threshold=ALERT_AT,
        folds=_table(_fold_rows(judged, by_fold), ("texts", "n", *_COLUMNS, "date")),
        by_language=_table(_rows(judged, by_fold["b"], _language), ("language", "n", "held", *_COLUMNS)),
        by_stage=_table(_stage_rows(judged), ("stage", "steps", "precision", "recall", "F1")),
        by_negative=_table(_negative_rows(judged), ("kind of silence", "texts", "false alerts", "keywords")),
    )


_COLUMNS = ("precision", "recall", "pair and stage F1", "keyword precision", "keyword recall")


def _fold_rows(judged: Sequence[Judged], by_fold: dict[str, list[Judged]]) -> Iterable[Sequence[str]]:
    sure = [j for j in by_fold["b"] if not j.item.uncertain]
    named = {"all": judged, "fold a (seen)": by_fold["a"], "fold b (held back at first)": by_fold["b"]}
    for name, group in {**named, "fold b, without the uncertain": sure}.items():
        yield name, str(len(group)), *_scores(group), _rate(report(group).dates)


def _scores(group: Sequence[Judged]) -> Sequence[str]:
    mine, plain = alert_score(group), keyword_score(j.item for j in group)
    both = report(group).pair_stage
    return (
        _rate(mine.precision),
        _rate(mine.recall),
        f"{both.f1:.2f}",
        _rate(plain.precision),
        _rate(plain.recall),
    )


def _rows(
    judged: Sequence[Judged], held: Sequence[Judged], key: Callable[[Judged], str]
) -> Iterable[Sequence[str]]:
    for value in sorted({key(j) for j in judged}):
        group = [j for j in judged if key(j) == value]
        yield value, str(len(group)), str(sum(key(j) == value for j in held)), *_scores(group)


def _language(judged: Judged) -> str:
    return judged.item.article.language or "?"


def _stage_rows(judged: Sequence[Judged]) -> Iterable[Sequence[str]]:
    stages = report(judged).by["stage"]
    for name in (str(stage) for stage in Stage):
        if name in stages:
            score = stages[name][1]
            yield name, str(score.true), _rate(score.precision), _rate(score.recall), f"{score.f1:.2f}"


def _negative_rows(judged: Sequence[Judged]) -> Iterable[Sequence[str]]:
    for kind in sorted({j.item.negative_kind for j in judged if j.item.negative_kind}):
        group = [j for j in judged if j.item.negative_kind == kind]
        plain = sum(keyword_alert(j.item) for j in group)
        yield kind.replace("_", " "), str(len(group)), str(sum(j.alerts for j in group)), str(plain)


def _rate(rate: Rate) -> str:
    if not rate.of:
        return "—"
    low, high = rate.interval
    return f"{rate.value:.2f} ({low:.2f}–{high:.2f})"


def _table(rows: Iterable[Sequence[str]], head: Sequence[str]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    print(page(), end="")
