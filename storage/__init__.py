"""What we keep: records in, records out, on SQLite or PostgreSQL. Enter by open_storage."""

from storage.articles import sha256_of
from storage.backups import put_back
from storage.database import Reader, Storage, Writer, open_storage
from storage.errors import (
    SchemaError,
    StorageBusyError,
    StorageDamagedError,
    StorageError,
    StorageFullError,
)
from storage.instance import FencedError, HeldError
from storage.lesson import Lesson

__all__ = [
    "FencedError",
    "HeldError",
    "Lesson",
    "Reader",
    "SchemaError",
    "Storage",
    "StorageBusyError",
    "StorageDamagedError",
    "StorageError",
    "StorageFullError",
    "Writer",
    "open_storage",
    "put_back",
    "sha256_of",
]
