"""The shipped list of known steps, 2015 to today, each with the addresses that tell of it.

It lets a new installation tell news from recollection on its first day. monitor/data/known.jsonl has
one step a line: parties, instrument, stage, date (a day, or a month where no source has the day),
place, title, sources.
"""

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

from monitor.terms import Instrument, Stage, pair_of
from storage import Writer
from storage.records import AgreementRecord, StepRecord, StepState


def known_steps() -> Iterator[StepRecord]:
    """Every shipped step, oldest first, with state "known" and origin "shipped"."""
    text = files("monitor").joinpath("data/known.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        yield _step(json.loads(line))


def remember(w: Writer) -> int:
    """Put the shipped list into the register where it is not yet; how many were new."""
    missing = [step for step in known_steps() if w.step(step.id) is None]
    for step in missing:
        w.add_step(step)
    return len(missing)


def _step(row: dict[str, str | list[str] | None]) -> StepRecord:
    parties, sources, day = row["parties"], row["sources"], row["date"]
    assert isinstance(parties, list)
    assert isinstance(sources, list)
    assert isinstance(day, str)
    agreement = AgreementRecord(
        parties=pair_of(*parties),
        instrument=Instrument(str(row["instrument"])),
        title=_text(row.get("title")),
    )
    # A month alone stands for its middle, and says that it is not exact.
    exact = len(day) == len("2024-02-23")
    return StepRecord(
        id=f"{agreement.name}/{row['stage']}/{day}",
        agreement=agreement,
        stage=Stage(str(row["stage"])),
        date=date.fromisoformat(day if exact else f"{day}-15"),
        date_exact=exact,
        place=_text(row.get("place")),
        state=StepState.KNOWN,
        origin="shipped",
        corroboration="single" if len(sources) < 2 else "independent",
        sources=tuple(sources),
    )


def _text(value: str | list[str] | None) -> str | None:
    return value if isinstance(value, str) else None
