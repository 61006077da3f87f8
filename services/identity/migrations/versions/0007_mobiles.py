"""Codes by which a person confirms their mobile number."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_flows", sa.Column("mobile", sa.String(20)))


def downgrade() -> None:
    op.drop_column("sign_in_flows", "mobile")
