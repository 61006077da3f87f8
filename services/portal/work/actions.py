"""What the staff does with its work list."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.copies.models import Document, SignRequest
from services.portal.directory.assigned import is_visible
from services.portal.work.models import WorkSeen

_SUBJECTS = {"document_uploaded": Document, "request_signed": SignRequest}


def mark_seen(session: Session, caller: Caller, *, kind: str, id: UUID) -> None:
    """Take an uploaded document or a signed request from the work list; raise 404 for an unknown one."""
    subject = _SUBJECTS[kind]
    # The row is locked, so that two who look at once do not both insert.
    found = select(subject.id).where(subject.id == id, is_visible(caller, subject.account_id))
    if session.scalar(found.with_for_update()) is None:
        raise problems.not_found("This entry")
    session.merge(WorkSeen(kind=kind, subject_id=id, by=caller.id, at=clock.now()))
