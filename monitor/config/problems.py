"""What is wrong with a configuration: each mistake with its file, line, field and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    field: str = ""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class ConfigError(Exception):
    """The configuration cannot be used. `problems` has every mistake found, in the files' order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def field_name(path: Path) -> str:
    """ "sources[3].interval" for ("sources", 3, "interval")."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """The right name that `wrong` most probably stands for, or None."""
    by_folded = {name.casefold(): name for name in right}
    folded = wrong.casefold().replace("-", "_")
    exact = [name for key, name in by_folded.items() if key.replace("-", "_") == folded]
    if exact:
        return exact[0]
    close = get_close_matches(wrong.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


# Words that people know from elsewhere and that no spelling leads to ours.
_ALSO_CALLED = {"rss": "feed", "atom": "feed", "html": "listing", "api": "json", "news": "press"}


def advice(wrong: str, right: Iterable[str], *, many: int = 16) -> str:
    """'; did you mean "interval"?', or the list of what is allowed where nothing comes near."""
    names = list(right)
    also = _ALSO_CALLED.get(wrong.casefold())
    close = also if also in names else nearest(wrong, names)
    if close is not None:
        return f'; did you mean "{close}"?'
    return f" (known: {', '.join(names)})" if names and len(names) <= many else ""
