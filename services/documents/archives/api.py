"""HTTP of archives."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.chassis.app import reading
from services.chassis.auth import allow, caller
from services.chassis.problems import invalid
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.archives import actions, queries
from services.documents.archives.schemas import ArchiveQuery
from services.documents.library.downloads import INERT
from services.documents.library.filenames import disposition
from services.documents.settings import DocumentsSettings

blp = Blueprint("archives", __name__, url_prefix="/v1/documents", description="Several documents as one zip")


@blp.get("/archive")
@blp.arguments(ArchiveQuery, location="query")
@blp.alt_response(200, description="A zip, sent while it is made")
@allow(staff="documents.read", client=WORKS)
def get_archive(query: dict[str, Any]) -> Response:
    """Download documents, or a folder with all below it, as one zip. Each document counts as opened."""
    runtime, name = current_runtime(), "documents"
    assert isinstance(runtime.settings, DocumentsSettings)
    with reading() as session:
        if query["folder_id"]:
            name, found = queries.in_folder(session, caller(), query["folder_id"])
        elif query["id"]:
            found = queries.chosen(session, caller(), query["id"])
        else:
            raise invalid({"id": ["Choose at least one document."]})
    queries.require_within(found, runtime.settings)
    headers = INERT | {"Content-Disposition": disposition(f"{name}.zip")}
    return Response(actions.archive(runtime, caller(), found), headers=headers, content_type="application/zip")
