"""HTTP of uploads that can be gone on with: tus 1.0 with creation, creation-with-upload, termination, checksum and

expiration (https://tus.io/protocols/resumable-upload).
"""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint

from services.chassis.auth import allow, allow_anyone, caller
from services.chassis.problems import invalid
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.settings import DocumentsSettings
from services.documents.uploads.body import Body
from services.documents.uploads.filing import Wanted
from services.documents.uploads.resumable import protocol, receiving
from services.documents.uploads.resumable.receiving import Progress
from services.documents.uploads.resumable.schemas import ResumableQuery
from services.documents.uploads.schemas import UploadHeaders

blp = Blueprint("resumable_uploads", __name__, url_prefix="/v1", description="Uploads that outlive a lost connection")


@blp.after_request
def _say_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = protocol.VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = protocol.VERSION
    return response


@blp.route("/uploads", methods=["OPTIONS"])
@blp.response(204)
@allow_anyone("tells what the protocol can do here, and nothing of anybody")
def describe() -> Response:
    """Tell which version and extensions of tus are spoken here."""
    headers = {
        "Tus-Version": protocol.VERSION,
        "Tus-Extension": protocol.EXTENSIONS,
        "Tus-Max-Size": str(_settings().upload_limit),
        "Tus-Checksum-Algorithm": ",".join(protocol.ALGORITHMS),
    }
    return Response(status=204, headers=headers)


# Else the automatic answer to OPTIONS would be found first.
@blp.route("/uploads", methods=["POST"], provide_automatic_options=False)
@blp.arguments(ResumableQuery, location="query")
@blp.arguments(UploadHeaders, location="headers")
@blp.response(201)
@allow(staff="documents.write", client=WORKS)
def create(query: dict[str, Any], headers: dict[str, Any]) -> Response:
    """Begin an upload; its first bytes may come with it."""
    protocol.require_version()
    if "Upload-Defer-Length" in request.headers:
        raise protocol.bad("Say the length at the beginning.")
    header = request.headers.get("Upload-Metadata", "")
    said = protocol.metadata(header)
    account_id = query.pop("account_id") or caller().account_id
    if account_id is None:
        raise invalid({"account_id": ["Fill this in."]})
    name = query.pop("name") or said.get("filename") or said.get("name") or "document"
    wanted = Wanted(account_id, name[:8192], **query, **headers)
    found = receiving.begin(current_runtime(), caller(), wanted, protocol.number_in("Upload-Length"), header)
    if _has_body() and found.received == 0:
        protocol.require_content_type()
        found = _append(found.id, 0)
    # Below the address that was called, whatever a gateway puts before it.
    return _answer(201, found, {"Location": f"/v1/uploads/{found.id}"})


@blp.route("/uploads/<uuid:upload_id>", methods=["HEAD"])
@blp.response(200)
@allow(staff="documents.write", client=WORKS)
def show(upload_id: UUID) -> Response:
    """Tell how far an upload is."""
    protocol.require_version()
    found = receiving.progress(current_runtime(), caller(), upload_id)
    more = {"Upload-Length": str(found.size), "Cache-Control": "no-store"}
    if found.metadata_header:
        more["Upload-Metadata"] = found.metadata_header
    return _answer(200, found, more)


@blp.patch("/uploads/<uuid:upload_id>")
@blp.response(204)
@allow(staff="documents.write", client=WORKS)
def append(upload_id: UUID) -> Response:
    """Go on with an upload; with its last bytes it becomes a document."""
    protocol.require_version()
    protocol.require_content_type()
    return _answer(204, _append(upload_id, protocol.number_in("Upload-Offset")))


@blp.delete("/uploads/<uuid:upload_id>")
@blp.response(204)
@allow(staff="documents.write", client=WORKS)
def abandon(upload_id: UUID) -> Response:
    """Throw an upload away."""
    protocol.require_version()
    receiving.abandon(current_runtime(), caller(), upload_id)
    return Response(status=204)


def _append(upload_id: UUID, offset: int) -> Progress:
    settings = _settings()
    body = Body(request.environ, limit=settings.upload_limit, stall_seconds=settings.upload_stall_seconds)
    return receiving.append(current_runtime(), caller(), upload_id, offset, body, protocol.checksum())


def _has_body() -> bool:
    return bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "").lower()


def _answer(status: int, found: Progress, more: dict[str, str] | None = None) -> Response:
    headers = {"Upload-Offset": str(found.received), "Upload-Expires": protocol.http_date(found.expires_at)}
    if found.document_id:
        headers["Upload-Document"] = str(found.document_id)
    return Response(status=status, headers=headers | (more or {}))


def _settings() -> DocumentsSettings:
    settings = current_runtime().settings
    assert isinstance(settings, DocumentsSettings)
    return settings
