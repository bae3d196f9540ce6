"""Articles (what every list needs) and revisions (their texts and the bytes behind them)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, LargeBinary, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import BigId
from storage.tables.kept import IN_TIME_ORDER, Id, Kept


class ArticleRow(Kept):
    """A page read in full, without its text: that stays with its revisions, so that lists stay quick.

    band0 to band3 are the four 16-bit quarters of the fingerprint: two fingerprints that differ in at
    most three bits share a quarter (the pigeonhole of Manku, Jain and Das Sarma, 2007).
    """

    __tablename__ = "articles"
    __table_args__ = (
        Index(None, "source_id", "id"),
        Index(None, "first_seen"),
        Index(None, "band0"),
        Index(None, "band1"),
        Index(None, "band2"),
        Index(None, "band3"),
        IN_TIME_ORDER,
    )

    id: Mapped[Id]
    canonical_url: Mapped[str]
    url_digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    title: Mapped[str]
    url: Mapped[str]
    language: Mapped[str | None]
    published: Mapped[datetime | None]
    first_seen: Mapped[datetime]
    fetched: Mapped[datetime | None]
    sha256: Mapped[str]
    fingerprint: Mapped[int | None] = mapped_column(BigInteger)
    band0: Mapped[int | None]
    band1: Mapped[int | None]
    band2: Mapped[int | None]
    band3: Mapped[int | None]
    publisher: Mapped[str]
    country: Mapped[str | None]
    tier: Mapped[str]
    verified: Mapped[bool]
    revision: Mapped[int]
    gone_at: Mapped[datetime | None]


class RevisionRow(Kept):
    """One text of an article, with the compressed bytes and search words it came from."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "revision"), IN_TIME_ORDER)

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(BigId, ForeignKey("articles.id"))
    revision: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    sha256: Mapped[str]
    seen: Mapped[datetime]
    words: Mapped[bytes | None] = mapped_column(LargeBinary)  # zlib; the search index is made from them
    raw_body: Mapped[bytes | None] = mapped_column(LargeBinary)  # zlib
    raw_headers: Mapped[Mapping[str, str] | None] = mapped_column(JSON)
    raw_sha256: Mapped[str | None]
    raw_status: Mapped[int | None]
    raw_fetched: Mapped[datetime | None]


# On PostgreSQL the search words have a table of their own (a stored tsvector in `articles` doubles the
# heap that every list reads). On SQLite an FTS5 table of the same name stands here: see the migration.
words_table = Table(
    "article_words",
    Kept.metadata,
    Column("article_id", BigId, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("words", TSVECTOR(), nullable=False),
    Index("ix_article_words_words", "words", postgresql_using="gin"),
    info={"only": "postgresql"},
)
