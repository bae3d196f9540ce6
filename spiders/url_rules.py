"""The query parameters that canonical_url leaves out, read from url_rules.tsv."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRules:
    """Which parameters say nothing about the page."""

    prefixes: tuple[str, ...]
    names: frozenset[str]
    pairs: frozenset[str]

    def is_tracking(self, parameter: str) -> bool:
        """Whether "name=value" says how a reader came and not what the page is."""
        lowered = parameter.lower()
        name, _, value = lowered.partition("=")
        return name in self.names or f"{name}={value}" in self.pairs or name.startswith(self.prefixes)


@cache
def query_rules() -> QueryRules:
    """The shipped rules."""
    found: dict[str, list[str]] = {"prefix": [], "exact": [], "value": []}
    for line in files("spiders").joinpath("url_rules.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, words = line.partition("\t")
            found[kind] += words.lower().split()
    return QueryRules(
        prefixes=tuple(found["prefix"]), names=frozenset(found["exact"]), pairs=frozenset(found["value"])
    )
