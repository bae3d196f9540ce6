"""What fuzzing left: one folder a target, one file an input."""

from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
FOLDER = DATA / "fuzz"
NAMES = ("feed", "page", "address", "date")


def kept() -> Iterator[tuple[str, Path]]:
    """(target, file) of every input that is kept."""
    for folder in sorted(FOLDER.iterdir()):
        for path in sorted(folder.iterdir()):
            yield folder.name, path
