"""The order in which a channel is told, by an index.

Revision 0008, after 0007.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes up from 0007."""
    op.create_index("ix_deliveries_channel_state_id", "deliveries", ["channel", "state", "id"])
