"""What the directory knows of access beyond the first release."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("delivery_failure", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("users", "delivery_failure")
