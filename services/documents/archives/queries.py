"""Which documents an archive holds."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.problems import Problem, not_found
from services.documents.archives.policy import unique
from services.documents.folders import queries as folders
from services.documents.folders.models import Folder
from services.documents.library import queries as library
from services.documents.library.models import Document
from services.documents.settings import DocumentsSettings


class Chosen(NamedTuple):
    """A document that is to lie in an archive, below `folder` (empty, or a path that ends with a slash)."""

    id: UUID
    name: str
    size: int
    folder: str


def chosen(session: Session, caller: Caller, ids: Collection[UUID]) -> list[Chosen]:
    """Return the documents of `ids` that `caller` may read, by name; raise 404 where there is none of them."""
    columns = (Document.id, Document.name, Document.size)
    statement = select(*columns).where(Document.id.in_(ids), Document.status == "available", library.visible_to(caller))
    found = [Chosen(*row, "") for row in session.execute(statement.order_by(Document.search_name, Document.id))]
    if not found:
        raise not_found("These documents")
    return found


def require_within(found: Collection[Chosen], settings: DocumentsSettings) -> None:
    """Raise 422 `archive_too_large` where there is more than an archive may hold."""
    if len(found) > settings.archive_files or sum(one.size for one in found) > settings.archive_bytes:
        raise Problem(
            422,
            "archive_too_large",
            "Too much for one archive",
            f"At most {settings.archive_files} files and {settings.archive_bytes} bytes fit. Choose fewer.",
            files=settings.archive_files,
            bytes=settings.archive_bytes,
        )


def in_folder(session: Session, caller: Caller, folder_id: UUID) -> tuple[str, list[Chosen]]:
    """Return a folder's name, and all that lies in it and below it as far as `caller` may read it.

    Raises a 404 `Problem` for a folder that is not the caller's, and where there is nothing to read.
    """
    folder = folders.get_folder(session, caller, folder_id)
    paths = _paths(folder, folders.subtree(session, folder))
    columns = (Document.id, Document.name, Document.size, Document.folder_id)
    statement = select(*columns).where(
        Document.folder_id.in_(paths), Document.status == "available", library.visible_to(caller)
    )
    rows = session.execute(statement.order_by(Document.search_name, Document.id)).all()
    found = [Chosen(id, name, size, paths[lies_in]) for id, name, size, lies_in in rows if lies_in]
    if not found:
        raise not_found("These documents")
    return folder.name, found


def _paths(top: Folder, below: Iterable[Folder]) -> dict[UUID, str]:
    """Return where each folder's documents lie in the archive; no two folders have one path."""
    paths, taken = {top.id: ""}, dict[str, set[str]]()
    for folder in sorted(below, key=lambda folder: (folder.depth, folder.search_name)):
        if folder.id != top.id and folder.parent_id in paths:
            above = paths[folder.parent_id]
            paths[folder.id] = f"{above}{unique(folder.name, taken.setdefault(above, set()))}/"
    return paths
