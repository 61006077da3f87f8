"""HTTP of previews: who may read a document may see its pages, on the same conditions."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.library import queries as library
from services.documents.library.downloads import INERT
from services.documents.previews import actions, queries
from services.documents.previews.schemas import PageQuery, PreviewOut, PreviewQuery

blp = Blueprint("previews", __name__, url_prefix="/v1/documents", description="Documents page by page")


@blp.get("/<uuid:document_id>/preview")
@blp.arguments(PreviewQuery, location="query")
@blp.response(200, PreviewOut)
@allow(staff="documents.read", client=WORKS)
def get_preview(query: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Show the sizes and texts of a document's pages, a part at a time. To see a text is to read the document."""
    with reading() as session:
        _document, version = library.get_version(session, caller(), document_id, query["version"])
    found = actions.describe(current_runtime(), actions.source_of(version), query["part"])
    if found["status"] == "ready":
        _record(document_id, version.number)
    return found | {"version_number": version.number}


@blp.get("/<uuid:document_id>/preview/pages/<int:number>")
@blp.arguments(PageQuery, location="query")
@blp.alt_response(200, description="The page as WebP")
@allow(staff="documents.read", client=WORKS)
def get_page(query: dict[str, Any], document_id: UUID, number: int) -> Response:
    """Show a page as a picture. Looking at pages is recorded as one opening, that of a viewer as client is not."""
    with reading() as session:
        _document, version = library.get_version(session, caller(), document_id, query["version"])
    webp = actions.page(current_runtime(), actions.source_of(version), number, query["width"])
    _record(document_id, version.number)
    return Response(webp, headers=INERT, content_type="image/webp")


def _record(document_id: UUID, number: int) -> None:
    if caller().kind == "service" or caller().read_only:
        return
    with reading() as session:
        if queries.reads_already(session, caller(), document_id, number):
            return
    with unit_of_work() as session:
        actions.record_view(session, caller(), document_id, number)
