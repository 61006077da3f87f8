"""HTTP of putting documents in order."""

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.arranging import actions, versions
from services.documents.arranging.schemas import (
    BulkIn,
    BulkOut,
    NameIn,
    PlaceIn,
    TagsIn,
    VersionHeaders,
    VersionQuery,
)
from services.documents.library import actions as library
from services.documents.library import queries
from services.documents.library.schemas import DocumentDetail
from services.documents.recycle_bin.actions import purge_document

blp = Blueprint("arranging", __name__, url_prefix="/v1", description="Putting documents in order")


@blp.post("/documents/<uuid:document_id>/move")
@blp.arguments(PlaceIn)
@blp.response(200, DocumentDetail)
@allow(staff="documents.write")
def move(body: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Put a document into a folder, or into none."""
    with unit_of_work() as session:
        actions.move_document(session, caller(), document_id, body["folder_id"])
        return queries.document(session, caller(), document_id)


@blp.post("/documents/<uuid:document_id>/rename")
@blp.arguments(NameIn)
@blp.response(200, DocumentDetail)
@allow(staff="documents.write")
def rename(body: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Give a document another name; its ending stays."""
    with unit_of_work() as session:
        library.rename_document(session, caller(), document_id, body["name"])
        return queries.document(session, caller(), document_id)


@blp.put("/documents/<uuid:document_id>/tags")
@blp.arguments(TagsIn)
@blp.response(200, DocumentDetail)
@allow(staff="documents.write")
def tag(body: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Give a document these tags, which staff alone sees."""
    with unit_of_work() as session:
        library.tag_document(session, caller(), document_id, body["tags"])
        return queries.document(session, caller(), document_id)


@blp.post("/documents/<uuid:document_id>/versions")
@blp.arguments(VersionQuery, location="query")
@blp.arguments(VersionHeaders, location="headers")
@blp.response(201, DocumentDetail)
@allow(staff="documents.write", client=WORKS)
def add_version(query: dict[str, Any], headers: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Upload a new version of a document: the raw bytes are the body."""
    if (request.mimetype or "").startswith("multipart/"):
        raise Problem(415, "unsupported_media_type", "Send the file itself as the body, not a form")
    versions.receive_version(current_runtime(), caller(), document_id, request.environ, **query, **headers)
    with reading() as session:
        return queries.document(session, caller(), document_id)


@blp.post("/documents/<uuid:document_id>/versions/<int:number>/restore")
@blp.response(200, DocumentDetail)
@allow(staff="documents.write")
def restore_version(document_id: UUID, number: int) -> dict[str, Any]:
    """Make an older version count again: its bytes become the newest version."""
    versions.restore_version(current_runtime(), caller(), document_id, number)
    with reading() as session:
        return queries.document(session, caller(), document_id)


@blp.post("/documents/<uuid:document_id>/undo")
@blp.response(204)
@allow(client=WORKS)
def undo(document_id: UUID) -> None:
    """Take back what one has just uploaded."""
    with unit_of_work() as session:
        actions.take_back(session, caller(), document_id)


@blp.delete("/documents/<uuid:document_id>/for-good")
@blp.response(204)
@allow(staff="documents.write")
def purge(document_id: UUID) -> None:
    """Delete what lies in the recycle bin, with its bytes and its history."""
    with unit_of_work() as session:
        purge_document(session, caller(), document_id)


@blp.post("/documents/bulk")
@blp.arguments(BulkIn)
@blp.response(200, BulkOut)
@allow(staff="documents.write")
def bulk(body: dict[str, Any]) -> dict[str, Any]:
    """Do the same to several documents."""
    with unit_of_work() as session:
        return actions.do_to_all(session, caller(), **body)
