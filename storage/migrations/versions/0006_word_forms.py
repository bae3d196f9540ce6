"""Lemmas of the indexed words.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes up from 0005. Articles that are there already get theirs by `pactwatch db reindex`."""
    op.create_table(
        "word_forms",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("lemma", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", "lemma", name="pk_word_forms"),
    )
    op.create_index("ix_word_forms_lemma_word", "word_forms", ["lemma", "word"])
