"""Reads of folders. What a caller may not look into is not in the result."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.problems import forbidden, invalid, not_found
from services.documents.folders.models import LEVELS, ROLES, DefaultFolder, Folder, LibrarySettings
from services.documents.folders.reach import folder_in_reach
from services.documents.library import queries as library
from services.documents.library.models import Document

WORDS = {number: word for word, number in LEVELS.items()}
BIN_DAYS = 30
PAGE = 50
TOP = "top"


def get_folder(session: Session, caller: Caller, folder_id: UUID, *, lock: bool = False) -> Folder:
    """Return the folder; raise a 404 `Problem` if there is none that `caller` may look into."""
    statement = select(Folder).where(Folder.id == folder_id, Folder.removed_at.is_(None))
    if caller.is_client:
        statement = statement.where(folder_in_reach(caller))
    folder = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if folder is None or not library.may_upload_to(session, caller, folder.account_id):
        raise not_found("This folder")
    return folder


def place_for_upload(
    session: Session, caller: Caller, account_id: UUID, folder_id: UUID, *, lock: bool = False
) -> Folder:
    """Return the folder into which `caller` may put a document of the account; `lock` holds it until it is there.

    Raises a `Problem`: 404 where there is none, 403 where the caller may only look.
    """
    folder = get_folder(session, caller, folder_id, lock=lock)
    if folder.account_id != account_id:
        raise not_found("This folder")
    if not may_upload(caller, folder):
        raise forbidden("This folder takes no documents from you.", code="folder_takes_none")
    return folder


def may_upload(caller: Caller, folder: Folder) -> bool:
    """Return whether `caller`, who may look into the folder, may add documents to it."""
    if caller.is_client:
        return caller.role in ROLES and folder.levels()[caller.role] >= LEVELS["upload"]
    return caller.can("documents.write")


def tree(session: Session, caller: Caller, account_id: UUID) -> dict[str, Any]:
    """Return all folders of an account that `caller` may look into, each after the one that holds it.

    Raises a 404 `Problem` for an account that is not the caller's.
    """
    require_account(session, caller, account_id)
    found = {folder.id: folder for folder in session.scalars(_of(caller, account_id))}
    below: dict[UUID | None, list[Folder]] = {}
    for folder in sorted(found.values(), key=lambda folder: folder.search_name):
        below.setdefault(folder.parent_id, []).append(folder)
    ordered: list[dict[str, Any]] = []

    def walk(parent_id: UUID | None, path: list[str]) -> None:
        for folder in below.get(parent_id, []):
            names = [*path, folder.name]
            ordered.append(describe(caller, folder) | {"path": names})
            walk(folder.id, names)

    walk(None, [])
    return {"items": ordered}


def shelf(
    session: Session,
    caller: Caller,
    account_id: UUID,
    *,
    folder: UUID | str,
    folders_cursor: str | None,
    limit: int,
    **query: Any,
) -> dict[str, Any]:
    """Return what lies at one place of an account: folders, fifty at a time, and a page of documents.

    With words to look for (`q`) or a tag it is the documents of all places. Raises a 404 `Problem` for an account or
    a folder that is not the caller's.
    """
    require_account(session, caller, account_id)
    here = None if isinstance(folder, str) else get_folder(session, caller, folder)
    if here and here.account_id != account_id:
        raise not_found("This folder")
    everywhere = bool(query["q"] or query["tag"] or query["new"])
    page = library.documents(
        session, caller, account_id=account_id, folder=None if everywhere else folder, limit=limit, **query
    )
    later = everywhere or query["cursor"]
    folders, following = ([], None) if later else _children(session, caller, account_id, here, folders_cursor)
    return page | {
        "folder": describe(caller, here) if here else None,
        "path": [{"id": above.id, "name": above.name} for above in above_of(session, here)],
        "may_upload": may_upload(caller, here) if here else caller.is_client or caller.can("documents.write"),
        "folders": folders,
        "folders_next": following,
    }


def above_of(session: Session, folder: Folder | None) -> list[Folder]:
    """Return the folders that hold `folder`, from the top on."""
    found: list[Folder] = []
    while folder and folder.parent_id:
        folder = session.get_one(Folder, folder.parent_id)
        found.insert(0, folder)
    return found


def subtree(session: Session, folder: Folder, *, lock: bool = False) -> list[Folder]:
    """Return `folder` and all folders in it, each after the one that holds it; `lock` holds them for a change."""
    found, level = [folder], [folder]
    while level:
        statement = select(Folder).where(
            Folder.parent_id.in_([above.id for above in level]), Folder.removed_at.is_(None)
        )
        statement = statement.order_by(Folder.id)
        level = list(session.scalars(statement.with_for_update() if lock else statement))
        found += level
    return found


def require_account(session: Session, caller: Caller, account_id: UUID) -> None:
    """Raise a 404 `Problem` for an account that is not the caller's."""
    if not library.may_upload_to(session, caller, account_id):
        raise not_found("This account")


def describe(caller: Caller, folder: Folder, documents: int | None = None) -> dict[str, Any]:
    """Return a folder as the API shows it to `caller`: a client learns nothing of others' rights."""
    names = "id account_id parent_id name depth version"
    shown = {name: getattr(folder, name) for name in names.split()} | {"may_upload": may_upload(caller, folder)}
    if documents is not None:
        shown["documents"] = documents
    if caller.is_client:
        return shown
    return shown | {
        "rights": folder.rights,
        "levels": {role: WORDS[level] for role, level in folder.levels().items()},
    }


def settings(session: Session) -> dict[str, Any]:
    """Return what the firm chose for the library."""
    row = session.get(LibrarySettings, 1)
    folders = session.scalars(select(DefaultFolder).order_by(DefaultFolder.position))
    return {
        "bin_days": row.bin_days if row else BIN_DAYS,
        "version": row.version if row else 0,
        "folders": [{"names": folder.names, "rights": folder.rights} for folder in folders],
    }


def _of(caller: Caller, account_id: UUID) -> Any:
    statement = select(Folder).where(Folder.account_id == account_id, Folder.removed_at.is_(None))
    return statement.where(folder_in_reach(caller)) if caller.is_client else statement


def _children(
    session: Session, caller: Caller, account_id: UUID, here: Folder | None, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    statement = _of(caller, account_id).where(Folder.place == (here.id if here else account_id))
    if cursor:
        statement = statement.where(Folder.search_name > _parse(cursor))
    rows: Sequence[Folder] = session.scalars(statement.order_by(Folder.search_name).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    counts = _counts(session, caller, [folder.id for folder in shown])
    described = [describe(caller, folder, counts.get(folder.id, 0)) for folder in shown]
    return described, shown[-1].search_name if len(rows) > PAGE else None


def _counts(session: Session, caller: Caller, folder_ids: Iterable[UUID]) -> dict[UUID, int]:
    statement = (
        select(Document.folder_id, func.count())
        .where(Document.folder_id.in_(folder_ids), Document.status == "available", library.visible_to(caller))
        .group_by(Document.folder_id)
    )
    return {folder_id: count for folder_id, count in session.execute(statement) if folder_id}


def _parse(cursor: str) -> str:
    if len(cursor) > 200 or "\0" in cursor:
        raise invalid({"folders_cursor": ["This is no cursor of this list."]})
    return cursor
