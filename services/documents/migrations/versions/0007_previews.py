"""Previews of pages, and what was approved or rejected."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "previews",
        sa.Column("version_id", sa.Uuid, nullable=False),
        sa.Column("pages", Json, nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_previews"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_previews_version_id_versions", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "preview_files",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version_id", sa.Uuid),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("blob_key", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_preview_files"),
        sa.UniqueConstraint("version_id", "kind", "page", name="uq_preview_files_version_id"),
        sa.UniqueConstraint("blob_key", name="uq_preview_files_blob_key"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_preview_files_version_id_versions", ondelete="SET NULL"
        ),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", Json),
        sa.Column("asked_at", UtcDateTime),
        sa.Column("decided_by", Json),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("undone_by", Json),
        sa.Column("undone_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_approvals_document_id_documents", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_approvals_document", "approvals", ["document_id", "version_number"])


def downgrade() -> None:
    for table in ("approvals", "preview_files", "previews"):
        op.drop_table(table)
