"""Whether an entry may be of the field at all, told in microseconds and in every language at once.

A linear-time automaton (re2) over the words of prefilter.yaml. It leans to recall: what it refuses
is not fetched, so it asks only for a document word beside a field or step word.
"""

from collections import defaultdict
from functools import lru_cache
from importlib.resources import files
from typing import Any

import re2
import yaml

_ORDER = ("documents", "fields", "steps", "strong")
_MEMORY = 16 << 20  # bytes that the automaton may take before it falls back to slower matching
_BEFORE, _AFTER = r"[^\pL\pN]", r"(?:[^\pL\pN]|$)"
_MOST = 40_000  # characters looked at: an article of ten pages


def may_matter(title: str, summary: str = "") -> bool:
    """Whether a title and summary may tell of a step of a security agreement, in any language we know."""
    return _judge(f" {title}\n{summary}"[:_MOST].lower().replace("i\u0307", "i"))


def _judge(text: str) -> bool:
    found = _automaton().Match(text.encode(errors="replace"))  # a lone surrogate is no word
    if not found:
        return False
    kinds = {_ORDER[index] for index in found}
    return "strong" in kinds or ("documents" in kinds and not kinds.isdisjoint({"fields", "steps"}))


@lru_cache(maxsize=1)
def _automaton() -> Any:  # re2 ships no types
    lists = yaml.safe_load(files("monitor.detect").joinpath("prefilter.yaml").read_text(encoding="utf-8"))
    options = re2.Options()
    options.max_mem = _MEMORY
    automaton = re2.Set.SearchSet(options)
    for kind in _ORDER:
        words = {str(word).lower() for group in lists[kind].values() for word in group}
        automaton.Add(_expression(sorted(words)))
    automaton.Compile()
    return automaton


def _expression(words: list[str]) -> str:
    """The words as re2 reads them; word boundaries by hand, since re2 knows them in ASCII only. They stand
    once for all words of a kind: a boundary takes more memory than a word."""
    by_kind: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    for word in words:
        by_kind[word.startswith("*"), word.endswith("*")].append(re2.escape(word.strip("*")))
    return "|".join(
        f"{'' if inside else _BEFORE}(?:{'|'.join(mine)}){'' if goes_on else _AFTER}"
        for (inside, goes_on), mine in by_kind.items()
    )
