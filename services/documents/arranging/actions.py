"""What puts documents in order, one by one or several at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.problems import Problem, conflict
from services.documents.folders.actions import bring_back
from services.documents.folders.models import Folder
from services.documents.folders.queries import get_folder
from services.documents.library import actions, queries
from services.documents.library.models import Document
from services.documents.recycle_bin.actions import purge_document

UNDO = timedelta(hours=1)


def move_document(session: Session, caller: Caller, document_id: UUID, folder_id: UUID | None) -> Document:
    """Put a document into a folder of its client, or into none.

    Raises a `Problem`: 404 for a document that is not the caller's or a folder of another client, 409 for a deleted
    one.
    """
    document = queries.get_document(session, caller, document_id, lock=True)
    if document.status == "deleted":
        raise conflict("illegal_transition", "The document is deleted.")
    folder = get_folder(session, caller, folder_id, lock=True) if folder_id else None
    if folder and folder.account_id != document.account_id:
        raise conflict("folder_of_another", "This folder is another client's.")
    actions.put_into(session, document, folder, caller.person)
    return document


def take_back(session: Session, caller: Caller, document_id: UUID) -> None:
    """Let a client take back what they uploaded themselves within the hour; it goes to the firm's recycle bin.

    Raises a 409 `Problem` where it is too late: after an hour, once it has another version or went with a request.
    """
    document = queries.get_document(session, caller, document_id, lock=True)
    own = document.origin == "client" and document.uploaded_by["id"] == str(caller.id)
    if not own or document.request_id or document.version_number > 1 or clock.now() - document.uploaded_at > UNDO:
        raise conflict("undo_too_late", "This cannot be taken back any more.")
    actions.discard(session, document, caller.person)


def do_to_all(
    session: Session, caller: Caller, *, ids: list[UUID], action: str, folder_id: UUID | None
) -> dict[str, Any]:
    """Do the same to each of these documents; return which it was done to, and why not to the others."""
    folder: Folder | None = get_folder(session, caller, folder_id, lock=True) if folder_id else None
    acts: dict[str, Callable[[UUID], object]] = {
        "move": lambda each: move_document(session, caller, each, folder.id if folder else None),
        "share": lambda each: actions.share_document(session, caller, each),
        "unshare": lambda each: actions.unshare_document(session, caller, each),
        "delete": lambda each: actions.delete_document(session, caller, each),
        "restore": lambda each: restore(session, caller, each),
        "purge": lambda each: purge_document(session, caller, each),
    }
    done: list[UUID] = []
    refused: list[dict[str, Any]] = []
    for id in sorted(set(ids)):
        try:
            acts[action](id)
            done.append(id)
        except Problem as problem:
            refused.append({"id": id, "code": problem.code})
    return {"done": done, "refused": refused}


def restore(session: Session, caller: Caller, document_id: UUID) -> Document:
    """Take a document out of the recycle bin, back to where it lay; a folder that was removed comes back with it."""
    document = actions.restore_document(session, caller, document_id)
    if document.folder_id:
        bring_back(session, document.folder_id)
    return document
