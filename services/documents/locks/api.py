"""HTTP of locks."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import WORKS
from services.documents.library import queries as library
from services.documents.locks import actions, queries
from services.documents.locks.schemas import LockState, NewLock, Reason

blp = Blueprint("locks", __name__, url_prefix="/v1/documents", description="Documents that wait for a payment")


@blp.get("/<uuid:document_id>/lock")
@blp.response(200, LockState)
@allow(staff="documents.read", client=WORKS)
def show(document_id: UUID) -> dict[str, Any]:
    """Tell what keeps a document closed to its client."""
    with reading() as session:
        library.get_document(session, caller(), document_id)
        return {"lock": queries.lock_of(session, document_id)}


@blp.post("/<uuid:document_id>/lock")
@blp.arguments(NewLock)
@blp.response(200, LockState)
@allow(staff="documents.write")
def place(values: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Close a document to its client until an invoice is paid; 409 `document_locked`, `not_the_firms`."""
    with unit_of_work() as session:
        actions.lock_document(session, caller(), document_id, **values)
        return {"lock": queries.lock_of(session, document_id)}


@blp.post("/<uuid:document_id>/unlock")
@blp.arguments(Reason)
@blp.response(200, LockState)
@allow(staff="documents.write")
def unlock(values: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Open a document that is not paid, for a reason that is kept; 409 `not_locked`."""
    with unit_of_work() as session:
        actions.unlock_document(session, caller(), document_id, **values)
        return {"lock": None}
