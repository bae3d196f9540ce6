"""Pages behind alerts that are read again: an edit or a withdrawal is news too."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import BigId
from storage.tables.kept import Kept


class RereadRow(Kept):
    """When an article is read again; an article has one row until all its re-reads are done."""

    __tablename__ = "rereads"
    __table_args__ = (Index(None, "due_at"),)

    article_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("articles.id"), primary_key=True, autoincrement=False
    )
    first_told: Mapped[datetime]
    done: Mapped[int]
    due_at: Mapped[datetime]
