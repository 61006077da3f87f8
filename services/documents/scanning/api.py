"""HTTP of the quarantine."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.chassis.schemas import PageQuery
from services.documents.library import queries as library
from services.documents.library.schemas import DocumentDetail
from services.documents.scanning import actions, queries
from services.documents.scanning.schemas import HeldPage, ReleaseIn, ScannerOut

blp = Blueprint("quarantine", __name__, url_prefix="/v1", description="Files that the virus check held back")


@blp.get("/quarantine")
@blp.arguments(PageQuery, location="query")
@blp.response(200, HeldPage)
@allow(staff="documents.read")
def list_quarantine(query: dict[str, Any]) -> dict[str, Any]:
    """List what is in quarantine, the latest first."""
    with reading() as session:
        return queries.quarantine(session, caller(), **query)


@blp.get("/scanner")
@blp.response(200, ScannerOut)
@allow(staff="documents.read")
def get_scanner() -> dict[str, Any]:
    """Say whether files are checked, since when the scanner does not answer, and how many files wait."""
    with reading() as session:
        return queries.scanner_state(session)


@blp.post("/documents/<uuid:document_id>/release")
@blp.arguments(ReleaseIn)
@blp.response(200, DocumentDetail)
@allow(staff="documents.release")
def release(body: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Let a quarantined document be opened after all."""
    with unit_of_work() as session:
        actions.release(session, caller(), document_id, body["reason"].strip())
        return library.document(session, caller(), document_id)


@blp.post("/documents/<uuid:document_id>/discard")
@blp.response(204)
@allow(staff="documents.release")
def discard(document_id: UUID) -> None:
    """Remove the bytes of a quarantined document for good."""
    with unit_of_work() as session:
        blob_key = actions.discard(session, caller(), document_id)
    current_runtime().blobs.delete(blob_key)
