"""Which approvals wait for whom."""

from sqlalchemy import ColumnElement, and_, or_

from services.chassis.auth import Caller
from services.portal.approvals.models import Approval
from services.portal.copies.models import Document


def of_newest_version() -> ColumnElement[bool]:
    """Return the condition that joins an approval to its document: what was said of an older version is over."""
    return and_(Document.id == Approval.document_id, Document.version_number == Approval.version_number)


def waits_for_client(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the client whom `caller` looks at is asked about a document that they can see."""
    return and_(
        Approval.account_id == caller.account_id,
        Approval.status == "asked",
        Approval.side == "client",
        Document.status == "available",
        or_(Document.shared, Document.origin == "client"),
    )


def rejected_by_client() -> ColumnElement[bool]:
    """Return the condition that a client rejected what the firm sent, and nothing came after it."""
    return and_(Approval.status == "rejected", Approval.side == "client", Document.status == "available")
