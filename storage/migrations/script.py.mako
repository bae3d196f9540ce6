"""${message}

Revision ${up_revision}, after ${down_revision or "nothing"}, ${create_date}.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes up from ${down_revision or "nothing"}."""
    ${upgrades if upgrades else "pass"}
