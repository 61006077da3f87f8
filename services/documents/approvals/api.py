"""HTTP of approvals."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import WORKS
from services.documents.approvals import actions, queries
from services.documents.approvals.schemas import ApprovalsOut, AskIn, DecisionIn

blp = Blueprint("approvals", __name__, url_prefix="/v1/documents", description="What is approved or rejected")


@blp.get("/<uuid:document_id>/approvals")
@blp.response(200, ApprovalsOut)
@allow(staff="documents.read", client=WORKS)
def list_approvals(document_id: UUID) -> dict[str, Any]:
    """Show what was asked and decided about a document."""
    with reading() as session:
        return queries.approvals(session, caller(), document_id)


@blp.post("/<uuid:document_id>/approvals")
@blp.arguments(AskIn)
@blp.response(200, ApprovalsOut)
@allow(staff="documents.write")
def ask(values: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Ask the client to approve the newest version; it is shared with that."""
    with unit_of_work() as session:
        actions.ask_approval(session, caller(), document_id, **values)
        return queries.approvals(session, caller(), document_id)


@blp.post("/<uuid:document_id>/approvals/decision")
@blp.arguments(DecisionIn)
@blp.response(200, ApprovalsOut)
@allow(staff="documents.write", client=WORKS)
def decide(values: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Approve or reject the newest version: a client what the firm asks about, staff what a client sent."""
    with unit_of_work() as session:
        actions.decide(session, caller(), document_id, **values)
        return queries.approvals(session, caller(), document_id)


@blp.post("/<uuid:document_id>/approvals/undo")
@blp.response(200, ApprovalsOut)
@allow(staff="documents.write")
def undo(document_id: UUID) -> dict[str, Any]:
    """Take back what was asked or decided about the newest version."""
    with unit_of_work() as session:
        actions.undo(session, caller(), document_id)
        return queries.approvals(session, caller(), document_id)
