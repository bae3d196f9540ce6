"""Rows to records and back, and what every reader and writer stands on."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Kept

R = TypeVar("R")
T = TypeVar("T")

# SQLite before 3.32 and PostgreSQL differ in how many parameters they take; 500 is far below both.
CHUNK = 500

_NAMES: dict[type[Any], frozenset[str]] = {}
_INSERTED: dict[tuple[type[Any], type[Kept], tuple[str, ...]], tuple[str, ...]] = {}


class Statements:
    """Holds the open transaction's connection; readers and writers are built on it.

    Values are handed to execute() rather than built into statements, and statements are about tables
    rather than mapped classes: both keep SQLAlchemy's share of a small write at a third.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def finish(self) -> None:
        """Writes down what was held back to be written in one go. Called before the commit."""

    @property
    def _is_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def _unseen(self, model: type[Kept]) -> Any:
        """INSERT … ON CONFLICT DO NOTHING: telling old from new is the database's work."""
        dialect = sqlite if self._is_sqlite else postgresql
        return dialect.insert(table_of(model)).on_conflict_do_nothing()

    def _add(self, model: type[Kept], values: Mapping[str, Any]) -> int:
        """The key of the row added."""
        statement = insert(table_of(model)).returning(_key(model))
        return int(self._connection.execute(statement, values).scalar_one())

    def _add_unseen(self, model: type[Kept], values: Mapping[str, Any]) -> int | None:
        """The key of the row added; None where a unique key of it is there already."""
        key: int | None = self._connection.execute(
            self._unseen(model).returning(_key(model)), values
        ).scalar()
        return key

    def _change(self, model: type[Kept], key: int | str, values: Mapping[str, Any], **computed: Any) -> int:
        """How many rows were changed, 0 or 1. `computed` are SQL expressions, by column."""
        table = table_of(model)
        statement = update(table).where(table.c.id == bindparam("the_key")).values(computed)
        return self._connection.execute(statement, {**values, "the_key": key}).rowcount


def table_of(model: type[Kept]) -> Table:
    """The table behind a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _key(model: type[Kept]) -> Any:
    return next(iter(table_of(model).primary_key))


def _names(kind: type[Any]) -> frozenset[str]:
    """The names of a record's fields; asked for each row, so remembered."""
    if kind not in _NAMES:
        _NAMES[kind] = frozenset(field.name for field in fields(kind))
    return _NAMES[kind]


@cache
def _columns(model: type[Kept]) -> frozenset[str]:
    return frozenset(column.key for column in model.__mapper__.column_attrs)


def _inserted(kind: type[Any], model: type[Kept], leave_out: tuple[str, ...]) -> tuple[str, ...]:
    wanted = kind, model, leave_out
    if wanted not in _INSERTED:
        _INSERTED[wanted] = tuple(sorted((_columns(model) & _names(kind)) - {"id", *leave_out}))
    return _INSERTED[wanted]


def columns_for(kind: type[Any], model: type[Kept]) -> list[Any]:
    """The columns of `model` that carry a field of the record `kind`."""
    return [getattr(model, c.key) for c in model.__mapper__.column_attrs if c.key in _names(kind)]


def record_of(kind: type[R], row: Row[Any], **more: Any) -> R:
    """The record `kind` made from a row's columns and whatever else it needs."""
    names = _names(kind)
    return kind(**{k: v for k, v in row._mapping.items() if k in names}, **more)


def values_of(record: Any, model: type[Kept], *leave_out: str) -> dict[str, Any]:
    """What an INSERT needs of a record: its fields that are columns, without the id it has not got yet."""
    return {name: getattr(record, name) for name in _inserted(type(record), model, leave_out)}


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
