"""Agreements put together with their steps, as lists and timelines show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from monitor.terms import Stage

if TYPE_CHECKING:
    from storage.records import AgreementRecord, StepRecord

Timeline = tuple["AgreementRecord", list["StepRecord"]]
_RANKS = {stage.value: stage.rank for stage in Stage}


def with_steps(agreements: Iterable[AgreementRecord], steps: Iterable[StepRecord]) -> list[Timeline]:
    """Each agreement with its own steps, oldest first. Steps that humans rejected or merged are left out."""
    known = [step for step in steps if step.state not in {"rejected", "merged"}]
    known.sort(key=lambda step: (step.date.isoformat() if step.date else "9999", _RANKS.get(step.stage, 0)))
    return [(one, [step for step in known if step.agreement.name == one.name]) for one in agreements]
