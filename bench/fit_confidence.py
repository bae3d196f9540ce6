"""Fits the confidence model: `python -m bench.fit_confidence LABELLED.jsonl … GOLDEN.yaml … > out.yaml`.

For each labelled text every finding that detection would consider is one example: right when the
label has its pair and stage; golden cases (tests/data/detect) are labelled texts too. A logistic
regression with an L2 penalty on those examples, uncertain labels left out, by plain gradient
descent. Print to the screen first and look at it.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import yaml

from monitor.detect.confidence import features_of
from monitor.detect.engine import claims_of, new_of, news_of
from monitor.detect.lexicon import lexicon
from monitor.evaluation import Labelled, read_labelled

PENALTY = 1.0
STEPS = 6000
RATE = 0.05


def examples(items: Iterable[Labelled]) -> Iterable[tuple[dict[str, float], bool]]:
    """What the model sees of each finding, and whether the finding is right."""
    for item in items:
        words = lexicon(item.article.language or "")
        if words is None or item.uncertain:
            continue
        label = {(event.pair, event.stage) for event in item.events}
        for claim, same in news_of(new_of(claims_of(item.article, words))):
            told = len({one.reading.sentence.index for one in same})
            yield features_of(claim, told), (claim.link.pair, claim.stage) in label


def fit(rows: list[dict[str, float]], right: list[bool]) -> dict[str, float]:
    """The coefficients by feature, "bias" first."""
    names = list(rows[0])
    data = np.array([[1.0, *(row[name] for name in names)] for row in rows])
    truth = np.array(right, dtype=float)
    weights = np.zeros(data.shape[1])
    for _ in range(STEPS):
        slope = data.T @ (1.0 / (1.0 + np.exp(-(data @ weights))) - truth)
        slope[1:] += PENALTY * weights[1:]
        weights -= RATE * slope / len(truth) * 10
    return dict(zip(["bias", *names], (float(w) for w in weights), strict=True))


def lines_of(name: str) -> Iterator[str]:
    """The labelled lines of a JSONL file, or of a language's golden cases as such lines."""
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".yaml":
        yield from text.splitlines()
        return
    for number, case in enumerate(yaml.safe_load(text)):
        told = [line.split() for line in case["expect"]]
        events = [{"parties": pair.split("-"), "stage": stage} for pair, stage, *_ in told]
        yield json.dumps(
            {
                "id": f"{path.stem}-{number}",
                "lang": path.stem,
                "published": str(case["published"]),
                "title": case["title"],
                "text": case["text"],
                "alert": bool(events),
                "events": events,
            }
        )


def main() -> None:
    """Print the fitted coefficients as the YAML file that monitor/detect/confidence.py reads."""
    lines = [line for name in sys.argv[1:] for line in lines_of(name)]
    items = read_labelled(lines)
    rows, right = zip(*examples(items), strict=True)
    print("# Coefficients of the confidence model (monitor/detect/confidence.py).")
    print(f"# Fitted by bench/fit_confidence.py on {len(rows)} findings ({sum(right)} right)")
    print(f"# in {len(items)} labelled texts; L2 penalty {PENALTY}.")
    print("weights:")
    for name, weight in fit(list(rows), list(right)).items():
        print(f"  {name}: {weight:.3f}")


if __name__ == "__main__":
    main()
