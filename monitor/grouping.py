"""How well reports are grouped into steps: B-cubed scores, alerts per true step, recaps alerted.

B-cubed (Bagga and Baldwin 1998): for each report, the share of its predicted companions that truly
report the same step (precision), and the share of its true companions that were found (recall),
averaged over the reports that both sides have. What one side lacks altogether is counted apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import date as Day
from pathlib import Path
from typing import Any

from monitor.detect.findings import Article
from monitor.lines import LineError, article_of_line
from monitor.replay import replay
from monitor.terms import Pair, pair_of

# Labelled dates of one stage of one pair this near are one step (time zones, headlines).
SAME_DAYS = timedelta(days=3)
# A label without a date joins the dated step this near to its publication.
UNDATED_DAYS = timedelta(days=14)

# One report: this article tells of this pair at this stage.
Key = tuple[str, Pair, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One labelled event of one article."""

    article: str
    pair: Pair
    stage: str
    date: Day | None
    published: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """One step that people were told of, with the articles that joined it."""

    id: str
    pair: Pair
    stage: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The scores. `missed`: true steps never told; `false`: told steps without any true report;
    `recaps`: labelled non-alert articles that made an alert of their own."""

    precision: float
    recall: float
    reports: int
    true_steps: int
    told_steps: int
    alerts_per_true_step: float
    missed: tuple[str, ...]
    false: tuple[str, ...]
    repeated: tuple[str, ...]
    silent_articles: int
    recaps: tuple[str, ...]

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def measured(path: Path) -> Grouping:
    """The scores of a replay of a labelled JSON Lines file, in order of publication, from nothing.

    OSError where the file cannot be read; LineError (a ValueError) for a line that is no labelled article.
    """
    labels: list[Label] = []
    silent: list[str] = []
    with path.open("rb") as file:
        for line in file:
            article, row = article_of_line(line)
            if not row.get("alert"):
                silent.append(article.id)
            labels += [_label(article, event) for event in row.get("events", ())]
    told = [
        Alerted(id=t.step.id, pair=t.step.agreement.parties, stage=t.step.stage, articles=t.articles)
        for t in replay(path).told
    ]
    return grouping(labels, told, silent=silent)


def _label(article: Article, event: Mapping[str, Any]) -> Label:
    if article.published is None:
        raise LineError("published: missing beside a labelled event", article.id)
    day = str(event.get("date") or "")
    return Label(
        article=article.id,
        pair=pair_of(*event["parties"]),
        stage=str(event["stage"]),
        date=date.fromisoformat(day) if len(day) == len("2024-02-23") else None,
        published=article.published.date(),
    )


def grouping(labels: Sequence[Label], alerted: Sequence[Alerted], *, silent: Iterable[str] = ()) -> Grouping:
    """The scores of `alerted` against `labels`. `silent`: ids of articles labelled as no alert."""
    truth = true_steps(labels)
    told = {(a, step.pair, step.stage): step.id for step in alerted for a in step.articles}
    common = [key for key in truth if key in told]
    precision, recall = b_cubed({k: truth[k] for k in common}, {k: told[k] for k in common})
    found = defaultdict(set)
    for key in common:
        found[truth[key]].add(told[key])
    silent_ids = set(silent)
    return Grouping(
        precision=precision,
        recall=recall,
        reports=len(common),
        true_steps=len(set(truth.values())),
        told_steps=len(alerted),
        alerts_per_true_step=_mean([float(len(ids)) for ids in found.values()]),
        missed=tuple(sorted(set(truth.values()) - set(found))),
        false=tuple(s.id for s in alerted if not {(a, s.pair, s.stage) for a in s.articles} & set(truth)),
        repeated=tuple(sorted(step for step, ids in found.items() if len(ids) > 1)),
        silent_articles=len(silent_ids),
        recaps=tuple(sorted({s.articles[0] for s in alerted if s.articles} & silent_ids)),
    )


def true_steps(labels: Sequence[Label]) -> dict[Key, str]:
    """The true step of each labelled report: labels of one pair and stage, grouped by date."""
    by_kind: dict[tuple[Pair, str], list[Label]] = defaultdict(list)
    for label in labels:
        by_kind[label.pair, label.stage].append(label)
    steps: dict[Key, str] = {}
    for (pair, stage), group in by_kind.items():
        days: list[date] = []
        for label in sorted(group, key=lambda x: (x.date is None, x.date or x.published, x.article)):
            day, slack = label.date or label.published, SAME_DAYS if label.date else UNDATED_DAYS
            near = min(days, key=lambda d: abs(d - day), default=None)
            if near is None or abs(near - day) > slack:
                near = day
                days.append(day)
            steps[label.article, pair, stage] = f"{pair[0]}-{pair[1]}/{stage}/{near}"
    return steps


def b_cubed(truth: Mapping[Key, str], told: Mapping[Key, str]) -> tuple[float, float]:
    """Precision and recall over the same keys in both; 1.0 and 1.0 where there are none."""
    true_groups, told_groups = _groups(truth), _groups(told)
    if not truth:
        return 1.0, 1.0
    together = [len(true_groups[truth[k]] & told_groups[told[k]]) for k in truth]
    precision = _mean([n / len(told_groups[told[k]]) for n, k in zip(together, truth, strict=True)])
    recall = _mean([n / len(true_groups[truth[k]]) for n, k in zip(together, truth, strict=True)])
    return precision, recall


def _groups(of: Mapping[Key, str]) -> dict[str, set[Key]]:
    groups: dict[str, set[Key]] = defaultdict(set)
    for key, name in of.items():
        groups[name].add(key)
    return groups


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
