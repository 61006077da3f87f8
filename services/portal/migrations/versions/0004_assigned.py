"""Whose clients the accounts are: found by adviser."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_accounts_adviser_id", "accounts", ["adviser_id"])


def downgrade() -> None:
    op.drop_index("ix_accounts_adviser_id", "accounts")
