"""Which dictionary forms the indexed words have."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.kept import Kept


class FormRow(Kept):
    """A folded word that some article has, and a folded lemma of it."""

    __tablename__ = "word_forms"
    __table_args__ = (Index(None, "lemma", "word"),)

    word: Mapped[str] = mapped_column(primary_key=True)
    lemma: Mapped[str] = mapped_column(primary_key=True)
