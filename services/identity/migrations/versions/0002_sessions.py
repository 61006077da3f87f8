"""Devices and sessions with more to tell, the history of sign-ins, and what the firm set of both."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = {
    "portal_settings": (("switches", Json), ("session_limits", Json)),
    "sessions": (
        ("device_id", sa.Uuid()),
        ("viewed_by", sa.Uuid()),
        ("viewed_by_name", sa.String(200)),
        ("viewed_from", sa.Uuid()),
    ),
    "devices": (("user_agent", sa.String(300)), ("ip", sa.String(64))),
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, type_ in columns:
            op.add_column(table, sa.Column(name, type_, nullable=True))
    op.create_index("ix_sessions_viewed_from", "sessions", ["viewed_from"])
    op.create_table(
        "sign_in_events",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=True),
        sa.Column("session_id", sa.Uuid, nullable=True),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("refusal", sa.String(40), nullable=True),
        sa.Column("ip", sa.String(64), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_events"),
    )
    op.create_index("ix_sign_in_events_user_id_id", "sign_in_events", ["user_id", "id"])
    op.create_index("ix_sign_in_events_email_hash_id", "sign_in_events", ["email_hash", "id"])
    op.create_index("ix_sign_in_events_at", "sign_in_events", ["at"])


def downgrade() -> None:
    op.drop_table("sign_in_events")
    op.drop_index("ix_sessions_viewed_from", "sessions")
    for table, columns in COLUMNS.items():
        for name, _type in columns:
            op.drop_column(table, name)
