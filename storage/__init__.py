"""What we keep: records in, records out, on SQLite or PostgreSQL. Enter by open_storage."""

from storage.articles import sha256_of
from storage.database import Reader, Storage, Writer, open_storage
from storage.errors import (
    SchemaError,
    StorageBusyError,
    StorageDamagedError,
    StorageError,
    StorageFullError,
)

__all__ = [
    "Reader",
    "SchemaError",
    "Storage",
    "StorageBusyError",
    "StorageDamagedError",
    "StorageError",
    "StorageFullError",
    "Writer",
    "open_storage",
    "sha256_of",
]
