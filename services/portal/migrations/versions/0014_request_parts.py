"""Request templates, checklists, due dates, series."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    "request_reminder_settings",
    "request_series_accounts",
    "request_series",
    "request_batch_rows",
    "request_batches",
    "request_templates",
)
ADDED = {
    "requests": ("reminders", "reminded_on", "once"),
    "request_items": ("description", "needs_file", "optional", "decision", "answer", "reason"),
    "request_comments": ("item_id", "act", "once"),
}


def upgrade() -> None:
    _add_to_requests()
    _create_templates()
    _create_batches()
    _create_series()
    op.create_table(
        "request_reminder_settings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("singleton", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("days_before", sa.Integer, nullable=False),
        sa.Column("on_the_day", sa.Boolean, nullable=False),
        sa.Column("every_days", sa.Integer, nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("singleton = 1", name="ck_request_reminder_settings_singleton"),
        sa.PrimaryKeyConstraint("id", name="pk_request_reminder_settings"),
        sa.UniqueConstraint("singleton", name="uq_request_reminder_settings_singleton"),
    )


def _add_to_requests() -> None:
    # The release before this one writes rows without them: each is null or has a default.
    for column in (sa.Column("reminders", sa.Boolean), sa.Column("reminded_on", sa.Date), _once()):
        op.add_column("requests", column)
    op.create_index("ix_requests_due_on", "requests", ["due_on", "id"])
    op.create_index("uq_requests_once", "requests", ["once"], unique=True)
    for column in (
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("needs_file", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("optional", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("decision", sa.String(20)),
        sa.Column("answer", sa.Text, nullable=False, server_default=""),
        sa.Column("reason", sa.String(1000), nullable=False, server_default=""),
    ):
        op.add_column("request_items", column)
    for column in (sa.Column("item_id", sa.Uuid), sa.Column("act", sa.String(20)), _once()):
        op.add_column("request_comments", column)
    op.create_index("uq_request_comments_once", "request_comments", ["once"], unique=True)


def _once() -> sa.Column[str]:
    return sa.Column("once", sa.String(260))


def _create_templates() -> None:
    op.create_table(
        "request_templates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.Column("due_days", sa.Integer),
        sa.Column("reminders", sa.Boolean, nullable=False),
        sa.Column("sort_title", sa.String(200), nullable=False),
        sa.Column("archived_at", UtcDateTime),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request_templates"),
    )
    op.create_index("ix_request_templates_sort_title", "request_templates", ["sort_title", "id"])


def _create_batches() -> None:
    op.create_table(
        "request_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("left_out", sa.Integer, nullable=False),
        sa.Column("series_id", sa.Uuid),
        sa.Column("period_on", sa.Date),
        sa.Column("once", sa.String(260), nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.Column("leased_until", UtcDateTime),
        sa.CheckConstraint("status IN ('sending', 'done')", name="ck_request_batches_status"),
        sa.PrimaryKeyConstraint("id", name="pk_request_batches"),
        sa.UniqueConstraint("once", name="uq_request_batches_once"),
    )
    op.create_index("ix_request_batches_status", "request_batches", ["status", "id"])
    op.create_index("ix_request_batches_series_id", "request_batches", ["series_id", "id"])
    op.create_table(
        "request_batch_rows",
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.Column("request_id", sa.Uuid),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'left_out')", name="ck_request_batch_rows_status"),
        sa.PrimaryKeyConstraint("batch_id", "account_id", name="pk_request_batch_rows"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["request_batches.id"], name="fk_request_batch_rows_batch_id_request_batches"
        ),
        _of_account("request_batch_rows"),
    )
    op.create_index("ix_request_batch_rows_account_id", "request_batch_rows", ["account_id"])


def _create_series() -> None:
    op.create_table(
        "request_series",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("every", sa.String(20), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("next_on", sa.Date),
        sa.Column("once", sa.String(260)),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("status IN ('active', 'paused', 'ended')", name="ck_request_series_status"),
        sa.CheckConstraint("every IN ('week', 'month', 'quarter', 'year')", name="ck_request_series_every"),
        sa.PrimaryKeyConstraint("id", name="pk_request_series"),
        sa.UniqueConstraint("once", name="uq_request_series_once"),
    )
    op.create_index("ix_request_series_next_on", "request_series", ["status", "next_on"])
    op.create_index("ix_request_series_created_at", "request_series", ["created_at", "id"])
    op.create_table(
        "request_series_accounts",
        sa.Column("series_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("series_id", "account_id", name="pk_request_series_accounts"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["request_series.id"], name="fk_request_series_accounts_series_id_request_series"
        ),
        _of_account("request_series_accounts"),
    )
    op.create_index("ix_request_series_accounts_account_id", "request_series_accounts", ["account_id"])


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id_accounts")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for index, table in (
        ("ix_requests_due_on", "requests"),
        ("uq_requests_once", "requests"),
        ("uq_request_comments_once", "request_comments"),
    ):
        op.drop_index(index, table)
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column)
