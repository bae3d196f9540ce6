"""What is read: sources, visits, entries, articles, revisions.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables; a table comes after those it points to."""
    sources()
    articles()
    entries()
    revisions()


def sources() -> None:
    """Sources and their visits; the service"s own small state."""
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_sha256", sa.Text()),
        sa.Column("baseline_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("last_visit_at", sa.DateTime(timezone=True)),
        sa.Column("last_success_at", sa.DateTime(timezone=True)),
        sa.Column("last_new_at", sa.DateTime(timezone=True)),
        sa.Column("last_unconditional_at", sa.DateTime(timezone=True)),
        sa.Column("newest_entry_at", sa.DateTime(timezone=True)),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_index("ix_sources_due_at", "sources", ["due_at"])
    op.create_table(
        "visits",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("http_status", sa.Integer()),
        sa.Column("final_url", sa.Text()),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("new_entries", sa.Integer(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_visits_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_visits_source_id_id", "visits", ["source_id", "id"])
    op.create_index("ix_visits_started", "visits", ["started"])


def articles() -> None:
    """What lists need of articles."""
    op.create_table(
        "articles",
        sa.Column("id", ID, nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("url_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("published", sa.DateTime(timezone=True)),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched", sa.DateTime(timezone=True)),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger()),
        sa.Column("band0", sa.Integer()),
        sa.Column("band1", sa.Integer()),
        sa.Column("band2", sa.Integer()),
        sa.Column("band3", sa.Integer()),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("url_digest", name="uq_articles_url_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_band0", "articles", ["band0"])
    op.create_index("ix_articles_band1", "articles", ["band1"])
    op.create_index("ix_articles_band2", "articles", ["band2"])
    op.create_index("ix_articles_band3", "articles", ["band3"])
    op.create_index("ix_articles_first_seen", "articles", ["first_seen"])
    op.create_index("ix_articles_source_id_id", "articles", ["source_id", "id"])


def entries() -> None:
    """Entries: seen once, waiting for work."""
    op.create_table(
        "entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("url_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("story_digest", sa.LargeBinary(length=16)),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True)),
        sa.Column("first_seen", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True)),
        sa.Column("article_id", ID),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_entries_article_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_entries_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("source_id", "key_digest", name="uq_entries_source_id_key_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entries_article_id", "entries", ["article_id"])
    op.create_index("ix_entries_source_id_story_digest", "entries", ["source_id", "story_digest"])
    op.create_index("ix_entries_source_id_url_digest", "entries", ["source_id", "url_digest"])
    op.create_index("ix_entries_url_digest", "entries", ["url_digest"])
    op.create_index("ix_entries_waiting", "entries", ["state", "id"])


def revisions() -> None:
    """The texts of articles and the bytes behind them."""
    op.create_table(
        "revisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary()),
        sa.Column("raw_body", sa.LargeBinary()),
        sa.Column("raw_headers", sa.JSON()),
        sa.Column("raw_sha256", sa.Text()),
        sa.Column("raw_status", sa.Integer()),
        sa.Column("raw_fetched", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_revisions_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.UniqueConstraint("article_id", "revision", name="uq_revisions_article_id_revision"),
        sqlite_autoincrement=True,
    )
