"""Who stands behind a step: the ladder from one report to both sides officially. Pure.

A publisher counts once, and so does one text that several print (agency copies, found by near-duplicate
fingerprints). A side has confirmed when one of its own official sources (tier official or parliament)
reports the step.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.terms import Corroboration, Pair, Tier

# Two 64-bit fingerprints this near are copies of one text.
COPY_BITS = 3
OFFICIAL = frozenset({Tier.OFFICIAL, Tier.PARLIAMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One article's standing as a witness of a step."""

    publisher: str
    tier: str
    country: str | None = None
    fingerprint: int | None = None


def corroboration(pair: Pair, reports: Iterable[Report]) -> Corroboration:
    """The highest rung that these reports reach together."""
    standing = [r for r in reports if r.tier != Tier.DISCOVERY]
    sides = {r.country for r in standing if r.tier in OFFICIAL and r.country in pair}
    if len(sides) == 2:
        return Corroboration.BOTH_SIDES
    if sides:
        return Corroboration.ONE_SIDE
    return Corroboration.INDEPENDENT if len(independent(standing)) > 1 else Corroboration.SINGLE


def independent(reports: Iterable[Report]) -> list[Report]:
    """The reports that stand on their own: one a publisher, one a text."""
    chosen: list[Report] = []
    for report in reports:
        if not any(report.publisher == other.publisher or _copies(report, other) for other in chosen):
            chosen.append(report)
    return chosen


def _copies(one: Report, other: Report) -> bool:
    if one.fingerprint is None or other.fingerprint is None:
        return False
    return ((one.fingerprint ^ other.fingerprint) & 0xFFFFFFFFFFFFFFFF).bit_count() <= COPY_BITS
