"""What a search asks of an article's words, and what is indexed. Entered by storage.records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand next to each other, or one word; `prefix`: the last may go on; `lemma`: not
    the word, but any that has it as its lemma."""

    words: tuple[str, ...]
    prefix: bool = False
    lemma: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    parts: tuple["Match", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these, and none of `without`."""

    parts: tuple["Match", ...]
    without: tuple["Match", ...] = ()


Match: TypeAlias = Term | AnyOf | AllOf


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """What an article is found by: its folded words in order, and the lemmas of those that have another.

    Lemmas are indexed behind the words, and marked: a phrase or a beginning is about the words alone.
    """

    words: tuple[str, ...]
    lemmas: Mapping[str, str] = field(default_factory=dict)  # by word
