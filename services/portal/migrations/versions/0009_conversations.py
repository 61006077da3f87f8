"""Conversations between a client and the firm."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime
from services.chassis.text_search import create_search_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_conversations()
    op.create_table(
        "conversation_messages",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("internal", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("mentions", Json, nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_messages"),
        sa.UniqueConstraint("conversation_id", "number", name="uq_conversation_messages_conversation_id"),
        _of_conversation("conversation_messages"),
    )
    create_search_index(op.get_bind(), "ix_conversation_messages_search_text", "conversation_messages", "search_text")
    _create_documents()
    op.create_table(
        "conversation_reads",
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("read_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name="pk_conversation_reads"),
        _of_conversation("conversation_reads"),
    )
    op.create_table(
        "conversation_keys",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_conversation_keys"),
    )
    op.create_index("ix_conversation_keys_used_at", "conversation_keys", ["used_at"])


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("assignee_id", sa.Uuid, nullable=True),
        sa.Column("assignee_name", sa.String(300), nullable=False),
        sa.Column("started_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.Column("last_by", Json, nullable=False),
        sa.Column("excerpt", sa.String(201), nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("firm_number", sa.Integer, nullable=False),
        sa.Column("client_number", sa.Integer, nullable=False),
        sa.Column("awaits_firm", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_conversations_account_id_accounts"),
        sa.CheckConstraint("status IN ('open', 'closed')", name="ck_conversations_status"),
    )
    op.create_index("ix_conversations_account_id", "conversations", ["account_id", "last_at", "id"])
    op.create_index("ix_conversations_last_at", "conversations", ["last_at", "id"])
    op.create_index("ix_conversations_status", "conversations", ["status", "last_at", "id"])
    op.create_index("ix_conversations_assignee_id", "conversations", ["assignee_id", "last_at", "id"])
    waits = sa.text("awaits_firm")
    op.create_index(
        "ix_conversations_awaits_firm", "conversations", ["last_at"], sqlite_where=waits, postgresql_where=waits
    )


def _create_documents() -> None:
    op.create_table(
        "conversation_documents",
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("conversation_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "document_id", name="pk_conversation_documents"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["conversation_messages.id"],
            name="fk_conversation_documents_message_id_conversation_messages",
        ),
        _of_conversation("conversation_documents"),
    )
    op.create_index("ix_conversation_documents_document_id", "conversation_documents", ["document_id"])
    op.create_index("ix_conversation_documents_conversation_id", "conversation_documents", ["conversation_id"])


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"], ["conversations.id"], name=f"fk_{table}_conversation_id_conversations"
    )


def downgrade() -> None:
    for table in ("keys", "reads", "documents", "messages"):
        op.drop_table(f"conversation_{table}")
    op.drop_table("conversations")
