"""Column types that keep the records' promises: aware UTC times, clean text, words of an enumeration."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator

# SQLite counts up by itself only in a column declared exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Gives aware UTC datetimes; refuses naive ones with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        # SQLite keeps text without a zone, always UTC, so that it sorts.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_REFUSED = re.compile("[\x00\ud800-\udfff]")


def kept_text(value: str) -> str:
    """The text as it is kept: feeds have NUL and lone surrogates, PostgreSQL and UTF-8 refuse them."""
    if value.isascii() and "\x00" not in value:  # a twentieth of what the search costs
        return value
    return _REFUSED.sub("\N{REPLACEMENT CHARACTER}", value)


class PlainText(TypeDecorator[str]):
    """Gives text without NUL and lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else kept_text(value)


class Word(TypeDecorator[Any]):
    """Gives members of a StrEnum, kept as the words themselves."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)
