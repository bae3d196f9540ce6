"""The stored data, opened for a command as --config says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli.failures import CommandError
from monitor.cli.options import read_config

if TYPE_CHECKING:
    from storage import Reader, Storage, Writer


@contextmanager
def opened(config: Path | None) -> Iterator["Storage"]:
    """The storage of that configuration. Raises CommandError with what the database said."""
    from storage import StorageError, open_storage

    url = read_config(config).storage_url
    try:
        storage = open_storage(url)
        try:
            yield storage
        finally:
            storage.close()
    except StorageError as error:
        raise CommandError(str(error)) from None


@contextmanager
def reading(config: Path | None) -> Iterator["Reader"]:
    """One reading transaction."""
    with opened(config) as storage, storage.reading() as reader:
        yield reader


@contextmanager
def writing(config: Path | None) -> Iterator["Writer"]:
    """One writing transaction: all of it is kept or nothing."""
    with opened(config) as storage, storage.writing() as writer:
        yield writer
