"""What the staff has dealt with on the work list, put off, and given to whom."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import JsonData, Moment, Ref
from services.portal.models import Model

KINDS = (
    "request_replied",
    "conversation_waiting",
    "mentioned",
    "case_waiting",
    "document_uploaded",
    "uploads_finished",
    "request_signed",
    "document_rejected",
    "request_declined",
    "review_received",
    "erasure_asked",
    "invitation_undeliverable",
    "code_undeliverable",
)
SEEN_KINDS = ("document_uploaded", "request_signed")
"""What goes from the list by being looked at. The others go once they are dealt with."""
DECIDED_ELSEWHERE = frozenset({"case_waiting", "erasure_asked", "code_undeliverable"})
"""What no tick takes off the list: a case is closed, an erasure decided, another way found for a person's codes."""
PERSONAL = frozenset({"mentioned"})
"""What waits for one person, who cannot give it away."""
ACTS = ("done", "assign", "snooze")
MOST_AT_ONCE = 200


class WorkSeen(Model):
    """A thing on the work list that somebody of the staff has dealt with; it comes back when it changes later."""

    __tablename__ = "work_seen"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[Ref] = mapped_column(primary_key=True)
    by: Mapped[Ref]
    at: Mapped[Moment]


class WorkAssignment(Model):
    """Who of the staff was given a thing that keeps no such name itself, as a conversation and a case do."""

    __tablename__ = "work_assignments"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref] = mapped_column(index=True)
    user_id: Mapped[Ref]
    by: Mapped[JsonData]
    at: Mapped[Moment]


class WorkSnooze(Model):
    """Until when a person does not want to see a thing; it is back before, once something new happens to it."""

    __tablename__ = "work_snoozes"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[Ref] = mapped_column(primary_key=True)
    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref] = mapped_column(index=True)
    until: Mapped[Moment]
    at: Mapped[Moment]

    __table_args__ = (Index("ix_work_snoozes_user_id", "user_id", "until"),)
