"""Which states a text names side by side because they are adversaries."""

from functools import cache

from monitor.detect.parties.lists import read


@cache
def rivals() -> frozenset[str]:
    """The pairs of data/rivals.yaml, as "RU-UA"."""
    return frozenset(read("rivals.yaml")["rivals"])
