"""Durations as people write them: "90s", "5m", "2h", "1h30m", "7d", "2w"."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
PATTERN = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
LONGEST = timedelta(days=3660)


def parse_duration(text: object) -> timedelta:
    """The timedelta for "5m" or "1h30m"; a timedelta comes back as it is. "0" needs no unit.

    Raises ValueError for anything else: a bare number has no unit, so it is refused.
    """
    if isinstance(text, timedelta):
        return text
    if text in ("0", 0) and not isinstance(text, bool):
        return timedelta(0)
    match = PATTERN.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        raise ValueError(f"{text!r} is not a duration (like 30s, 5m, 2h, 1h30m, 7d)")
    parts = zip(match.groups(), UNITS.values(), strict=True)
    seconds = sum(int(number) * size for number, size in parts if number)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text!r} is longer than ten years")
    return timedelta(seconds=seconds)


def duration_text(duration: timedelta) -> str:
    """ "1h30m" for an hour and a half; whole seconds, "0s" for less than one."""
    rest, parts = int(duration.total_seconds()), []
    for unit, size in UNITS.items():
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"


def _serialise(value: Any) -> str:
    return duration_text(value)


# A field of a settings model: takes "5m", holds a timedelta, writes "5m".
Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(_serialise, return_type=str)]
