"""The quick form of the promises that have experiments of their own."""

import pytest

from tests.promises.__main__ import OWN
from tests.promises.attempt import Tally


@pytest.mark.parametrize("name", OWN)
def test_a_promise_is_held(name: str) -> None:
    tally = Tally()
    OWN[name](tally, seed=1, long=False)
    assert tally.failed == []
    assert tally.passed >= 4


def test_a_broken_promise_is_told() -> None:
    tally = Tally()
    with tally.attempt("what cannot be"):
        raise AssertionError("it is not")
    assert (tally.passed, tally.failed) == (0, ["what cannot be: it is not"])
