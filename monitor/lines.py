"""Articles as JSON Lines: what `detect`, `replay` and `evaluate` read.

A line is an object with `id`, `title`, `text` and optionally `lang`, `published`, `url`, `source_kind`,
`outlet`, `zone`, `country`. A published day without a time stands for its noon in UTC, so that no zone
moves it to another day.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from monitor.detect.findings import Article
from monitor.terms import Tier


class LineError(ValueError):
    """A line that is no article; the message says which field is wrong. `id` where the line has one."""

    def __init__(self, message: str, article_id: str | None = None) -> None:
        super().__init__(message)
        self.id = article_id


# Kinds of sources as labelled sets and feeds call them, and the tier each has.
TIERS: Mapping[str, Tier] = {
    "presidential-office": Tier.OFFICIAL,
    "president": Tier.OFFICIAL,
    "government": Tier.OFFICIAL,
    "ministry": Tier.OFFICIAL,
    "official": Tier.OFFICIAL,
    "parliament": Tier.PARLIAMENT,
    "agency": Tier.AGENCY,
    "discovery": Tier.DISCOVERY,
}

# Official hosts whose country is not their top-level domain (RFC 1591; .gov and .mil are the US').
HOSTS: Mapping[str, str] = {"gov": "US", "mil": "US", "europa.eu": "EU", "nato.int": "NATO", "uk": "GB"}


def article_of_line(line: str | bytes) -> tuple[Article, Mapping[str, Any]]:
    """The article of one line, and the whole row (with labels, where it has some).

    Raises LineError for what is not JSON, not an object, or has a field of the wrong kind.
    """
    row = _row(line)
    article_id = _id(row)
    url = _string(row, "url", article_id)
    kind = _string(row, "source_kind", article_id)
    article = Article(
        id=article_id,
        title=_required(row, "title", article_id),
        text=_required(row, "text", article_id),
        language=_string(row, "lang", article_id),
        published=_published(row.get("published"), article_id),
        url=url,
        source_kind=kind,
        zone=_string(row, "zone", article_id) or "UTC",
        country=_string(row, "country", article_id) or official_country(url, kind),
    )
    return article, row


def tier_of(source_kind: str | None) -> Tier:
    """The tier of a kind of source; press for newspapers and whatever else."""
    return TIERS.get(source_kind or "", Tier.PRESS)


def official_country(url: str | None, source_kind: str | None) -> str | None:
    """Whose official site an address is, by its domain; None where it is not official or not said."""
    if not url or tier_of(source_kind) not in (Tier.OFFICIAL, Tier.PARLIAMENT):
        return None
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:
        return None
    for size in (2, 1):
        if (country := HOSTS.get(".".join(labels[-size:]))) is not None:
            return country
    # whitehouse.gov and its archives are covered by .gov; a two-letter domain is its country's.
    return labels[-1].upper() if len(labels[-1]) == 2 else None


def _row(line: str | bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {error}") from None
    if not isinstance(row, dict):
        raise LineError(f"not an object but {type(row).__name__}")
    return row


def _id(row: Mapping[str, Any]) -> str:
    value = row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise LineError("id: missing, or neither a string nor a number")
    return value


def _required(row: Mapping[str, Any], name: str, article_id: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise LineError(f"{name}: missing, or not a string", article_id)
    return value


def _string(row: Mapping[str, Any], name: str, article_id: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise LineError(f"{name}: not a string but {type(value).__name__}", article_id)
    return value or None


def _published(value: Any, article_id: str) -> datetime | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise LineError(f"published: not a string but {type(value).__name__}", article_id)
    try:
        if len(value) <= len("2024-02-08"):
            return datetime.combine(date.fromisoformat(value), time(12), tzinfo=UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise LineError(
            f"published: {value!r} is not a date like 2024-02-08 or 2024-02-08T10:00:00Z", article_id
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
