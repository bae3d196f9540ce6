"""Rows to records and back, and what every reader and writer stands on."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Kept

R = TypeVar("R")
T = TypeVar("T")

# SQLite before 3.32 and PostgreSQL differ in how many parameters they take; 500 is far below both.
CHUNK = 500


class Statements:
    """Holds the open transaction's connection; readers and writers are built on it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _is_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def _insert_unseen(self, model: type[Kept] | Table) -> Insert:
        """INSERT … ON CONFLICT DO NOTHING: telling old from new is the database's work."""
        dialect = sqlite if self._is_sqlite else postgresql
        statement: Insert = dialect.insert(model).on_conflict_do_nothing()
        return statement


def columns_for(kind: type[Any], model: type[Kept]) -> list[Any]:
    """The columns of `model` that carry a field of the record `kind`."""
    names = {field.name for field in fields(kind)}
    return [getattr(model, c.key) for c in model.__mapper__.column_attrs if c.key in names]


def record_of(kind: type[R], row: Row[Any], **more: Any) -> R:
    """The record `kind` made from a row's columns and whatever else it needs."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{k: v for k, v in row._mapping.items() if k in names}, **more)


def values_of(record: Any, model: type[Kept], *leave_out: str) -> dict[str, Any]:
    """What an INSERT needs of a record: its fields that are columns, without the id it has not got yet."""
    names = {c.key for c in model.__mapper__.column_attrs} - {"id", *leave_out}
    return {f.name: getattr(record, f.name) for f in fields(record) if f.name in names}


def digest(*parts: str) -> bytes:
    """16 bytes that stand for the parts in an index."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).digest()


def url_digest(canonical_url: str) -> bytes:
    """What stands for an address in the index, of entries and of articles."""
    return digest("url", canonical_url)


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items, at most `size` at a time."""
    walk = iter(items)
    while chunk := tuple(islice(walk, size)):
        yield chunk
