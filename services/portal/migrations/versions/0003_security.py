"""What the firm set of sign-in and sessions."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("firm_settings", sa.Column("session_limits", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("firm_settings", "session_limits")
