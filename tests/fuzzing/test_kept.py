"""Whatever once broke a reader breaks it no more, and the targets notice what breaks a promise."""

from pathlib import Path

import pytest

from tests.fuzzing.kept import NAMES, kept
from tests.fuzzing.targets import TARGETS


@pytest.mark.parametrize(("target", "path"), list(kept()), ids=lambda one: getattr(one, "name", one))
def test_what_was_found_is_mended(target: str, path: Path) -> None:
    TARGETS[target](path.read_bytes())


def test_something_is_kept_of_each() -> None:
    assert {name for name, _ in kept()} == set(NAMES) == set(TARGETS)
