"""refusal_in tells a challenge page, captcha, login or consent wall from a real page.

A refusal is recorded with its own name and never evaded. The signs are data: challenges.tsv.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LOOKED_AT = 60_000  # bytes: walls are small, and say who they are early
_TAGS = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.S | re.I)
_LONG_TEXT = 3_000  # bytes of visible text in the part looked at: a page with more is no wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What stands in the way: a kind of challenges.tsv and the vendor, "-" where unknown."""

    kind: str
    vendor: str

    def __str__(self) -> str:
        return self.kind if self.vendor == "-" else f"{self.kind} by {self.vendor}"


def refusal_in(body: bytes) -> Refusal | None:
    """The wall that this HTML is; None for a real page, a feed or anything else."""
    head = body[:_LOOKED_AT].lower()
    if b"<" not in head:
        return None
    for refusal, words in _signs():
        if all(word in head for word in words):
            return None if len(_TAGS.sub(b"", head).strip()) > _LONG_TEXT else refusal
    return None


@cache
def _signs() -> tuple[tuple[Refusal, tuple[bytes, ...]], ...]:
    lines = files("spiders").joinpath("challenges.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(
        (Refusal(kind=kind, vendor=vendor), tuple(word.encode() for word in words.split(" + ")))
        for kind, vendor, words in rows
    )
