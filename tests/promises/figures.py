"""docs/promises.json: the figures of the last run of each promise, as the runs write them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs" / "promises.json"
FORMS = ("long", "quick")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of one promise: one object of the file. `date` is YYYY-MM-DD, `form` one of FORMS."""

    id: str
    form: str
    date: str
    tried: str
    passed: int
    failed: int
    seed: int
    seconds: int


def read(path: Path = FILE) -> list[Run]:
    """The last run of each promise and form, by the number of the promise, the long form first."""
    if not path.exists():
        return []
    return [Run(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def keep(runs: Sequence[Run], path: Path = FILE) -> list[Run]:
    """Put these in the place of earlier runs of the same promise and form; all that the file has now."""
    kept = {(run.id, run.form): run for run in [*read(path), *runs]}
    ordered = sorted(kept.values(), key=lambda run: (int(run.id[1:]), FORMS.index(run.form)))
    text = json.dumps([asdict(run) for run in ordered], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return ordered
