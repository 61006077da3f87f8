"""Directory, settings, requests, activity, work list, and the copies of other services' tables."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime
from services.chassis.migrations import create_messaging_tables, drop_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "accounts",
    "contacts",
    "firm_settings",
    "requests",
    "request_items",
    "request_comments",
    "request_documents",
    "request_reads",
    "activity",
    "work_seen",
    "identity_users",
    "identity_user_contacts",
    "documents_documents",
    "documents_openings",
    "signing_sign_requests",
    "signing_recipients",
)


def upgrade() -> None:
    create_messaging_tables()
    _create_directory()
    _create_settings()
    _create_requests()
    _create_activity()
    _create_work()
    _create_copies()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    drop_messaging_tables()


def _create_directory() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("tax_number", sa.String(40), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("is_test", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("adviser_id", sa.Uuid),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("client_since", sa.Date),
        sa.Column("sort_name", sa.String(400), nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("kind IN ('company', 'person')", name="ck_accounts_kind"),
        sa.CheckConstraint("status IN ('active', 'archived')", name="ck_accounts_status"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_created_at", "accounts", ["created_at", "id"])
    op.create_index("ix_accounts_sort_name", "accounts", ["sort_name", "id"])
    op.create_index("ix_accounts_updated_at", "accounts", ["updated_at", "id"])
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("mobile", sa.String(16)),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("portal_user", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("support_start", sa.Date),
        sa.Column("support_end", sa.Date),
        sa.Column("removed", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("invited_at", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'member', 'signer', 'billing')", name="ck_contacts_role"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_contacts_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_account_id", "contacts", ["account_id"])
    op.create_index(
        "uq_contacts_account_id_email",
        "contacts",
        ["account_id", "email"],
        unique=True,
        sqlite_where=sa.text("NOT removed"),
        postgresql_where=sa.text("NOT removed"),
    )


def _create_settings() -> None:
    op.create_table(
        "firm_settings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("singleton", sa.Integer, nullable=False),
        sa.Column("firm_name", sa.String(200), nullable=False),
        sa.Column("portal_name", sa.String(200), nullable=False),
        sa.Column("legal_name", sa.String(200), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("website", sa.String(500), nullable=False),
        sa.Column("banner", sa.String(300), nullable=False),
        sa.Column("announcement", sa.Text, nullable=False),
        sa.Column("accent", sa.String(7), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("office_hours", sa.Text, nullable=False),
        sa.Column("switches", Json, nullable=False),
        sa.Column("action_buttons", Json, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("singleton = 1", name="ck_firm_settings_singleton"),
        sa.PrimaryKeyConstraint("id", name="pk_firm_settings"),
        sa.UniqueConstraint("singleton", name="uq_firm_settings_singleton"),
    )


def _create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("firm_wrote_at", UtcDateTime, nullable=False),
        sa.Column("client_wrote_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("status IN ('open', 'replied', 'closed')", name="ck_requests_status"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_requests_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_index("ix_requests_account_id", "requests", ["account_id", "created_at"])
    op.create_index("ix_requests_status", "requests", ["status", "created_at"])
    op.create_table(
        "request_items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.CheckConstraint("status IN ('open', 'received')", name="ck_request_items_status"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_request_items_request_id_requests"),
        sa.PrimaryKeyConstraint("id", name="pk_request_items"),
    )
    op.create_index("ix_request_items_request_id", "request_items", ["request_id"])
    op.create_table(
        "request_comments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("internal", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_request_comments_request_id_requests"),
        sa.PrimaryKeyConstraint("id", name="pk_request_comments"),
    )
    op.create_index("ix_request_comments_request_id", "request_comments", ["request_id"])
    op.create_table(
        "request_documents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("comment_id", sa.Uuid),
        sa.Column("item_id", sa.Uuid),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["request_comments.id"], name="fk_request_documents_comment_id_request_comments"
        ),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_request_documents_request_id_requests"),
        sa.ForeignKeyConstraint(["item_id"], ["request_items.id"], name="fk_request_documents_item_id_request_items"),
        sa.PrimaryKeyConstraint("id", name="pk_request_documents"),
        sa.UniqueConstraint("comment_id", "document_id", name="uq_request_documents_comment_id"),
    )
    op.create_index("ix_request_documents_document_id", "request_documents", ["document_id"])
    op.create_index("ix_request_documents_request_id", "request_documents", ["request_id"])
    op.create_table(
        "request_reads",
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("read_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_request_reads_request_id_requests"),
        sa.PrimaryKeyConstraint("request_id", "user_id", name="pk_request_reads"),
    )


def _create_activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("user_id", sa.Uuid),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
    )
    op.create_index("ix_activity_account_id", "activity", ["account_id", "at", "id"])
    op.create_index("ix_activity_user_id", "activity", ["user_id", "at"])


def _create_work() -> None:
    op.create_table(
        "work_seen",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("by", sa.Uuid, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="pk_work_seen"),
    )


def _create_copies() -> None:
    op.create_table(
        "identity_users",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_users"),
    )
    op.create_index("ix_identity_users_status", "identity_users", ["status"])
    op.create_table(
        "identity_user_contacts",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["identity_users.id"], name="fk_identity_user_contacts_user_id_identity_users"
        ),
        sa.PrimaryKeyConstraint("user_id", "contact_id", name="pk_identity_user_contacts"),
    )
    op.create_index("ix_identity_user_contacts_account_id", "identity_user_contacts", ["account_id"])
    op.create_index("ix_identity_user_contacts_contact_id", "identity_user_contacts", ["contact_id"])
    op.create_table(
        "documents_documents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content_type", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("shared_at", UtcDateTime),
        sa.Column("uploaded_by", Json, nullable=False),
        sa.Column("uploaded_at", UtcDateTime, nullable=False),
        sa.Column("sign_request_id", sa.Uuid),
        sa.Column("request_id", sa.Uuid),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents_documents"),
    )
    op.create_index("ix_documents_documents_account_id", "documents_documents", ["account_id", "shared_at"])
    op.create_index("ix_documents_documents_origin", "documents_documents", ["origin", "uploaded_at"])
    op.create_index("ix_documents_documents_request_id", "documents_documents", ["request_id"])
    op.create_table(
        "documents_openings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents_openings"),
    )
    op.create_index("ix_documents_openings_document_id", "documents_openings", ["document_id"])
    op.create_table(
        "signing_sign_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("pages", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("completed_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_sign_requests"),
    )
    op.create_index("ix_signing_sign_requests_account_id", "signing_sign_requests", ["account_id", "created_at"])
    op.create_index("ix_signing_sign_requests_status", "signing_sign_requests", ["status", "created_at"])
    op.create_table(
        "signing_recipients",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sign_request_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_request_id"],
            ["signing_sign_requests.id"],
            name="fk_signing_recipients_sign_request_id_signing_sign_requests",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signing_recipients"),
    )
    op.create_index("ix_signing_recipients_contact_id", "signing_recipients", ["contact_id"])
    op.create_index("ix_signing_recipients_sign_request_id", "signing_recipients", ["sign_request_id"])
