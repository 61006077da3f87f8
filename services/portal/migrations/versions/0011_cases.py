"""Cases, what the firm set of them, and canned answers."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime
from services.chassis.text_search import create_search_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CASE_INDEXES = {
    "ix_cases_account_id": ["account_id", "created_at"],
    "ix_cases_status": ["status", "created_at"],
    "ix_cases_assignee_id": ["assignee_id", "status"],
    "ix_cases_created_at": ["created_at", "id"],
    "ix_cases_updated_at": ["updated_at", "id"],
}
TABLES = (
    "canned_answers",
    "case_settings",
    "case_reads",
    "case_changes",
    "case_documents",
    "case_comments",
    "cases",
    "case_numbers",
)


def upgrade() -> None:
    op.create_table(
        "case_numbers",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_case_numbers"),
        sa.UniqueConstraint("case_id", name="uq_case_numbers_case_id"),
    )
    _create_cases()
    _create_thread()
    _create_settings()


def _create_cases() -> None:
    moments = ("firm_wrote_at", "client_wrote_at", "closed_at", "respond_by", "resolve_by", "next_due_at")
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("case_type", sa.String(60)),
        sa.Column("priority", sa.String(20), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("assignee_id", sa.Uuid),
        sa.Column("due_on", sa.Date),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        *(sa.Column(name, UtcDateTime) for name in moments),
        sa.Column("first_answered_at", UtcDateTime),
        sa.Column("response_minutes", sa.Integer),
        sa.Column("resolution_minutes", sa.Integer),
        sa.Column("paused_since", UtcDateTime),
        sa.Column("paused_minutes", sa.Integer, nullable=False),
        sa.Column("response_escalated_at", UtcDateTime),
        sa.Column("resolution_escalated_at", UtcDateTime),
        sa.Column("search_title", sa.Text, nullable=False),
        sa.Column("search_description", sa.Text, nullable=False),
        sa.Column("once", sa.String(260)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'in_progress', 'waiting_for_response', 'closed')", name="ck_cases_status"
        ),
        sa.CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="ck_cases_priority"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.UniqueConstraint("once", name="uq_cases_once"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_cases_account_id_accounts"),
    )
    for name, columns in CASE_INDEXES.items():
        op.create_index(name, "cases", columns)
    due = sa.text("next_due_at IS NOT NULL")
    op.create_index("ix_cases_next_due_at", "cases", ["next_due_at", "id"], sqlite_where=due, postgresql_where=due)
    create_search_index(op.get_bind(), "ix_cases_search_title", "cases", "search_title")
    create_search_index(op.get_bind(), "ix_cases_search_description", "cases", "search_description")


def _create_thread() -> None:
    op.create_table(
        "case_comments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("internal", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("once", sa.String(260)),
        sa.PrimaryKeyConstraint("id", name="pk_case_comments"),
        sa.UniqueConstraint("once", name="uq_case_comments_once"),
        _of_case("case_comments"),
    )
    create_search_index(op.get_bind(), "ix_case_comments_search_text", "case_comments", "search_text")
    op.create_table(
        "case_documents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("comment_id", sa.Uuid),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_documents"),
        sa.UniqueConstraint("comment_id", "document_id", name="uq_case_documents_comment_id_document_id"),
        _of_case("case_documents"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["case_comments.id"], name="fk_case_documents_comment_id_case_comments"
        ),
    )
    op.create_index("ix_case_documents_document_id", "case_documents", ["document_id"])
    op.create_table(
        "case_changes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("old", Json),
        sa.Column("new", Json),
        sa.PrimaryKeyConstraint("id", name="pk_case_changes"),
        _of_case("case_changes"),
    )
    for table in ("case_comments", "case_documents", "case_changes"):
        op.create_index(f"ix_{table}_case_id", table, ["case_id"])
    op.create_table(
        "case_reads",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("read_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "user_id", name="pk_case_reads"),
        _of_case("case_reads"),
    )


def _create_settings() -> None:
    op.create_table(
        "case_settings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("singleton", sa.Integer, nullable=False),
        sa.Column("targets", Json, nullable=False),
        sa.Column("hours", Json, nullable=False),
        sa.Column("types", Json, nullable=False),
        sa.Column("reopen_days", sa.Integer, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("singleton = 1", name="ck_case_settings_singleton"),
        sa.PrimaryKeyConstraint("id", name="pk_case_settings"),
        sa.UniqueConstraint("singleton", name="uq_case_settings_singleton"),
    )
    op.create_table(
        "canned_answers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.Column("sort_title", sa.String(200), nullable=False),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_answers"),
    )
    op.create_index("ix_canned_answers_sort_title", "canned_answers", ["sort_title", "id"])


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id_cases")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
