"""What the staff has dealt with on the work list."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Moment, Ref
from services.portal.models import Model

KINDS = (
    "request_replied",
    "conversation_waiting",
    "case_waiting",
    "document_uploaded",
    "request_signed",
    "erasure_asked",
    "invitation_undeliverable",
    "code_undeliverable",
)
SEEN_KINDS = ("document_uploaded", "request_signed")
"""What goes from the list by being looked at. The others go once they are dealt with."""


class WorkSeen(Model):
    """A thing on the work list that somebody of the staff has looked at; it comes back when it changes later."""

    __tablename__ = "work_seen"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[Ref] = mapped_column(primary_key=True)
    by: Mapped[Ref]
    at: Mapped[Moment]
