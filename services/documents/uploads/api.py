"""HTTP of uploading."""

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from services.chassis.app import reading
from services.chassis.auth import allow, caller
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.library import queries
from services.documents.library.schemas import DocumentDetail
from services.documents.settings import DocumentsSettings
from services.documents.uploads import receiving
from services.documents.uploads.body import Body
from services.documents.uploads.filing import Wanted
from services.documents.uploads.schemas import UploadHeaders, UploadQuery

blp = Blueprint("uploads", __name__, url_prefix="/v1", description="How documents come in")


@blp.post("/accounts/<uuid:account_id>/documents")
@blp.arguments(UploadQuery, location="query")
@blp.arguments(UploadHeaders, location="headers")
@blp.response(201, DocumentDetail)
@allow(staff="documents.write", client=WORKS)
def upload(query: dict[str, Any], headers: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Upload a document: the raw bytes are the body, its type is told by them."""
    if (request.mimetype or "").startswith("multipart/"):
        raise Problem(415, "unsupported_media_type", "Send the file itself as the body, not a form")
    runtime = current_runtime()
    settings = runtime.settings
    assert isinstance(settings, DocumentsSettings)
    body = Body(request.environ, limit=settings.upload_limit, stall_seconds=settings.upload_stall_seconds)
    document_id = receiving.receive(runtime, caller(), Wanted(account_id, **query, **headers), body)
    with reading() as session:
        return queries.document(session, caller(), document_id)
