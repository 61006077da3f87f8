"""Client requests with their checklist, comments and documents."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Id, JsonData, Moment, Ref
from services.portal.models import Model

TRANSITIONS = {
    "open": frozenset({"replied", "closed"}),
    "replied": frozenset({"open", "closed"}),
    "closed": frozenset({"open"}),
}
"""`open` waits for the client, `replied` for the firm. A client's answer makes it replied, the firm's open again."""

ITEM_STATUSES = ("open", "received", "accepted", "rejected")
DECISIONS = ("accepted", "rejected")
PART_ACTS = ("answered", *DECISIONS)
"""What a comment about one item of the checklist says besides its words."""
KINDS = ("request", "sign_request", "all")
SORTS = ("-created_at", "created_at", "due_on")
STATES = ("all", "open", "waiting", "done")
STATUSES = (
    *TRANSITIONS,
    *(
        "preparing",
        "draft",
        "failed",
        "sent",
        "signed",
        "sealing",
        "completed",
        "declined",
        "voided",
        "expired",
    ),
)
"""What a list may ask for: `waiting` is what waits for the caller's side, `done` what is over."""

MAX_CITED = 50
"""The most documents of one comment; with the limits of the texts it keeps the event within 64 KiB."""


class Request(Model):
    """What the firm asks of a client. `firm_wrote_at` and `client_wrote_at` say whose words are the latest.

    `reminded_on` is the day of the last reminder, before that the day from which reminders count. `reminders` is null
    for what was asked before there were any. `once` names what made it, so that nothing makes it twice.
    """

    __tablename__ = "requests"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="open")
    due_on: Mapped[date | None]
    created_by: Mapped[JsonData]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    firm_wrote_at: Mapped[Moment]
    client_wrote_at: Mapped[Moment | None]
    reminders: Mapped[bool | None]
    reminded_on: Mapped[date | None]
    once: Mapped[str | None] = mapped_column(String(260))
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("status IN ('open', 'replied', 'closed')", name="status"),
        Index("ix_requests_due_on", "due_on", "id"),
        Index("uq_requests_once", "once", unique=True),
        Index("ix_requests_account_id", "account_id", "created_at"),
        Index("ix_requests_status", "status", "created_at"),
    )


class RequestItem(Model):
    """One thing to send, on the checklist of a request.

    `status` is whether the client has sent it, `decision` what the firm made of it: one that is rejected is open again.
    """

    __tablename__ = "request_items"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    needs_file: Mapped[bool] = mapped_column(default=False, server_default=false())
    optional: Mapped[bool] = mapped_column(default=False, server_default=false())
    status: Mapped[str] = mapped_column(String(20), default="open")
    decision: Mapped[str | None] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(Text, default="", server_default="")
    reason: Mapped[str] = mapped_column(String(1000), default="", server_default="")

    __table_args__ = (CheckConstraint("status IN ('open', 'received')", name="status"),)

    @property
    def state(self) -> str:
        """Open, received, accepted, or rejected and so open again."""
        return self.decision or self.status


class RequestComment(Model):
    """A message in the thread of a request. An `internal` one is a note that no client ever sees.

    One about an item of the checklist names it, and what happened to it (`act`).
    """

    __tablename__ = "request_comments"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"), index=True)
    by: Mapped[JsonData]
    message: Mapped[str] = mapped_column(Text)
    internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[Moment]
    item_id: Mapped[Ref | None]
    act: Mapped[str | None] = mapped_column(String(20))
    once: Mapped[str | None] = mapped_column(String(260))

    __table_args__ = (Index("uq_request_comments_once", "once", unique=True),)


class RequestDocument(Model):
    """A document cited by a request (no `comment_id`) or by one of its comments, perhaps for an item.

    The document may be unknown here yet: only its id is kept, and its owner decides who may read it.
    """

    __tablename__ = "request_documents"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"), index=True)
    comment_id: Mapped[UUID | None] = mapped_column(ForeignKey("request_comments.id"))
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("request_items.id"))
    document_id: Mapped[Ref] = mapped_column(index=True)
    position: Mapped[int]

    __table_args__ = (UniqueConstraint("comment_id", "document_id"),)


class RequestRead(Model):
    """Until when a person has read a request."""

    __tablename__ = "request_reads"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    read_at: Mapped[Moment]
