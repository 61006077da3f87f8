"""Staff who see assigned clients only, and sign-in by OpenID Connect."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("assigned_only", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("users", sa.Column("changed_by", Json))
    op.add_column("users", sa.Column("changed_at", UtcDateTime))
    op.add_column("portal_accounts", sa.Column("adviser_id", sa.Uuid))
    _create_oidc()


def _create_oidc() -> None:
    op.create_table(
        "oidc_flows",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("nonce_hash", sa.String(64), nullable=False),
        sa.Column("verifier_sealed", sa.Text, nullable=False),
        sa.Column("redirect_uri", sa.String(500), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_flows"),
        sa.UniqueConstraint("token_hash", name="uq_oidc_flows_token_hash"),
    )
    op.create_index("ix_oidc_flows_expires_at", "oidc_flows", ["expires_at"])
    op.create_table(
        "oidc_subjects",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("bound_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_oidc_subjects"),
        sa.UniqueConstraint("issuer", "subject", name="uq_oidc_subjects_issuer"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_oidc_subjects_user_id_users"),
    )


def downgrade() -> None:
    op.drop_table("oidc_subjects")
    op.drop_index("ix_oidc_flows_expires_at", "oidc_flows")
    op.drop_table("oidc_flows")
    op.drop_column("portal_accounts", "adviser_id")
    for name in ("changed_at", "changed_by", "assigned_only"):
        op.drop_column("users", name)
