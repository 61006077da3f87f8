"""The fields of the contact form and which of them are active; what the directory knows of access."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CONTACT_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("invited_by", Json),
    ("ending_told_on", sa.Date),
    ("ending_told_days", sa.Integer),
)
USER_COLUMNS: tuple[tuple[str, Any], ...] = (("delivery_failure", Json), ("invitation_expires_at", UtcDateTime))


def upgrade() -> None:
    op.create_table(
        "field_settings",
        sa.Column("block", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("changed_by", Json),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("block", "name", name="pk_field_settings"),
    )
    for name, type_ in CONTACT_COLUMNS:
        op.add_column("contacts", sa.Column(name, type_, nullable=True))
    for name, type_ in USER_COLUMNS:
        op.add_column("identity_users", sa.Column(name, type_, nullable=True))
    _keep_what_is_in_use()


def _keep_what_is_in_use() -> None:
    """In a house that has contacts, the fields that its forms showed until now stay active."""
    values = "VALUES ('contact', :name, :active, NULL, CURRENT_TIMESTAMP)"
    fill = "INSERT INTO field_settings (block, name, active, changed_by, changed_at) " + values
    statement = sa.text(fill).bindparams(sa.bindparam("active", True, sa.Boolean))
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM contacts")).scalar():
        for name in ("portal_user", "support_start", "support_end"):
            connection.execute(statement, {"name": name})


def downgrade() -> None:
    for name, _type in USER_COLUMNS:
        op.drop_column("identity_users", name)
    for name, _type in CONTACT_COLUMNS:
        op.drop_column("contacts", name)
    op.drop_table("field_settings")
