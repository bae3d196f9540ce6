"""A month of normal traffic: how often the watchdog cries wolf."""

import random

from tests.promises.attempt import Tally


def month(tally: Tally, chance: random.Random, *, long: bool) -> str:
    """A line on what was tried."""
    return ""
