"""What articles state of an agreement besides the step.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes up from 0006. Mentions that are there already have no details."""
    op.add_column("mentions", sa.Column("details", sa.JSON(), nullable=False, server_default="[]"))
