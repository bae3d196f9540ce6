"""StorageError and its kinds: what went wrong with the database, in one line an operator can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StorageError(Exception):
    """The database cannot do what was asked. Nothing of the transaction was kept."""


class StorageBusyError(StorageError):
    """Somebody else holds the database; the same call may work a moment later."""


class StorageFullError(StorageError):
    """The disk is full or fails to write."""


class StorageDamagedError(StorageError):
    """The file is not a database, or a damaged one."""


class SchemaError(StorageError):
    """The tables are older or newer than this program."""


# By SQLite's primary result code (the low byte of the extended one): https://sqlite.org/rescode.html
SQLITE_KINDS: dict[int, tuple[type[StorageError], str]] = {
    5: (StorageBusyError, "the database is locked by another process or connection"),
    6: (StorageBusyError, "a table is locked by another connection"),
    8: (StorageError, "the database or its folder may not be written to"),
    10: (StorageFullError, "reading or writing the disk failed"),
    11: (StorageDamagedError, "the database file is damaged; restore a backup"),
    13: (StorageFullError, "the disk is full"),
    14: (StorageError, "the database file cannot be opened"),
    26: (StorageDamagedError, "the file is not a SQLite database"),
}


@contextmanager
def told_plainly(where: str) -> Iterator[None]:
    """Turns the drivers' and SQLAlchemy's errors into StorageErrors that name `where`."""
    try:
        yield
    except PoolTimeout as error:
        raise StorageBusyError(f"{where}: all connections are in use") from error
    except DBAPIError as error:
        raise _kind_of(error, where) from error
    except SQLAlchemyError as error:
        raise StorageError(f"{where}: {_first_line(error)}") from error


def _kind_of(error: DBAPIError, where: str) -> StorageError:
    origin = error.orig
    if isinstance(origin, sqlite3.Error):
        code = getattr(origin, "sqlite_errorcode", None)
        if code is not None and (known := SQLITE_KINDS.get(code & 0xFF)):
            return known[0](f"{where}: {known[1]}")
    match getattr(origin, "sqlstate", None):  # PostgreSQL's, "Appendix A. Error Codes"
        case "55P03":  # lock_not_available
            return StorageBusyError(f"{where}: another process is writing for too long")
        case "53100":  # disk_full
            return StorageFullError(f"{where}: the disk is full")
    return StorageError(f"{where}: {_first_line(origin or error)}")


def _first_line(error: BaseException) -> str:
    """Only the first line: what follows may hold whole rows."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
