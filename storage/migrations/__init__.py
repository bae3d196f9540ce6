"""The schema's history and the way to its newest state."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def newest() -> str:
    """The revision this program works with, like "0001"."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known() -> frozenset[str]:
    """All revisions that this program knows how to start from."""
    return frozenset(r.revision for r in ScriptDirectory.from_config(_config()).walk_revisions())


def current(connection: Connection) -> str | None:
    """The revision of the database behind `connection`; None where there are no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


def bring_up_to_date(connection: Connection) -> None:
    """Runs what is missing inside the transaction that `connection` is in: all of it or nothing."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    """No file: an installed wheel has none. (For developers, pyproject.toml says the same.)"""
    config = Config()
    folder = str(files(__name__))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
