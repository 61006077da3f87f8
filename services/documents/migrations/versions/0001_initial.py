"""Documents, versions, history, uploads, and the copies of portal's tables."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime
from services.chassis.migrations import create_messaging_tables, drop_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables()
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("search_name", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("shared_at", UtcDateTime),
        sa.Column("uploaded_by", Json, nullable=False),
        sa.Column("uploaded_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("request_id", sa.Uuid),
        sa.Column("sign_request_id", sa.Uuid),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_account", "documents", ["account_id", "changed_at", "id"])
    op.create_index("ix_documents_changed", "documents", ["changed_at", "id"])
    op.create_index("ix_documents_request", "documents", ["request_id"])
    op.create_table(
        "versions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("blob_key", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("document_id", "number", name="uq_versions_document_id"),
        sa.UniqueConstraint("blob_key", name="uq_versions_blob_key"),
        _of_document("versions"),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("version_number", sa.Integer),
        sa.Column("how", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
        _of_document("history"),
    )
    op.create_index("ix_history_document", "history", ["document_id", "id"])
    op.create_table(
        "readers",
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("first_at", UtcDateTime, nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "user_id", name="pk_readers"),
        _of_document("readers"),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("blob_key", sa.String(200), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_started", "uploads", ["started_at"])
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_idempotency_keys"),
        _of_document("idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_used", "idempotency_keys", ["used_at"])
    _create_copies()


def _create_copies() -> None:
    op.create_table(
        "portal_accounts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_accounts"),
    )
    op.create_table(
        "portal_contacts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_contacts"),
    )
    op.create_index("ix_portal_contacts_account", "portal_contacts", ["account_id"])
    op.create_table(
        "portal_settings",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("share_documents", sa.Boolean, server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_settings"),
    )


def _of_document(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["document_id"], ["documents.id"], name=f"fk_{table}_document_id_documents", ondelete="CASCADE"
    )


def downgrade() -> None:
    tables = (
        "portal_settings portal_contacts portal_accounts idempotency_keys uploads readers history versions documents"
    )
    for table in tables.split():
        op.drop_table(table)
    drop_messaging_tables()
