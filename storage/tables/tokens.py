"""Tokens: who may ask the API for what."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.kept import IN_TIME_ORDER, Id, Kept


class TokenRow(Kept):
    """A token, of which only a hash is kept."""

    __tablename__ = "tokens"
    __table_args__ = (IN_TIME_ORDER,)

    id: Mapped[Id]
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    sha256: Mapped[str]
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
