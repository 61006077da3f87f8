"""The firm's logo at the head of mails."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_settings", sa.Column("logo", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("portal_settings", "logo")
