"""The search words: an FTS5 table on SQLite, a table of tsvectors on PostgreSQL.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes up from 0002. The words come folded and lemmatised, so no tokenizer may change them; FTS5 keeps
    no copy of them (content=''), since revisions do."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE article_words USING fts5("
            "words, content='', tokenize='unicode61 remove_diacritics 0')"
        )
        return
    op.create_table(
        "article_words",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_words_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_article_words"),
    )
    op.create_index("ix_article_words_words", "article_words", ["words"], postgresql_using="gin")
