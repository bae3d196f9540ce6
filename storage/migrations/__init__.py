"""The schema's history and the way to its newest state.

Alembic takes the steps. What there is to know without taking one is read here: loading Alembic costs 12 MB
for as long as the service runs, and nearly every start finds its tables as they should be.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, select, table

if TYPE_CHECKING:
    from alembic.config import Config

_KEPT_IN = table("alembic_version", column("version_num"))
_DIGITS = 4  # of a revision, which its file's name begins with


def newest() -> str:
    """The revision this program works with, like "0001"."""
    return max(known())


@cache
def known() -> frozenset[str]:
    """All revisions that this program knows how to start from."""
    names = (one.name for one in files(__name__).joinpath("versions").iterdir())
    return frozenset(name[:_DIGITS] for name in names if name[:_DIGITS].isdecimal())


def current(connection: Connection) -> str | None:
    """The revision of the database behind `connection`; None where there are no tables yet."""
    if not connection.dialect.has_table(connection, _KEPT_IN.name):
        return None
    revision: str | None = connection.execute(select(_KEPT_IN.c.version_num)).scalar()
    return revision


def bring_up_to_date(connection: Connection) -> None:
    """Runs what is missing inside the transaction that `connection` is in: all of it or nothing."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    """No file: an installed wheel has none. (For developers, pyproject.toml says the same.)"""
    from alembic.config import Config

    config = Config()
    folder = str(files(__name__))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
