"""Sign requests, their evidence, the seal's keys, and the copies of portal's and identity's tables."""

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
    _create_seal_keys()
    _create_sign_requests()
    _create_evidence()
    _create_copies()


def _create_seal_keys() -> None:
    op.create_table(
        "seal_keys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("common_name", sa.String(64), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.Column("sealed_key", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seal_keys"),
        sa.UniqueConstraint("common_name", "generation", name="uq_seal_keys_common_name"),
    )


def _create_sign_requests() -> None:
    op.create_table(
        "sign_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("failure", sa.String(40)),
        sa.Column("due_on", sa.Date),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("close_reason", sa.String(1000)),
        sa.Column("completed_at", UtcDateTime),
        sa.Column("document_sha256", sa.String(64)),
        sa.Column("document_size", sa.BigInteger),
        sa.Column("pages", Json, nullable=False),
        sa.Column("sealed_sha256", sa.String(64)),
        sa.Column("sealed_size", sa.BigInteger),
        sa.Column("seal_key_id", sa.Uuid),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_requests"),
        _reference("sign_requests", "seal_key_id", "seal_keys"),
    )
    op.create_index("ix_sign_requests_account", "sign_requests", ["account_id", "id"])
    op.create_index("ix_sign_requests_sealed_sha256", "sign_requests", ["sealed_sha256"])
    op.create_table(
        "recipients",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sign_request_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("signing_order", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("notified_at", UtcDateTime),
        sa.Column("viewed_at", UtcDateTime),
        sa.Column("signed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_recipients"),
        sa.UniqueConstraint("sign_request_id", "contact_id", name="uq_recipients_sign_request_id"),
        _reference("recipients", "sign_request_id", "sign_requests", ondelete="CASCADE"),
    )
    op.create_index("ix_recipients_contact", "recipients", ["contact_id"])
    op.create_table(
        "fields",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sign_request_id", sa.Uuid, nullable=False),
        sa.Column("recipient_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("x", sa.Double, nullable=False),
        sa.Column("y", sa.Double, nullable=False),
        sa.Column("width", sa.Double, nullable=False),
        sa.Column("height", sa.Double, nullable=False),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fields"),
        _reference("fields", "sign_request_id", "sign_requests", ondelete="CASCADE"),
        _reference("fields", "recipient_id", "recipients", ondelete="CASCADE"),
    )
    op.create_index("ix_fields_sign_request", "fields", ["sign_request_id"])
    op.create_table(
        "field_values",
        sa.Column("field_id", sa.Uuid, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("font", sa.String(20)),
        sa.Column("drawing", sa.LargeBinary),
        sa.Column("checked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("field_id", name="pk_field_values"),
        _reference("field_values", "field_id", "fields"),
    )


def _create_evidence() -> None:
    op.create_table(
        "disclosure_texts",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_disclosure_texts"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sign_request_id", sa.Uuid, nullable=False),
        sa.Column("recipient_id", sa.Uuid, nullable=False),
        sa.Column("disclosure_version", sa.String(20), nullable=False),
        sa.Column("disclosure_sha256", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("ip", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.UniqueConstraint("recipient_id", name="uq_consents_recipient_id"),
        _reference("consents", "sign_request_id", "sign_requests"),
        _reference("consents", "recipient_id", "recipients"),
        sa.ForeignKeyConstraint(
            ["disclosure_sha256"], ["disclosure_texts.sha256"], name="fk_consents_disclosure_sha256_disclosure_texts"
        ),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sign_request_id", sa.Uuid, nullable=False),
        sa.Column("recipient_id", sa.Uuid, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.String(100), nullable=False),
        sa.Column("methods", Json, nullable=False),
        sa.Column("authenticated_at", UtcDateTime, nullable=False),
        sa.Column("ip", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.UniqueConstraint("sign_request_id", "recipient_id", name="uq_signatures_sign_request_id"),
        _reference("signatures", "sign_request_id", "sign_requests"),
        _reference("signatures", "recipient_id", "recipients"),
    )
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sign_request_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("actor", Json, nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
        sa.UniqueConstraint("sign_request_id", "sequence", name="uq_audit_events_sign_request_id"),
        _reference("audit_events", "sign_request_id", "sign_requests"),
    )


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
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("portal_user", sa.Boolean, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_contacts"),
    )
    op.create_index("ix_portal_contacts_account", "portal_contacts", ["account_id"])
    op.create_table(
        "portal_settings",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("firm_name", sa.String(200), nullable=False),
        sa.Column("legal_name", sa.String(200), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("phone", sa.String(50), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("website", sa.String(300), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_settings"),
    )
    op.create_table(
        "identity_users",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_users"),
    )
    op.create_table(
        "identity_user_contacts",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "contact_id", name="pk_identity_user_contacts"),
    )
    op.create_index("ix_identity_user_contacts_contact_id", "identity_user_contacts", ["contact_id"])


def _reference(table: str, column: str, other: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete=ondelete)


def downgrade() -> None:
    tables = (
        "identity_user_contacts identity_users portal_settings portal_contacts portal_accounts audit_events signatures "
        "consents disclosure_texts field_values fields recipients sign_requests seal_keys"
    )
    for table in tables.split():
        op.drop_table(table)
    drop_messaging_tables()
