"""Mails that came in."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound_mails",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("once", sa.String(64), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("from_address", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=True),
        sa.Column("answers_id", sa.Uuid, nullable=True),
        sa.Column("user_id", sa.Uuid, nullable=True),
        sa.Column("account_id", sa.Uuid, nullable=True),
        sa.Column("thread_kind", sa.String(20), nullable=True),
        sa.Column("thread_id", sa.Uuid, nullable=True),
        sa.Column("left_out", Json, nullable=True),
        sa.Column("blob_key", sa.String(200), nullable=True),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", UtcDateTime, nullable=True),
        sa.Column("last_error", sa.String(500), nullable=True),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("settled_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_mails"),
        sa.UniqueConstraint("once", name="uq_inbound_mails_once"),
    )
    op.create_index("ix_inbound_mails_received_at", "inbound_mails", ["received_at"])
    op.create_index("ix_inbound_mails_status", "inbound_mails", ["status", "id"])
    op.create_index("ix_inbound_mails_answers_id", "inbound_mails", ["answers_id"])
    op.create_index("ix_inbound_mails_user_id", "inbound_mails", ["user_id", "received_at"])


def downgrade() -> None:
    op.drop_table("inbound_mails")
