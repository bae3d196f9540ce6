"""How surely a claim is right: a small logistic model over what the rules saw.

The coefficients are data (confidence.yaml), fitted by bench/fit_confidence.py, which says on what.
"""

from functools import lru_cache
from importlib.resources import files
from math import exp

import yaml

from monitor.detect.claims import RECORD, Claim, SentenceReading
from monitor.terms import Stage

ALERT_AT = (
    0.6  # findings at least this sure alert; chosen on the labelled texts that the rules were written on
)
HEARSAY_AT_MOST = 0.55  # plans that only unnamed sources tell of go to review
REVIEW_AT = 0.3  # less sure ones go to review


_PLAIN = frozenset({"with", "between", "a compound adjective"})  # joined in so many words
_VAGUE = 0.4  # a bare "agreement" that is ours only by what the text is about
_GUESSED = 0.55  # a party supplied from who publishes or what is most spoken of


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """The coefficients by feature name; "bias" is the intercept."""
    text = files("monitor.detect").joinpath("confidence.yaml").read_text(encoding="utf-8")
    return {str(key): float(value) for key, value in yaml.safe_load(text)["weights"].items()}


def features_of(claim: Claim, told: int) -> dict[str, float]:
    """What the model sees of a claim; `told` is how many sentences make the same claim as new."""
    reading = claim.reading
    title = reading.sentence.field == "title"
    return {
        "title": float(title),
        "lead": float(not title and reading.sentence.index <= 3),
        "late": float(reading.sentence.index > 6),
        "link": claim.link.weight,
        "guessed": float(claim.link.weight <= _GUESSED),
        "record": float(claim.why == RECORD),
        "instrument": claim.instrument_weight,
        "planned": float(claim.words.reality == "planned"),
        "present": float(claim.words.form == "present" and not title),
        "named": float(claim.words.reality == "named"),
        "dated": float(claim.date is not None),
        "told_again": float(min(told - 1, 3)),
        "by_default": float(claim.by_default),
        "hearsay": float(reading.has("hearsay")),
        "soft_stage": float(claim.stage in (Stage.PROPOSED, Stage.NEGOTIATIONS_ROUND)),
        "vague": float(claim.instrument_weight <= _VAGUE),
        "crowd": 0.0 if claim.link.how in _PLAIN else _crowd(reading),
        "long_text": float(reading.sentence.index > 25),
    }


def _crowd(reading: SentenceReading) -> float:
    """How many parties act in a sentence besides two; at most 4 are counted."""
    return float(min(max(len({a.code for a in reading.actors if a.acts}) - 2, 0), 4))


def confidence_of(claim: Claim, told: int) -> float:
    """The probability (0..1) that the claim is right, by the fitted model."""
    claim.features = features_of(claim, told)
    known = weights()
    total = known["bias"] + sum(known.get(name, 0.0) * value for name, value in claim.features.items())
    return 1.0 / (1.0 + exp(-max(min(total, 30.0), -30.0)))
