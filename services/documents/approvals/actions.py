"""Asking, approving, rejecting, and taking back. The document's row is locked meanwhile, so that one thing stands."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import conflict, invalid
from services.documents.approvals import queries
from services.documents.approvals.models import APPROVED, OPEN, REJECTED, TRANSITIONS, UNDONE, Approval
from services.documents.library import actions as library
from services.documents.library import queries as documents
from services.documents.library.models import Document, Entry

CLIENT, FIRM = "client", "firm"


def ask_approval(session: Session, caller: Caller, document_id: UUID, *, note: str = "") -> Approval:
    """Ask the client to approve the newest version; what they could not see is shared with that.

    Raises a `Problem`: 404, or 409 where it is no available document or something stands about this version.
    """
    document = _locked(session, caller, document_id)
    if queries.current(session, document):
        raise conflict("approval_exists", "This version was asked about or decided already.")
    if not document.shared and document.origin != "client":
        library.share_document(session, caller, document_id)
    approval = _new(session, document, CLIENT, OPEN)
    approval.note, approval.asked_by, approval.asked_at = note, caller.person, clock.now()
    _tell(session, document, approval, "approval_asked", caller)
    return approval


def decide(
    session: Session, caller: Caller, document_id: UUID, *, decision: str, version_number: int, reason: str = ""
) -> Approval:
    """Approve or reject the newest version: a client what the firm asks about, staff what a client sent.

    Raises a `Problem`: 404; 409 `version_changed` where another version was looked at, `nothing_to_decide` where
    nobody asks, `approval_exists` where it is decided; 422 for a rejection without a reason.
    """
    if decision == REJECTED and not reason:
        raise invalid({"reason": ["Say why."]})
    document = _locked(session, caller, document_id)
    if document.version_number != version_number:
        raise conflict("version_changed", "There is a newer version. Read it first.")
    approval = queries.current(session, document)
    if approval and approval.status != OPEN:
        raise conflict("approval_exists", "This version was decided already.")
    if caller.is_client:
        if approval is None or approval.side != CLIENT:
            raise conflict("nothing_to_decide", "Nobody asks for your approval of this version.")
    else:
        approval = _of_the_firm(session, document, approval)
    _move(approval, decision)
    approval.reason, approval.decided_by, approval.decided_at = reason, caller.person, clock.now()
    _tell(session, document, approval, decision, caller)
    return approval


def undo(session: Session, caller: Caller, document_id: UUID) -> Approval:
    """Take back what was asked or decided about the newest version; raise 404, or 409 `nothing_to_decide`."""
    document = _locked(session, caller, document_id)
    approval = queries.current(session, document)
    if approval is None:
        raise conflict("nothing_to_decide", "Nothing was asked or decided about this version.")
    _move(approval, UNDONE)
    approval.undone_by, approval.undone_at = caller.person, clock.now()
    _tell(session, document, approval, "approval_undone", caller)
    return approval


def _of_the_firm(session: Session, document: Document, approval: Approval | None) -> Approval:
    if approval:  # asked of the client; the firm does not answer in their place
        raise conflict("approval_exists", "The client was asked about this version. Take that back first.")
    if document.origin != "client":
        raise conflict("nothing_to_decide", "The firm approves what a client sent. Ask the client about this one.")
    return _new(session, document, FIRM, OPEN)


def _locked(session: Session, caller: Caller, document_id: UUID) -> Document:
    document = documents.get_document(session, caller, document_id, lock=True)
    if document.status != "available":
        raise conflict("illegal_transition", f"The document is {document.status}.")
    # Nobody is asked about, or decides about, what they cannot open.
    documents.get_version(session, caller, document_id, None)
    return document


def _new(session: Session, document: Document, side: str, status: str) -> Approval:
    approval = Approval(
        id=new_id(),
        document_id=document.id,
        version_number=document.version_number,
        side=side,
        status=status,
        note="",
        reason="",
        version=0,
    )
    session.add(approval)
    return approval


def _move(approval: Approval, status: str) -> None:
    if status not in TRANSITIONS[approval.status]:
        raise conflict("illegal_transition", f"It is {approval.status} and cannot become {status}.")
    approval.status = status


def _tell(session: Session, document: Document, approval: Approval, what: str, caller: Caller) -> None:
    """Write it down, and tell it. `what` is asked, undone, or the decision itself."""
    now = clock.now()
    approval.version += 1
    session.add(
        Entry(
            id=new_id(),
            document_id=document.id,
            at=now,
            action=what,
            by=caller.person,
            version_number=approval.version_number,
        )
    )
    session.flush()
    state: dict[str, Any] = approval.state() | {
        "account_id": document.account_id,
        "name": document.name,
        "by": caller.person,
        "at": now,
    }
    type = {APPROVED: "approval_decided", REJECTED: "approval_decided"}.get(what, what)
    outbox.record(session, f"documents.document.{type}.v1", subject=approval.id, version=approval.version, data=state)
