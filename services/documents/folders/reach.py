"""What of the folders each query of documents asks: the levels stand on the document's own row."""

from sqlalchemy import ColumnElement, false

from services.chassis.auth import Caller
from services.documents.folders.models import LEVELS, ROLES, Folder
from services.documents.library.models import Document


def in_reach(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that a document lies where this client's role may look."""
    if caller.role not in ROLES:
        return false()
    level: ColumnElement[int] = getattr(Document, f"{caller.role}_level")
    return level >= LEVELS["view"]


def folder_in_reach(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that a folder is one where this client's role may look."""
    if caller.role not in ROLES:
        return false()
    level: ColumnElement[int] = getattr(Folder, f"{caller.role}_level")
    return (Folder.account_id == caller.account_id) & (level >= LEVELS["view"])
