"""Users and their access, credentials, sign-ins, sessions, keys, and the copies of portal's tables."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime
from services.chassis.migrations import create_messaging_tables, drop_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN_INVITATION = sa.text("accepted_at IS NULL AND revoked_at IS NULL")


def upgrade() -> None:
    create_messaging_tables()
    _create_users()
    _create_credentials()
    _create_sign_in()
    _create_tokens()
    _create_copies()


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("mobile", sa.String(20)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("kind", "email", name="uq_users_kind"),
        sa.UniqueConstraint("email_hash", "kind", name="uq_users_email_hash"),
        sa.CheckConstraint("kind IN ('client', 'staff')", name="ck_users_kind"),
        sa.CheckConstraint("status IN ('invited', 'active', 'suspended', 'undeliverable')", name="ck_users_status"),
        sa.CheckConstraint("(kind = 'staff') = (role IS NOT NULL)", name="ck_users_role"),
    )
    op.create_table(
        "account_access",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("support_start", sa.Date),
        sa.Column("support_end", sa.Date),
        sa.PrimaryKeyConstraint("contact_id", name="pk_account_access"),
        _of_user("account_access"),
    )
    op.create_index("ix_account_access_user_id", "account_access", ["user_id"])


def _create_credentials() -> None:
    op.create_table(
        "password_credentials",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("hash", sa.String(200), nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_password_credentials"),
        _of_user("password_credentials"),
    )
    op.create_table(
        "password_resets",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("handled_at", UtcDateTime),
        sa.Column("used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_password_resets"),
        sa.UniqueConstraint("token_hash", name="uq_password_resets_token_hash"),
        _of_user("password_resets"),
    )
    op.create_index("ix_password_resets_user_id", "password_resets", ["user_id"])
    op.create_index("ix_password_resets_expires_at", "password_resets", ["expires_at"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("event_id", sa.Uuid),
        sa.Column("invited_by", Json),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("accepted_at", UtcDateTime),
        sa.Column("revoked_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
        _of_user("invitations"),
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"])
    op.create_index(
        "uq_invitations_open",
        "invitations",
        ["user_id"],
        unique=True,
        postgresql_where=OPEN_INVITATION,
        sqlite_where=OPEN_INVITATION,
    )


def _create_sign_in() -> None:
    op.create_table(
        "sign_in_flows",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("code_sealed", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("handled_at", UtcDateTime),
        sa.Column("consumed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_flows"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_flows_token_hash"),
        sa.CheckConstraint("tries <= 5", name="ck_sign_in_flows_tries"),
        _of_user("sign_in_flows"),
    )
    op.create_index("ix_sign_in_flows_expires_at", "sign_in_flows", ["expires_at"])
    op.create_table(
        "throttles",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("window_started_at", UtcDateTime, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_throttles"),
    )
    op.create_index("ix_throttles_last_at", "throttles", ["last_at"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("methods", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("authenticated_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=False),
        sa.Column("idle_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ip", sa.String(64), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("end_reason", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        _of_user("sessions"),
    )
    op.create_index("ix_sessions_user_id_ended_at", "sessions", ["user_id", "ended_at"])
    op.create_table(
        "devices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.UniqueConstraint("token_hash", name="uq_devices_token_hash"),
        _of_user("devices"),
    )
    op.create_index("ix_devices_user_id", "devices", ["user_id"])
    op.create_index("ix_devices_last_seen_at", "devices", ["last_seen_at"])


def _create_tokens() -> None:
    op.create_table(
        "token_keys",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("public", Json, nullable=False),
        sa.Column("private_sealed", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("active_at", UtcDateTime, nullable=False),
        sa.Column("retired_at", UtcDateTime),
        sa.PrimaryKeyConstraint("kid", name="pk_token_keys"),
    )
    op.create_table(
        "used_assertions",
        sa.Column("jti_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("jti_hash", name="pk_used_assertions"),
    )
    op.create_index("ix_used_assertions_expires_at", "used_assertions", ["expires_at"])


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
        sa.Column("email", sa.String(254)),
        sa.Column("mobile", sa.String(20)),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("portal_user", sa.Boolean, nullable=False),
        sa.Column("support_start", sa.Date),
        sa.Column("support_end", sa.Date),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_contacts"),
    )
    op.create_table(
        "portal_settings",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_settings"),
    )


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id_users")


def downgrade() -> None:
    tables = (
        "portal_settings portal_contacts portal_accounts used_assertions token_keys devices sessions throttles "
        "sign_in_flows invitations password_resets password_credentials account_access users"
    )
    for table in tables.split():
        op.drop_table(table)
    drop_messaging_tables()
