"""Which tables are compared between the models and a database."""

from collections.abc import Callable
from typing import Any


def is_ours(dialect: str) -> Callable[..., bool]:
    """Alembic's include_object: skips tables that stand on the other database only, and the full-text
    table of SQLite with its shadows, which no model can describe."""

    def included(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        if kind != "table":
            return True
        if dialect == "sqlite" and (name or "").startswith("article_words"):
            return False
        return bool(item.info.get("only", dialect) == dialect)

    return included
