"""Tokens: kept as hashes, found by number."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storage.records import TokenRecord
from storage.rows import Statements, columns_for, record_of, values_of
from storage.tables import TokenRow

TOKEN = columns_for(TokenRecord, TokenRow)


class TokenReads(Statements):
    """What there is to ask about tokens."""

    def token(self, token_id: int) -> TokenRecord | None:
        """One token, revoked or not; None where there is none."""
        row = self._connection.execute(select(*TOKEN).where(TokenRow.id == token_id)).first()
        return _token_of(row) if row else None

    def tokens(self) -> list[TokenRecord]:
        """All tokens that ever were, oldest first."""
        return [_token_of(row) for row in self._connection.execute(select(*TOKEN).order_by(TokenRow.id))]


class TokenWrites(TokenReads):
    """What changes tokens."""

    def add_token(self, record: TokenRecord) -> TokenRecord:
        """The token, with its id."""
        values = values_of(record, TokenRow) | {"scopes": list(record.scopes)}
        return replace(record, id=self._add(TokenRow, values))

    def revoke_token(self, token_id: int, now: datetime) -> bool:
        """Whether it was in force until now."""
        mine = update(TokenRow).where(TokenRow.id == token_id, TokenRow.revoked.is_(None))
        return self._connection.execute(mine.values(revoked=now)).rowcount == 1


def _token_of(row: Any) -> TokenRecord:
    return replace(record_of(TokenRecord, row), scopes=tuple(row.scopes))
