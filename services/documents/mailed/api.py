"""HTTP of files that came by mail. They go the way of every upload, under the rules for the person who wrote."""

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from services.chassis.auth import Caller, allow
from services.chassis.runtime import current_runtime
from services.documents.mailed.schemas import MailedDocument, MailedQuery
from services.documents.settings import DocumentsSettings
from services.documents.uploads import receiving
from services.documents.uploads.body import Body
from services.documents.uploads.filing import Wanted
from services.documents.uploads.schemas import UploadHeaders

blp = Blueprint("mailed", __name__, url_prefix="/v1", description="Files that came by mail")


@blp.post("/accounts/<uuid:account_id>/mailed-documents")
@blp.arguments(MailedQuery, location="query")
@blp.arguments(UploadHeaders, location="headers")
@blp.response(201, MailedDocument)
@allow(service=["notifications"])
def bring(query: dict[str, Any], headers: dict[str, Any], account_id: UUID) -> dict[str, UUID]:
    """Take in a file of an answer by mail; the raw bytes are the body. The same key again gives the same document."""
    runtime = current_runtime()
    settings = runtime.settings
    assert isinstance(settings, DocumentsSettings)
    writer = _writer(account_id, kind=query["by_kind"], id=query["by_id"], name=query["by_name"])
    body = Body(request.environ, limit=settings.upload_limit, stall_seconds=settings.upload_stall_seconds)
    wanted = Wanted(account_id, query["name"], **headers)
    return {"id": receiving.receive(runtime, writer, wanted, body)}


def _writer(account_id: UUID, *, kind: str, id: UUID, name: str) -> Caller:
    """Return who wrote, as a caller of this account alone. Whether they may, notifications has found out."""
    if kind == "staff":
        return Caller("staff", id, name, permissions=frozenset({"documents.write"}), via="email")
    return Caller("client", id, name, account_id=account_id, via="email")
