"""Conversations with their messages, the documents that these cite, and who has read how far."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json, UtcDateTime
from services.chassis.database import Id, JsonData, Moment, Ref
from services.chassis.text_search import search_index
from services.portal.models import Model

TRANSITIONS = {"open": frozenset({"closed"}), "closed": frozenset({"open"})}
STATES = ("open", "closed", "all")
ASSIGNED = ("me", "none")
SWITCH = "conversations"
"""The firm's switch: may clients begin conversations, and open closed ones again (S57)?"""

MAX_MESSAGE = 20_000
MAX_CITED = 50
EXCERPT = 200
"""How much of a message a list and an event show; the whole stands in the thread alone."""


class Conversation(Model):
    """A thread. Its messages have numbers from 1; `last_number` is the highest, internal notes among them.

    `firm_number` and `client_number` are those of the latest message that each side wrote to the other, 0 for none.
    What stands in `last_at`, `last_by` and `excerpt` is of the latest message that both sides see.
    """

    __tablename__ = "conversations"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20), default="open")
    assignee_id: Mapped[Ref | None]
    assignee_name: Mapped[str] = mapped_column(String(300), default="")
    started_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    last_at: Mapped[Moment]
    last_by: Mapped[JsonData]
    excerpt: Mapped[str] = mapped_column(String(EXCERPT + 1))
    last_number: Mapped[int]
    firm_number: Mapped[int]
    client_number: Mapped[int]
    awaits_firm: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        Index("ix_conversations_account_id", "account_id", "last_at", "id"),
        Index("ix_conversations_last_at", "last_at", "id"),
        Index("ix_conversations_status", "status", "last_at", "id"),
        Index("ix_conversations_assignee_id", "assignee_id", "last_at", "id"),
        Index(
            "ix_conversations_awaits_firm",
            "last_at",
            sqlite_where=text("awaits_firm"),
            postgresql_where=text("awaits_firm"),
        ),
    )


class ConversationMessage(Model):
    """A message. An `internal` one is a note that no client ever sees. `search_text` has neither accents nor case."""

    __tablename__ = "conversation_messages"

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int]
    by: Mapped[JsonData]
    text: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    mentions: Mapped[list[Any] | None] = mapped_column(Json)
    at: Mapped[Moment]

    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        search_index("ix_conversation_messages_search_text", "search_text"),
    )


class ConversationDocument(Model):
    """A document that a message cites. It may be unknown here yet: its owner decides who may read it."""

    __tablename__ = "conversation_documents"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("conversation_messages.id"), primary_key=True)
    document_id: Mapped[Ref] = mapped_column(primary_key=True, index=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    position: Mapped[int]


class ConversationRead(Model):
    """How far a person has read a conversation, and since when."""

    __tablename__ = "conversation_reads"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    number: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConversationMention(Model):
    """Where a colleague last called somebody of the staff; `done_at` is when they looked, None while they have not."""

    __tablename__ = "conversation_mentions"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    message_id: Mapped[Ref]
    at: Mapped[Moment]
    done_at: Mapped[Moment | None]

    __table_args__ = (
        Index(
            "ix_conversation_mentions_user_id",
            "user_id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )


class ConversationKey(Model):
    """What somebody's `Idempotency-Key` led to, so that a repeated message is one."""

    __tablename__ = "conversation_keys"

    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[Ref]
    used_at: Mapped[Moment] = mapped_column(index=True)
