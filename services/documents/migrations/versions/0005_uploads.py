"""Uploads in pieces, done uploading, quotas."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SWITCHES = ("done_uploading", "done_uploading_checkbox")


def upgrade() -> None:
    _create_uploads()
    _create_notices()
    op.create_table(
        "quotas",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=True),
        sa.Column("set_by", Json, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_quotas"),
    )
    for switch in SWITCHES:
        op.add_column("portal_settings", sa.Column(switch, sa.Boolean, server_default=sa.false(), nullable=False))


def _create_uploads() -> None:
    op.create_table(
        "resumable_uploads",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("wanted", Json, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("metadata_header", sa.String(12000), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("document_id", sa.Uuid, nullable=True),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resumable_uploads"),
        sa.UniqueConstraint("user_id", "idempotency_key", name="uq_resumable_uploads_user_id_idempotency_key"),
    )
    op.create_index("ix_resumable_uploads_expires", "resumable_uploads", ["expires_at"])
    op.create_index("ix_resumable_uploads_account", "resumable_uploads", ["account_id"])
    op.create_table(
        "upload_parts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("upload_id", sa.Uuid, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_upload_parts"),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["resumable_uploads.id"],
            name="fk_upload_parts_upload_id_resumable_uploads",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_upload_parts_upload", "upload_parts", ["upload_id", "start"])


def _create_notices() -> None:
    op.create_table(
        "upload_notices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=True),
        sa.Column("by", Json, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload_notices"),
    )
    op.create_index("ix_upload_notices_account", "upload_notices", ["account_id", "at"])


def downgrade() -> None:
    for switch in SWITCHES:
        op.drop_column("portal_settings", switch)
    for table in ("quotas", "upload_notices", "upload_parts", "resumable_uploads"):
        op.drop_table(table)
