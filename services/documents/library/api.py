"""HTTP of the documents service."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.arranging import actions as arranging
from services.documents.library import actions, downloads, queries
from services.documents.library.schemas import (
    ContentQuery,
    DocumentDetail,
    DocumentPage,
    DocumentsQuery,
    HistoryPage,
)

blp = Blueprint("documents", __name__, url_prefix="/v1", description="What a firm and its clients exchange")


@blp.get("/documents")
@blp.arguments(DocumentsQuery, location="query")
@blp.response(200, DocumentPage)
@allow(staff="documents.read", client=WORKS)
def list_documents(query: dict[str, Any]) -> Response:
    """List documents, the last changed first. A client sees only available ones of the account being looked at."""
    with reading() as session:
        return jsonify(queries.documents(session, caller(), **query))


@blp.get("/documents/<uuid:document_id>")
@blp.response(200, DocumentDetail)
@allow(staff="documents.read", client=WORKS, service={"signing"})
def get_document(document_id: UUID) -> dict[str, Any]:
    """Show a document and its versions."""
    with reading() as session:
        return queries.document(session, caller(), document_id)


@blp.get("/documents/<uuid:document_id>/content")
@blp.arguments(ContentQuery, location="query")
@blp.alt_response(200, description="The bytes, as an attachment")
@allow(staff="documents.read", client=WORKS, service={"signing"})
def get_content(query: dict[str, Any], document_id: UUID) -> Response:
    """Download a version, whole or a range of it. A person's opening is recorded, that of a viewer as client is not."""
    with reading() as session:
        document, version = queries.get_version(session, caller(), document_id, query["version"])
    response = downloads.content(request, current_runtime().blobs, document, version)
    is_person = caller().kind != "service" and not caller().read_only
    if is_person and downloads.starts_reading(request, response):
        with unit_of_work() as session:
            actions.record_opening(session, caller(), document_id, number=version.number, how=query["how"])
    return response


@blp.get("/documents/<uuid:document_id>/history")
@blp.arguments(DocumentsQuery(only=("cursor", "limit")), location="query")
@blp.response(200, HistoryPage)
@allow(staff="documents.read", client=WORKS)
def get_history(query: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """List who did and opened what of a document, the latest first."""
    with reading() as session:
        return queries.history(session, caller(), document_id, **query)


@blp.post("/documents/<uuid:document_id>/share")
@blp.response(200, DocumentDetail)
@allow(staff="documents.write")
def share(document_id: UUID) -> dict[str, Any]:
    """Show a document to its client, who is notified."""
    with unit_of_work() as session:
        actions.share_document(session, caller(), document_id)
        return queries.document(session, caller(), document_id)


@blp.post("/documents/<uuid:document_id>/unshare")
@blp.response(200, DocumentDetail)
@allow(staff="documents.write")
def unshare(document_id: UUID) -> dict[str, Any]:
    """Hide a document from its client again."""
    with unit_of_work() as session:
        actions.unshare_document(session, caller(), document_id)
        return queries.document(session, caller(), document_id)


@blp.delete("/documents/<uuid:document_id>")
@blp.response(204)
@allow(staff="documents.write")
def delete(document_id: UUID) -> None:
    """Move a document to the recycle bin."""
    with unit_of_work() as session:
        actions.delete_document(session, caller(), document_id)


@blp.post("/documents/<uuid:document_id>/restore")
@blp.response(200, DocumentDetail)
@allow(staff="documents.write")
def restore(document_id: UUID) -> dict[str, Any]:
    """Take a document out of the recycle bin, with its folder where that was removed."""
    with unit_of_work() as session:
        arranging.restore(session, caller(), document_id)
        return queries.document(session, caller(), document_id)
