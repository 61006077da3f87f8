"""Whose clients the accounts are. Copies that are there know it from the account's next change on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_accounts", sa.Column("adviser_id", sa.Uuid))
    op.create_index("ix_portal_accounts_adviser_id", "portal_accounts", ["adviser_id"])


def downgrade() -> None:
    op.drop_index("ix_portal_accounts_adviser_id", "portal_accounts")
    op.drop_column("portal_accounts", "adviser_id")
