"""Records as JSON's own types, for the command line, the API and exports alike."""

import dataclasses
import json
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(value: Any) -> Any:
    """The value in JSON's own types: records as objects, times as ISO 8601, durations as seconds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return _plain_scalar(value)


def json_text(value: Any) -> str:
    """The value as JSON on one line, in letters rather than escapes."""
    line = json.dumps(plain(value), ensure_ascii=False)
    if not line.isascii() and any("\ud800" <= letter <= "\udfff" for letter in line):
        return json.dumps(plain(value))  # half a surrogate pair has no UTF-8
    return line


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.hex() if isinstance(value, bytes) else value


def cell(value: Any) -> str:
    """The value as a cell of a table: one line, no control characters, "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, tuple | list):
        return ", ".join(map(cell, value))
    text = " ".join(str(plain(value)).split())
    return "".join(letter for letter in text if letter.isprintable())


def inert_cell(value: Any) -> str:
    """The cell as a spreadsheet will not run it: https://owasp.org/www-community/attacks/CSV_Injection"""
    text = cell(value)
    begins = unicodedata.normalize("NFKC", text[:8]).lstrip(" \"'")  # "＝1+1" is one in a full-width locale
    return f"'{text}" if begins.startswith(_FORMULA) else text
