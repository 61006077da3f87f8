"""The work list: who was given what, what was put off, and whom a colleague calls in a conversation."""

import sqlalchemy as sa
from alembic import op

from services.chassis import clock
from services.chassis.columns import Json, UtcDateTime
from services.portal.search.filling import fill_reviews

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_assignments",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="pk_work_assignments"),
    )
    op.create_index("ix_work_assignments_account_id", "work_assignments", ["account_id"])
    op.create_table(
        "work_snoozes",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", "user_id", name="pk_work_snoozes"),
    )
    op.create_index("ix_work_snoozes_account_id", "work_snoozes", ["account_id"])
    op.create_index("ix_work_snoozes_user_id", "work_snoozes", ["user_id", "until"])
    _create_mentions()
    _create_approvals()
    _create_upload_notices()
    unanswered = sa.text("answered_at IS NULL")
    op.create_index(
        "ix_reviews_unanswered", "reviews", ["updated_at"], sqlite_where=unanswered, postgresql_where=unanswered
    )
    _pass_over_old_declines()
    if not op.get_context().as_sql:
        fill_reviews(op.get_bind())


def _create_mentions() -> None:
    op.create_table(
        "conversation_mentions",
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name="pk_conversation_mentions"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_conversation_mentions_conversation_id_conversations"
        ),
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index(
        "ix_conversation_mentions_user_id",
        "conversation_mentions",
        ["user_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _create_upload_notices() -> None:
    """Make the copy of what documents tells of clients who are done uploading."""
    op.create_table(
        "documents_upload_notices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents_upload_notices"),
    )
    op.create_index("ix_documents_upload_notices_account_id", "documents_upload_notices", ["account_id"])


def _create_approvals() -> None:
    """Make the copy of what documents tells of approvals."""
    op.create_table(
        "documents_approvals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("asked_by", Json),
        sa.Column("decided_by", Json),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents_approvals"),
    )
    op.create_index("ix_documents_approvals_account_id", "documents_approvals", ["account_id", "status"])
    op.create_index("ix_documents_approvals_status", "documents_approvals", ["status", "side"])


def _pass_over_old_declines() -> None:
    """Let what was declined before stay off the list, on which it never stood."""
    seen = sa.table(
        "work_seen",
        sa.column("kind", sa.String),
        sa.column("subject_id", sa.Uuid),
        sa.column("by", sa.Uuid),
        sa.column("at", UtcDateTime),
    )
    declined = sa.table("signing_sign_requests", sa.column("id", sa.Uuid), sa.column("status", sa.String))
    found = sa.select(
        sa.literal("request_declined"), declined.c.id, declined.c.id, sa.literal(clock.now(), UtcDateTime)
    ).where(declined.c.status == "declined")
    op.execute(sa.insert(seen).from_select(["kind", "subject_id", "by", "at"], found))


def downgrade() -> None:
    op.execute("DELETE FROM search_entries WHERE kind = 'review'")
    op.drop_index("ix_reviews_unanswered", table_name="reviews")
    op.drop_table("documents_upload_notices")
    op.drop_table("documents_approvals")
    op.drop_table("conversation_mentions")
    op.drop_table("work_snoozes")
    op.drop_table("work_assignments")
