"""What is exported and erased of a client."""

from services.chassis.migrations import create_account_jobs_table, drop_account_jobs_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_account_jobs_table()


def downgrade() -> None:
    drop_account_jobs_table()
