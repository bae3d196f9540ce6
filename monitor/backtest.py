"""What a change of rules would have changed: steps told before and after, over stored or given articles."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from monitor.replay import Replayed, StepTold, replay
from monitor.rules import Rules
from storage import Reader
from storage.records import ArticleRecord, Filter

WEEK = 7 * 24 * 3600.0
# Articles fetched from storage at a time.
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Steps that only the new rules tell (`gained`), only the old ones (`lost`), or both (`kept`)."""

    gained: tuple[StepTold, ...]
    lost: tuple[StepTold, ...]
    kept: tuple[StepTold, ...]
    articles: int
    weeks: float
    bad: tuple[str, ...]

    @property
    def per_week(self) -> float:
        """Alerts a week under the new rules. A stretch under a week counts as one."""
        return (len(self.gained) + len(self.kept)) / max(self.weeks, 1.0)


def backtest(path: Path, new: Rules, old: Rules | None = None) -> Backtest:
    """The comparison over a JSON Lines file. Without `old`, everything told counts as gained.

    A step counts as told when a route leads to a channel; who is told (the channels) is in each StepTold,
    and a step told to other channels than before is both gained and lost.
    """
    after = replay(path, rules=new)
    before = replay(path, rules=old) if old else Replayed(told=(), articles=0, bad=())
    was = {(t.step.id, t.channels): t for t in before.told}
    now = {(t.step.id, t.channels): t for t in after.told}
    times = [t.at.timestamp() for t in (*after.told, *before.told)]
    return Backtest(
        gained=tuple(t for key, t in now.items() if key not in was),
        lost=tuple(t for key, t in was.items() if key not in now),
        kept=tuple(t for key, t in now.items() if key in was),
        articles=after.articles,
        weeks=(max(times) - min(times)) / WEEK if times else 0.0,
        bad=after.bad,
    )


@contextmanager
def stored_lines(r: Reader) -> Iterator[Path]:
    """Every stored article as a temporary JSON Lines file, for `backtest`."""
    with TemporaryDirectory(prefix="pactwatch-backtest-") as folder:
        path = Path(folder) / "articles.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for article in _all(r):
                out.write(json.dumps(line_of(article), ensure_ascii=False) + "\n")
        yield path


def line_of(article: ArticleRecord) -> dict[str, Any]:
    """A stored article as the line that `detect`, `replay` and `evaluate` read."""
    return {
        "id": str(article.id),
        "url": article.url,
        "lang": article.language,
        "published": article.published.isoformat() if article.published else None,
        "source_kind": article.tier,
        "outlet": article.publisher,
        "country": article.country,
        "title": article.title,
        "text": article.text,
    }


def _all(r: Reader) -> Iterator[ArticleRecord]:
    before: int | None = None
    while page := r.articles(Filter(limit=PAGE, before_id=before)):
        yield from page
        before = page[-1].id
