"""What a contact may do at the client. Copies that are there know it from the contact's next change on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_contacts", sa.Column("role", sa.String(20)))


def downgrade() -> None:
    op.drop_column("portal_contacts", "role")
