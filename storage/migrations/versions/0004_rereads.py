"""Pages behind alerts that are read again.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Goes up from 0003."""
    op.create_table(
        "rereads",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("first_told", UtcDateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_rereads_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_rereads"),
    )
    op.create_index("ix_rereads_due_at", "rereads", ["due_at"])
