"""The export and the erasure of a client's data."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime
from services.chassis.migrations import create_account_jobs_table, drop_account_jobs_table

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_account_jobs_table()
    _create_exports()
    _create_erasures()
    op.create_table(
        "legal_holds",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("set_by", Json, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_legal_holds"),
        _of_account("legal_holds"),
    )
    op.create_table(
        "privacy_rules",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("erasure_days", sa.Integer, nullable=False),
        sa.Column("signed_years", sa.Integer, nullable=False),
        sa.Column("changed_by", Json, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_rules"),
    )


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id_accounts")


def _create_exports() -> None:
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("everything", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("asked_by", Json, nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.Column("expires_at", UtcDateTime, nullable=True),
        sa.Column("size", sa.BigInteger, nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", UtcDateTime, nullable=True),
        sa.Column("leased_until", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_data_exports"),
        _of_account("data_exports"),
    )
    op.create_index("ix_data_exports_account_id", "data_exports", ["account_id", "created_at"])
    op.create_index("ix_data_exports_status", "data_exports", ["status", "expires_at"])
    running = sa.text("status IN ('gathering', 'assembling')")
    op.create_index(
        "uq_data_exports_running",
        "data_exports",
        ["account_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "data_export_parts",
        sa.Column("export_id", sa.Uuid, nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("export_id", "service", name="pk_data_export_parts"),
        sa.ForeignKeyConstraint(
            ["export_id"], ["data_exports.id"], name="fk_data_export_parts_export_id_data_exports", ondelete="CASCADE"
        ),
    )


def _create_erasures() -> None:
    statuses = "'asked', 'planned', 'erasing', 'sweeping', 'failed', 'done', 'declined', 'cancelled'"
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by_client", sa.Boolean, nullable=False),
        sa.Column("asked_by", Json, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("decided_by", Json, nullable=True),
        sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.Column("keep_signed", sa.Boolean, nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=True),
        sa.Column("started_at", UtcDateTime, nullable=True),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.Column("again_on", sa.Date, nullable=True),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("whose", Json, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.CheckConstraint(f"status IN ({statuses})", name="ck_erasures_status"),
        _of_account("erasures"),
    )
    op.create_index("ix_erasures_account_id", "erasures", ["account_id", "asked_at"])
    op.create_index("ix_erasures_status", "erasures", ["status", "starts_at"])
    op.create_index("ix_erasures_asked_at", "erasures", ["asked_at", "id"])
    is_open = sa.text("status IN ('asked', 'planned', 'erasing', 'sweeping', 'failed')")
    op.create_index(
        "uq_erasures_open", "erasures", ["account_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "erasure_parts",
        sa.Column("erasure_id", sa.Uuid, nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("erased", Json, nullable=False),
        sa.Column("kept", Json, nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", "service", name="pk_erasure_parts"),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name="fk_erasure_parts_erasure_id_erasures", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    for table in ("privacy_rules", "legal_holds", "erasure_parts", "erasures", "data_export_parts", "data_exports"):
        op.drop_table(table)
    drop_account_jobs_table()
