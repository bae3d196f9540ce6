"""Detection measured on labelled texts: precision, recall and F1 with 95 % intervals, and the errors.

Pure functions over labelled items and what detection found in them. `python -m monitor.evaluation
FILE` prints the table; `pactwatch evaluate` is the same with more ways to show it. The label rules
are in docs/accuracy.md (an event is a step between exactly two parties, three days old at most).
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from math import sqrt
from pathlib import Path

from monitor.detect import Article, Detection, alerts, detect
from monitor.terms import Pair, Stage, pair_of

_Z = 1.959963984540054  # two-sided 95 %


class LabelError(ValueError):
    """A labelled line that cannot be read; the message names the line and the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A labelled step: the pair, the stage, and the day when the label gives one."""

    pair: Pair
    stage: Stage
    day: date | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An article with its label."""

    article: Article
    alert: bool
    events: tuple[Event, ...] = ()
    negative_kind: str | None = None
    uncertain: bool = False
    precision: str | None = None  # "month": the publication date is not exact, dates are not scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A proportion with its Wilson interval; `of` is the denominator."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval; (0, 1) where nothing was counted."""
        if not self.of:
            return 0.0, 1.0
        p, n = self.value, self.of
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision, recall and F1 of one question."""

    right: int
    claimed: int
    true: int

    @property
    def precision(self) -> Rate:
        return Rate(hits=self.right, of=self.claimed)

    @property
    def recall(self) -> Rate:
        return Rate(hits=self.right, of=self.true)

    @property
    def f1(self) -> float:
        total = self.claimed + self.true
        return 2 * self.right / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An item beside what detection alerted of it."""

    item: Labelled
    detection: Detection
    claimed: tuple[Event, ...]

    @property
    def alerts(self) -> bool:
        return bool(self.claimed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All scores over one set; `by` breaks them down: by["language"]["uk"]."""

    items: int
    alert: Score
    pair: Score
    pair_stage: Score
    dates: Rate
    by: dict[str, dict[str, tuple[Score, Score]]] = field(default_factory=dict)


def read_labelled(lines: Iterable[str]) -> list[Labelled]:
    """The labelled items of a JSONL file. Raises LabelError, naming line and field."""
    items = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                items.append(_labelled(json.loads(line)))
            except KeyError as error:
                raise LabelError(f"line {number}: field {error} is missing") from error
            except (ValueError, TypeError, AttributeError) as error:
                raise LabelError(f"line {number}: {error}") from error
    return items


def _labelled(raw: dict[str, object]) -> Labelled:
    day = str(raw["published"]) if raw.get("published") else None
    events = raw.get("events") or []
    if not isinstance(events, list):
        raise ValueError("events: a list is wanted")
    return Labelled(
        article=Article(
            id=str(raw["id"]),
            title=str(raw["title"]),
            text=str(raw["text"]),
            language=str(raw["lang"]) if raw.get("lang") else None,
            published=_moment(day) if day else None,
            url=str(raw["url"]) if raw.get("url") else None,
            source_kind=str(raw["source_kind"]) if raw.get("source_kind") else None,
        ),
        alert=bool(raw["alert"]),
        events=tuple(_event(one) for one in events),
        negative_kind=str(raw["negative_kind"]) if raw.get("negative_kind") else None,
        uncertain=bool(raw.get("uncertain")),
        precision=str(raw["date_precision"]) if raw.get("date_precision") else None,
    )


def _moment(text: str) -> datetime:
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), time(12), UTC)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _event(raw: dict[str, object]) -> Event:
    parties = raw["parties"]
    if not isinstance(parties, list) or len(parties) != 2:
        raise ValueError("events.parties: two parties are wanted")
    return Event(
        pair=pair_of(str(parties[0]), str(parties[1])),
        stage=Stage(str(raw["stage"])),
        day=date.fromisoformat(str(raw["date"])) if raw.get("date") else None,
        instrument=str(raw["instrument"]) if raw.get("instrument") else None,
    )


def judge(items: Iterable[Labelled], judged_by: Callable[[Article], Detection] = detect) -> list[Judged]:
    """Each item beside what detection alerts of it."""
    out = []
    for item in items:
        detection = judged_by(item.article)
        claimed = tuple(
            Event(pair=f.parties, stage=f.stage, day=f.date, instrument=f.instrument)
            for f in alerts(detection)
        )
        out.append(Judged(item=item, detection=detection, claimed=claimed))
    return out


def report(judged: Sequence[Judged]) -> Report:
    """The scores over the judged items, whole and by language, stage, source kind and negative kind."""
    by: dict[str, dict[str, tuple[Score, Score]]] = {}
    keys: dict[str, Callable[[Judged], str | None]] = {
        "language": lambda j: j.item.article.language,
        "source_kind": lambda j: j.item.article.source_kind,
        "negative_kind": lambda j: j.item.negative_kind,
    }
    for name, key in keys.items():
        groups: dict[str, list[Judged]] = defaultdict(list)
        for one in judged:
            if value := key(one):
                groups[value].append(one)
        by[name] = {
            value: (alert_score(group), pair_stage_score(group)) for value, group in sorted(groups.items())
        }
    by["stage"] = {
        str(stage): (score, score)
        for stage in Stage
        if (score := _stage_score(judged, stage)).true or score.claimed
    }
    return Report(
        items=len(judged),
        alert=alert_score(judged),
        pair=_set_score(judged, lambda event: event.pair),
        pair_stage=pair_stage_score(judged),
        dates=date_rate(judged),
        by=by,
    )


def alert_score(judged: Sequence[Judged]) -> Score:
    """Alert or silent, item by item."""
    return Score(
        right=sum(j.alerts and j.item.alert for j in judged),
        claimed=sum(j.alerts for j in judged),
        true=sum(j.item.alert for j in judged),
    )


def pair_stage_score(judged: Sequence[Judged]) -> Score:
    """Sets of (pair, stage), item by item."""
    return _set_score(judged, lambda event: (event.pair, event.stage))


def _set_score(judged: Sequence[Judged], key: Callable[[Event], object]) -> Score:
    right = claimed = true = 0
    for one in judged:
        mine, label = {key(e) for e in one.claimed}, {key(e) for e in one.item.events}
        right, claimed, true = right + len(mine & label), claimed + len(mine), true + len(label)
    return Score(right=right, claimed=claimed, true=true)


def _stage_score(judged: Sequence[Judged], stage: Stage) -> Score:
    right = claimed = true = 0
    for one in judged:
        mine = {e.pair for e in one.claimed if e.stage is stage}
        label = {e.pair for e in one.item.events if e.stage is stage}
        right, claimed, true = right + len(mine & label), claimed + len(mine), true + len(label)
    return Score(right=right, claimed=claimed, true=true)


def date_rate(judged: Sequence[Judged]) -> Rate:
    """Of the events found (pair and stage right) whose label has a day: how many have that day."""
    hits = of = 0
    for one in judged:
        if one.item.precision == "month":
            continue
        found = {(e.pair, e.stage): e.day for e in one.claimed}
        for event in one.item.events:
            if event.day and (event.pair, event.stage) in found:
                of += 1
                hits += found[event.pair, event.stage] == event.day
    return Rate(hits=hits, of=of)


def errors(judged: Sequence[Judged]) -> list[Judged]:
    """The items whose set of (pair, stage) is not what the label says."""
    return [
        j
        for j in judged
        if {(e.pair, e.stage) for e in j.claimed} != {(e.pair, e.stage) for e in j.item.events}
    ]


def _shown(score: Score) -> str:
    p, r = score.precision, score.recall
    return (
        f"P {p.value:.3f} [{p.interval[0]:.2f}-{p.interval[1]:.2f}]  "
        f"R {r.value:.3f} [{r.interval[0]:.2f}-{r.interval[1]:.2f}]  F1 {score.f1:.3f}  (n={score.true})"
    )


def lines_of(whole: Report) -> Iterable[str]:
    """The report as lines of text."""
    yield f"{whole.items} items"
    yield f"  alert       {_shown(whole.alert)}"
    yield f"  pair        {_shown(whole.pair)}"
    yield f"  pair+stage  {_shown(whole.pair_stage)}"
    yield f"  date        {whole.dates.value:.3f} (n={whole.dates.of})"
    for name, groups in whole.by.items():
        yield f"by {name}:"
        for value, (alert, both) in groups.items():
            if name == "negative_kind":
                yield f"  {value:28} false alerts {alert.claimed}"
            elif name == "stage":
                yield f"  {value:28} {_shown(both)}"
            else:
                yield f"  {value:28} alert {_shown(alert)} | pair+stage F1 {both.f1:.3f}"


def main() -> int:
    """Print the report of each file named, and the errors when asked with --errors."""
    for name in [a for a in sys.argv[1:] if not a.startswith("--")]:
        with Path(name).open(encoding="utf-8") as stream:
            judged = judge(read_labelled(stream))
        print("\n".join(lines_of(report(judged))))
        sure = [j for j in judged if not j.item.uncertain]
        print(
            f"without the uncertain: alert {_shown(alert_score(sure))} | "
            f"pair+stage F1 {pair_stage_score(sure).f1:.3f}"
        )
        if "--errors" in sys.argv:
            print("\n".join(_error_lines(errors(judged))))
    return 0


def _error_lines(wrong: Sequence[Judged]) -> Iterable[str]:
    for one in wrong:
        label = [f"{'-'.join(e.pair)} {e.stage}" for e in one.item.events]
        mine = [f"{'-'.join(f.parties)} {f.stage} {f.confidence:.2f}" for f in one.detection.findings]
        yield f"{one.item.article.id} label {label} found {mine} | {one.item.article.title}"


if __name__ == "__main__":
    sys.exit(main())
