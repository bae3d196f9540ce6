"""Who stands in for whom."""

from monitor.fallback import standing_in

CHAINS = {"office": ["page", "telegram", "agency"], "ministry": ["agency"]}
USABLE = {"page", "telegram", "agency"}


def test_nobody_stands_in_while_all_is_well() -> None:
    assert standing_in(CHAINS, set(), USABLE) == {}
    assert standing_in(CHAINS, {"page"}, USABLE) == {}


def test_the_first_that_works_stands_in() -> None:
    assert standing_in(CHAINS, {"office"}, USABLE) == {"page": "office"}


def test_a_fallback_in_trouble_calls_the_next_one() -> None:
    assert standing_in(CHAINS, {"office", "page"}, USABLE) == {"page": "office", "telegram": "office"}


def test_what_cannot_be_polled_is_passed_over() -> None:
    assert standing_in(CHAINS, {"office"}, {"agency"}) == {"agency": "office"}


def test_one_may_stand_in_for_two() -> None:
    chosen = standing_in(CHAINS, {"office", "ministry", "page", "telegram"}, USABLE)
    assert set(chosen) == USABLE
