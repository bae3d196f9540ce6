"""Marks of language, tier, source and steps beside the indexed words.

Revision 0009, after 0008.
"""

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.marks import marks_of
from storage.records import ArticleRecord

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCH = 1000
ROWS = sa.text(
    "SELECT a.id, a.language, a.tier, a.source_id, a.published, a.first_seen, r.id AS revision_id, r.words, "
    "EXISTS (SELECT 1 FROM mentions m WHERE m.article_id = a.id) AS told FROM articles a "
    "JOIN revisions r ON r.article_id = a.id AND r.revision = a.revision "
    "WHERE a.id > :after AND r.article_id > :after ORDER BY a.id LIMIT :many"
).columns(published=UtcDateTime(), first_seen=UtcDateTime(), words=sa.LargeBinary(), told=sa.Boolean())


def upgrade() -> None:
    """Goes up from 0008. Every article's words are written anew, with its marks: about five minutes for a
    million."""
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:  # FTS5 keeps no copy of words: it is cheaper made anew than changed
        op.execute("DROP TABLE article_words")
        op.execute(
            "CREATE VIRTUAL TABLE article_words USING fts5("
            "words, content='', tokenize='unicode61 remove_diacritics 0')"
        )
    else:  # making its index anew is ten times quicker than changing it for every row
        op.drop_index("ix_article_words_words", "article_words")
    for rows in _marked(connection):
        connection.execute(
            sa.text("UPDATE revisions SET words = :kept WHERE id = :revision").columns(kept=sa.LargeBinary()),
            [{"kept": zlib.compress(" ".join(cut).encode(), 1), "revision": r} for _, r, cut, _ in rows],
        )
        if sqlite:
            connection.execute(
                sa.text("INSERT INTO article_words (rowid, words) VALUES (:id, :words)"),
                [{"id": number, "words": " ".join(cut)} for number, _, cut, _ in rows],
            )
        else:
            connection.execute(
                sa.text(
                    "INSERT INTO article_words (article_id, words) VALUES (:id, array_to_tsvector(:marks)) "
                    "ON CONFLICT (article_id) DO UPDATE SET words = article_words.words || excluded.words"
                ),
                [{"id": number, "marks": marks} for number, _, _, marks in rows],
            )
    if not sqlite:
        op.create_index("ix_article_words_words", "article_words", ["words"], postgresql_using="gin")


def _marked(connection: sa.Connection) -> Iterator[list[tuple[int, int, list[str], list[str]]]]:
    """(article, revision, its words and marks, its marks) of all articles, some at a time."""
    after, newest = 0, None
    while rows := connection.execute(ROWS, {"after": after, "many": BATCH}).all():
        found = []
        for row in rows:
            marks = marks_of(_article(row), told=row.told, newest=newest)
            newest = max(newest or row.first_seen, row.first_seen)
            cut = zlib.decompress(row.words).decode().split(" ") if row.words else []
            found.append((row.id, row.revision_id, cut + marks, marks))
        yield found
        after = rows[-1].id


def _article(row: Any) -> ArticleRecord:
    first_seen: datetime = row.first_seen
    return ArticleRecord(
        canonical_url="", title="", text="", source_id=row.source_id, tier=row.tier, language=row.language,
        published=row.published, first_seen=first_seen,
    )  # fmt: skip
