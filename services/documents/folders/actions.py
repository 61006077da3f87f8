"""What changes folders. Documents follow the folder in which they lie: its levels stand on their rows."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import conflict, invalid
from services.documents.folders import queries
from services.documents.folders.models import (
    LEVELS,
    MAX_DEPTH,
    MAX_FOLDERS,
    ROLES,
    DefaultFolder,
    Folder,
    LibrarySettings,
)
from services.documents.library import actions as library
from services.documents.library.filenames import searchable
from services.documents.library.models import Document

Person = dict[str, Any]
Rights = Mapping[str, str]
FIRM: Person = {"kind": "service", "id": "documents", "name": "documents"}


def create_folder(
    session: Session, caller: Caller, account_id: UUID, *, name: str, parent_id: UUID | None, rights: Rights
) -> Folder:
    """Make a folder and return it.

    Raises a `Problem`: 404 for an account or parent that is not the caller's, 409 where the name is taken or the
    tree is too deep or too large, 422 for rights that are wider than those of the parent.
    """
    queries.require_account(session, caller, account_id)
    parent = _parent(session, caller, account_id, parent_id)
    if _count(session, account_id) >= MAX_FOLDERS:
        raise conflict("too_many_folders", f"A client has at most {MAX_FOLDERS} folders.")
    _require_narrower(parent, rights)
    return _make(session, account_id, parent, name, rights, caller.person)


def change_folder(
    session: Session, caller: Caller, folder_id: UUID, *, name: str | None = None, rights: Rights | None = None
) -> Folder:
    """Rename a folder or change what it lets people do, with all that lies in it; raises as `create_folder`."""
    folder = queries.get_folder(session, caller, folder_id, lock=True)
    if name is not None and name != folder.name:
        folder.name, folder.search_name = name, searchable(name)
    if rights is not None and rights != folder.rights:
        parent = session.get(Folder, folder.parent_id) if folder.parent_id else None
        _require_narrower(parent, rights)
        folder.rights = dict(rights)
        _apply(session, folder, caller.person)
    _save(session)
    return folder


def move_folder(session: Session, caller: Caller, folder_id: UUID, parent_id: UUID | None) -> Folder:
    """Put a folder into another one of the same client, or to the top; its rights become those of its new place.

    Raises a `Problem` as `create_folder`, and 409 for a move into itself.
    """
    folder = queries.get_folder(session, caller, folder_id, lock=True)
    parent = _parent(session, caller, folder.account_id, parent_id)
    inside = queries.subtree(session, folder, lock=True)
    if parent and parent.id in {below.id for below in inside}:
        raise conflict("folder_into_itself", "A folder cannot lie in itself.")
    deeper = (parent.depth if parent else 0) + 1 - folder.depth
    if max(below.depth for below in inside) + deeper > MAX_DEPTH:
        raise _too_deep()
    folder.parent_id, folder.place = parent_id, parent_id or folder.account_id
    for below in inside:
        below.depth += deeper
    _save(session)
    _apply(session, folder, caller.person)
    return folder


def remove_folder(session: Session, caller: Caller, folder_id: UUID, *, contents: str) -> None:
    """Remove a folder. `contents` goes to the recycle bin (`bin`), or all of it one step up (`up`)."""
    folder = queries.get_folder(session, caller, folder_id, lock=True)
    if contents == "up":
        parent = session.get(Folder, folder.parent_id) if folder.parent_id else None
        for below in queries.subtree(session, folder, lock=True)[1:]:
            if below.parent_id == folder.id:
                move_folder(session, caller, below.id, folder.parent_id)
        for document in _documents_in(session, folder.id):
            library.put_into(session, document, parent, caller.person)
        _retire(folder)
        return
    for below in queries.subtree(session, folder, lock=True):
        for document in _documents_in(session, below.id):
            if document.status != "deleted":
                library.delete_document(session, caller, document.id)
        _retire(below)


def bring_back(session: Session, folder_id: UUID) -> None:
    """Take a removed folder, and those above it, back for a document that is restored."""
    folder = session.get(Folder, folder_id)
    while folder:
        if folder.removed_at:
            folder.removed_at, folder.search_name = None, searchable(folder.name)
            if _taken(session, folder):
                folder.name = f"{folder.name[:80]} ({clock.now().date().isoformat()})"
                folder.search_name = searchable(folder.name)
        folder = session.get(Folder, folder.parent_id) if folder.parent_id else None
    _save(session)


def make_default_folders(session: Session, account_id: UUID, locale: str, by: Person = FIRM) -> int:
    """Make those of the firm's default folders that the account has not; return how many were made."""
    statement = select(Folder.default_id).where(Folder.account_id == account_id, Folder.default_id.is_not(None))
    have = set(session.scalars(statement))
    names = set(session.scalars(select(Folder.search_name).where(Folder.place == account_id)))
    made = 0
    for wanted in session.scalars(select(DefaultFolder).order_by(DefaultFolder.position)):
        name = wanted.name_in(locale)
        if wanted.id not in have and searchable(name) not in names:
            _make(session, account_id, None, name, wanted.rights, by).default_id = wanted.id
            names.add(searchable(name))
            made += 1
    return made


def save_settings(session: Session, *, bin_days: int, folders: list[dict[str, Any]], version: int) -> None:
    """Keep what the firm chose; raise a 409 `Problem` where somebody else changed it meanwhile."""
    row = session.get(LibrarySettings, 1, with_for_update=True)
    if (row.version if row else 0) != version:
        raise conflict("version_conflict", "Somebody else changed this meanwhile.")
    if row is None:
        row = LibrarySettings(id=1, bin_days=bin_days, version=0)
        session.add(row)
    row.bin_days, row.version = bin_days, version + 1
    session.execute(delete(DefaultFolder))
    for position, folder in enumerate(folders):
        session.add(DefaultFolder(id=new_id(), position=position, **folder))


def _make(session: Session, account_id: UUID, parent: Folder | None, name: str, rights: Rights, by: Person) -> Folder:
    depth = parent.depth + 1 if parent else 1
    if depth > MAX_DEPTH:
        raise _too_deep()
    folder = Folder(
        id=new_id(),
        account_id=account_id,
        parent_id=parent.id if parent else None,
        place=parent.id if parent else account_id,
        name=name,
        search_name=searchable(name),
        depth=depth,
        rights=dict(rights),
        created_by=by,
        created_at=clock.now(),
    )
    _set_levels(folder, parent)
    session.add(folder)
    _save(session)
    return folder


def _parent(session: Session, caller: Caller, account_id: UUID, parent_id: UUID | None) -> Folder | None:
    if parent_id is None:
        return None
    parent = queries.get_folder(session, caller, parent_id, lock=True)
    if parent.account_id != account_id:
        raise invalid({"parent_id": ["There is no such folder."]})
    return parent


def _require_narrower(parent: Folder | None, rights: Rights) -> None:
    wider = {
        f"rights.{role}": ["The folder above allows less."]
        for role, word in rights.items()
        if parent and LEVELS[word] > parent.levels()[role]
    }
    if wider:
        raise invalid(wider)


def _set_levels(folder: Folder, parent: Folder | None) -> bool:
    """Set what comes of a folder's own rights and those above it; return whether that is new."""
    before = (folder.owner_level, folder.member_level)
    for role in ROLES:
        above = parent.levels()[role] if parent else LEVELS["upload"]
        own = LEVELS[folder.rights[role]] if role in folder.rights else above
        setattr(folder, f"{role}_level", min(above, own))
    return before != (folder.owner_level, folder.member_level)


def _apply(session: Session, folder: Folder, by: Person) -> None:
    for below in queries.subtree(session, folder, lock=True):
        parent = session.get(Folder, below.parent_id) if below.parent_id else None
        if _set_levels(below, parent):
            session.flush()
            for document in _documents_in(session, below.id):
                library.follow_folder(session, document, below, by)


def _documents_in(session: Session, folder_id: UUID) -> list[Document]:
    statement = select(Document).where(Document.folder_id == folder_id).order_by(Document.id).with_for_update()
    return list(session.scalars(statement))


def _retire(folder: Folder) -> None:
    folder.removed_at, folder.search_name = clock.now(), folder.id.hex


def _taken(session: Session, folder: Folder) -> bool:
    with session.no_autoflush:
        same = select(Folder.id).where(Folder.place == folder.place, Folder.search_name == folder.search_name)
        return session.scalars(same.where(Folder.id != folder.id)).first() is not None


def _count(session: Session, account_id: UUID) -> int:
    statement = select(func.count()).where(Folder.account_id == account_id, Folder.removed_at.is_(None))
    return session.scalar(statement) or 0


def _save(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError:
        raise conflict("folder_name_taken", "A folder of this name is there already.") from None


def _too_deep() -> Exception:
    return conflict("folder_too_deep", f"Folders lie at most {MAX_DEPTH} deep.")
