"""HTTP of folders."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.contracts.client_roles import WORKS
from services.documents.folders import actions, queries
from services.documents.folders.schemas import (
    FolderIn,
    FolderOut,
    FolderPatch,
    FolderTree,
    LibrarySettingsSchema,
    MoveIn,
    RemoveQuery,
    ShelfOut,
    ShelfQuery,
)
from services.documents.library.queries import account_locale

blp = Blueprint("folders", __name__, url_prefix="/v1", description="Where a client's documents lie")


@blp.get("/accounts/<uuid:account_id>/shelf")
@blp.arguments(ShelfQuery, location="query")
@blp.response(200, ShelfOut)
@allow(staff="documents.read", client=WORKS)
def get_shelf(query: dict[str, Any], account_id: UUID) -> Response:
    """Show one place of a client's documents: its folders, its documents and the way to it."""
    with reading() as session:
        return jsonify(queries.shelf(session, caller(), account_id, **query))


@blp.get("/accounts/<uuid:account_id>/folders")
@blp.response(200, FolderTree)
@allow(staff="documents.read", client=WORKS)
def list_folders(account_id: UUID) -> dict[str, Any]:
    """List all folders of a client, each after the one that holds it."""
    with reading() as session:
        return queries.tree(session, caller(), account_id)


@blp.post("/accounts/<uuid:account_id>/folders")
@blp.arguments(FolderIn)
@blp.response(201, FolderOut)
@allow(staff="documents.write")
def create(body: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Make a folder."""
    with unit_of_work() as session:
        return queries.describe(caller(), actions.create_folder(session, caller(), account_id, **body))


@blp.post("/accounts/<uuid:account_id>/folders/defaults")
@blp.response(200, FolderTree)
@allow(staff="documents.write")
def create_defaults(account_id: UUID) -> dict[str, Any]:
    """Make those of the firm's default folders that the client has not."""
    with unit_of_work() as session:
        queries.require_account(session, caller(), account_id)
        actions.make_default_folders(session, account_id, account_locale(session, account_id), caller().person)
        return queries.tree(session, caller(), account_id)


@blp.get("/folders/<uuid:folder_id>")
@blp.response(200, FolderOut)
@allow(staff="documents.read", client=WORKS)
def show(folder_id: UUID) -> dict[str, Any]:
    """Show a folder."""
    with reading() as session:
        return queries.describe(caller(), queries.get_folder(session, caller(), folder_id))


@blp.patch("/folders/<uuid:folder_id>")
@blp.arguments(FolderPatch)
@blp.response(200, FolderOut)
@allow(staff="documents.write")
def change(body: dict[str, Any], folder_id: UUID) -> dict[str, Any]:
    """Rename a folder, or change what it lets people do."""
    with unit_of_work() as session:
        return queries.describe(caller(), actions.change_folder(session, caller(), folder_id, **body))


@blp.post("/folders/<uuid:folder_id>/move")
@blp.arguments(MoveIn)
@blp.response(200, FolderOut)
@allow(staff="documents.write")
def move(body: dict[str, Any], folder_id: UUID) -> dict[str, Any]:
    """Put a folder into another one, or to the top."""
    with unit_of_work() as session:
        return queries.describe(caller(), actions.move_folder(session, caller(), folder_id, body["parent_id"]))


@blp.delete("/folders/<uuid:folder_id>")
@blp.arguments(RemoveQuery, location="query")
@blp.response(204)
@allow(staff="documents.write")
def remove(query: dict[str, Any], folder_id: UUID) -> None:
    """Remove a folder; what it holds goes to the recycle bin or one step up."""
    with unit_of_work() as session:
        actions.remove_folder(session, caller(), folder_id, **query)


@blp.get("/library-settings")
@blp.response(200, LibrarySettingsSchema)
@allow(staff="documents.read")
def show_settings() -> dict[str, Any]:
    """Show the default folders of new clients, and how long the recycle bin keeps."""
    with reading() as session:
        return queries.settings(session)


@blp.put("/library-settings")
@blp.arguments(LibrarySettingsSchema)
@blp.response(200, LibrarySettingsSchema)
@allow(staff="settings.write")
def save_settings(body: dict[str, Any]) -> dict[str, Any]:
    """Choose the default folders of new clients, and how long the recycle bin keeps."""
    with unit_of_work() as session:
        actions.save_settings(session, **body)
        return queries.settings(session)
