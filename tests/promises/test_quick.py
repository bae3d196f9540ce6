"""The quick form of every promise."""

from pathlib import Path

import pytest

from tests.promises import figures, page
from tests.promises.__main__ import ALL
from tests.promises.attempt import Tally


@pytest.mark.parametrize("name", ALL)
def test_a_promise_is_held(name: str) -> None:
    tally = Tally()
    ALL[name](tally, seed=1, long=False)
    assert tally.failed == []
    assert tally.passed >= 4


def test_a_broken_promise_is_told() -> None:
    tally = Tally()
    with tally.attempt("what cannot be"):
        raise AssertionError("it is not")
    assert (tally.passed, tally.failed) == (0, ["what cannot be: it is not"])


def a_run(name: str, form: str, passed: int) -> figures.Run:
    return figures.Run(
        id=name, form=form, date="2026-03-02", tried="this", passed=passed, failed=0, seed=7, seconds=1
    )


def test_a_run_takes_the_place_of_the_last_of_its_form(tmp_path: Path) -> None:
    kept = tmp_path / "promises.json"
    figures.keep([a_run("G10", "quick", 1), a_run("G2", "quick", 2)], kept)
    figures.keep([a_run("G2", "long", 3), a_run("G10", "quick", 4)], kept)
    runs = figures.read(kept)
    assert [(r.id, r.form, r.passed) for r in runs] == [
        ("G2", "long", 3),
        ("G2", "quick", 2),
        ("G10", "quick", 4),
    ]
    readme = page.in_readme(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", runs)
    assert "old" not in readme
    assert f"| G2 | {page.PROMISES['G2']} | 3 | 0 | long | 2026-03-02 |" in readme
    assert "| G3 | A channel that is away for 24 hours loses nothing and is not stormed | - |" in readme


def test_the_pages_say_what_the_runs_wrote() -> None:
    """Nobody types a figure: both tables are made from docs/promises.json."""
    runs = figures.read()
    assert page.PAGE.read_text(encoding="utf-8") == page.page(runs)
    readme = page.README.read_text(encoding="utf-8")
    assert readme == page.in_readme(readme, runs)
    assert page.BEGIN in readme
