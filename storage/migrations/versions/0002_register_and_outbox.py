"""The register and the outbox.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables; a table comes after those it points to."""
    register()
    evidence()
    alerts()
    outbox()


def register() -> None:
    """Agreements and the steps they reached."""
    op.create_table(
        "agreements",
        sa.Column("id", ID, nullable=False),
        sa.Column("party_a", sa.Text(), nullable=False),
        sa.Column("party_b", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
        sa.UniqueConstraint(
            "party_a",
            "party_b",
            "instrument",
            "number",
            name="uq_agreements_party_a_party_b_instrument_number",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agreements_party_b", "agreements", ["party_b"])
    op.create_table(
        "steps",
        sa.Column("seq", ID, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("date", sa.Date()),
        sa.Column("date_exact", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("ordinal", sa.Integer()),
        sa.Column("expected", sa.Date()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("corroboration", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True)),
        sa.Column("published", sa.DateTime(timezone=True)),
        sa.Column("late_seconds", sa.Integer()),
        sa.Column("reason", sa.Text()),
        sa.Column("merged_into", sa.Text()),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name="fk_steps_agreement_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_steps"),
        sa.UniqueConstraint("id", name="uq_steps_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_steps_agreement_id", "steps", ["agreement_id"])
    op.create_index("ix_steps_state", "steps", ["state"])


def evidence() -> None:
    """Who reported the steps, and what humans decided."""
    op.create_table(
        "mentions",
        sa.Column("id", ID, nullable=False),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("created", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_mentions_article_id"),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"], name="fk_mentions_step_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mentions"),
        sa.UniqueConstraint("step_id", "article_id", "role", name="uq_mentions_step_id_article_id_role"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mentions_article_id", "mentions", ["article_id"])
    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("decided", sa.DateTime(timezone=True), nullable=False),
        sa.Column("other_step_id", sa.Text()),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"], name="fk_reviews_step_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_step_id", "reviews", ["step_id"])


def alerts() -> None:
    """Alerts and silences."""
    op.create_table(
        "silences",
        sa.Column("id", ID, nullable=False),
        sa.Column("match", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_silences_expires", "silences", ["expires"])
    op.create_table(
        "alerts",
        sa.Column("id", ID, nullable=False),
        sa.Column("step_id", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"], name="fk_alerts_step_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("step_id", "number", name="uq_alerts_step_id_number"),
        sqlite_autoincrement=True,
    )


def outbox() -> None:
    """Deliveries."""
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("batch", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("created", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.Column("remote_id", sa.Text()),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_deliveries_alert_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_alert_id", "deliveries", ["alert_id"])
    op.create_index("ix_deliveries_batch", "deliveries", ["batch"])
    op.create_index("ix_deliveries_conversation_channel", "deliveries", ["conversation", "channel"])
    op.create_index("ix_deliveries_state_due_at", "deliveries", ["state", "due_at"])
    op.create_index("ix_deliveries_step_id_channel", "deliveries", ["step_id", "channel"])
