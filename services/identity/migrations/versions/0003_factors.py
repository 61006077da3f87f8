"""Passkeys, authenticator apps, recovery codes and challenges."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_authenticators()
    _create_challenges()
    _create_passkeys()
    op.add_column("devices", sa.Column("trusted_until", UtcDateTime))
    op.add_column("sign_in_flows", sa.Column("session_id", sa.Uuid))
    op.create_index("ix_sign_in_flows_session_id", "sign_in_flows", ["session_id"])
    op.add_column("password_credentials", sa.Column("is_short", sa.Boolean, server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("mobile_verified", sa.Boolean, server_default=sa.true(), nullable=False))


def _create_authenticators() -> None:
    op.create_table(
        "authenticators",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("secret_sealed", sa.Text),
        sa.Column("confirmed_at", UtcDateTime),
        sa.Column("last_step", sa.BigInteger),
        sa.Column("pending_sealed", sa.Text),
        sa.Column("pending_at", UtcDateTime),
        sa.PrimaryKeyConstraint("user_id", name="pk_authenticators"),
        _of_user("authenticators"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("code_sealed", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        _of_user("recovery_codes"),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])


def _create_challenges() -> None:
    op.create_table(
        "challenges",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("consumed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_challenges"),
        sa.UniqueConstraint("token_hash", name="uq_challenges_token_hash"),
        sa.CheckConstraint("tries <= 5", name="ck_challenges_tries"),
        _of_user("challenges"),
    )
    op.create_index("ix_challenges_expires_at", "challenges", ["expires_at"])


def _create_passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("transports", Json, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
        _of_user("passkeys"),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"])
    op.create_table(
        "passkey_ceremonies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("challenge", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10)),
        sa.Column("first_factor_id", sa.Uuid),
        sa.Column("user_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_passkey_ceremonies"),
        sa.UniqueConstraint("token_hash", name="uq_passkey_ceremonies_token_hash"),
        _of_user("passkey_ceremonies"),
    )
    op.create_index("ix_passkey_ceremonies_expires_at", "passkey_ceremonies", ["expires_at"])


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id_users")


def downgrade() -> None:
    op.drop_column("users", "mobile_verified")
    op.drop_column("password_credentials", "is_short")
    op.drop_index("ix_sign_in_flows_session_id", "sign_in_flows")
    op.drop_column("sign_in_flows", "session_id")
    op.drop_column("devices", "trusted_until")
    for table in ("passkey_ceremonies", "passkeys", "challenges", "recovery_codes", "authenticators"):
        op.drop_table(table)
