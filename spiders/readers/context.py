"""Context: what holds for a whole document while its items are read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a document came from, and what its dates and links are relative to."""

    url: str
    zone: str = "UTC"
    language: str | None = None
    site: str = ""  # what relative links mean, once the document is known
    is_flat: bool = False  # no xml:base and no xml:lang below the root
