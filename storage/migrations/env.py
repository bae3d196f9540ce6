"""Alembic's entry: runs migrations on the connection handed in, or on `-x url=…` for developers."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from storage.columns import PlainText, UtcDateTime, Word
from storage.engine import open_engines, parse
from storage.migrations.scope import is_ours
from storage.tables import Kept


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Our own types are written down as what they are in the database, so that a migration never
    depends on today's code."""
    if kind == "type":
        if isinstance(item, UtcDateTime):
            return "sa.DateTime(timezone=True)"
        if isinstance(item, PlainText):
            return "sa.Text()"
        if isinstance(item, Word):
            return "sa.String()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Kept.metadata,
        render_item=render_item,
        include_object=is_ours(connection.dialect.name),
        transactional_ddl=True,  # on SQLite too: the engine says BEGIN itself
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        return run(given)
    from datetime import timedelta

    url = context.get_x_argument(as_dictionary=True).get("url")
    if not isinstance(url, str):
        raise SystemExit("say which database: alembic -x url=sqlite:///scratch.db …")
    with open_engines(parse(url), timedelta(seconds=10)).writer.begin() as connection:
        return run(connection)


main()
