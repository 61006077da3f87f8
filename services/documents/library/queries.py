"""Reads of the documents service. What a caller may not see is not in the result."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.problems import invalid, not_found
from services.documents.copies.models import PortalAccount, PortalSettings
from services.documents.folders.models import LEVELS, ROLES, Folder
from services.documents.folders.reach import in_reach
from services.documents.library import lists
from services.documents.library.filenames import searchable
from services.documents.library.models import Document, Entry, Reader, Version
from services.documents.locks.queries import is_locked, require_open
from services.documents.scanning.readiness import require_checked
from services.documents.uploads.models import IdempotencyKey

INTERNAL = ("tagged", "moved")
"""What of a history concerns staff alone: how it keeps its files."""


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Return the predicate of the documents that `caller` may read.

    A client: those of the account being looked at that were shared or came from the client's side, while they are
    available and lie where the client's role may look. Staff who see assigned clients only: those of the clients whose
    adviser they are. Other staff and services: all.
    """
    if caller.assigned_only:
        return Document.account_id.in_(_assigned(caller))
    if not caller.is_client:
        return true()
    return and_(
        Document.account_id == caller.account_id,
        Document.status == "available",
        or_(Document.shared, Document.origin == "client"),
        in_reach(caller),
    )


def _assigned(caller: Caller) -> Select[UUID]:
    return select(PortalAccount.id).where(PortalAccount.adviser_id == caller.id)


def may_upload_to(session: Session, caller: Caller, account_id: UUID) -> bool:
    """Return whether the account is the client's own, or one that this staff may see."""
    if caller.is_client:
        return caller.account_id == account_id
    if not caller.assigned_only:
        return True
    return session.scalar(_assigned(caller).where(PortalAccount.id == account_id)) is not None


def get_document(session: Session, caller: Caller, document_id: UUID, *, lock: bool = False) -> Document:
    """Return the document; raise a 404 `Problem` if there is none that `caller` may read."""
    statement = select(Document).where(Document.id == document_id, visible_to(caller))
    document = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if document is None:
        raise not_found("This document")
    return document


def takes_version_from(caller: Caller, document: Document) -> bool:
    """Return whether this client, who may read the document, may add a version: to what came from the client's side,

    where it lies in a folder that takes documents from them.
    """
    if caller.role not in ROLES or document.origin != "client":
        return False
    return bool(getattr(document, f"{caller.role}_level") >= LEVELS["upload"])


def get_version(session: Session, caller: Caller, document_id: UUID, number: int | None) -> tuple[Document, Version]:
    """Return a document and its version `number` (the newest if None), which may be opened.

    Raises a `Problem`: 404 where there is none or it is held back, 409 while it is being checked.
    """
    document = get_document(session, caller, document_id)
    wanted = number or document.version_number
    version = session.scalars(
        select(Version).where(Version.document_id == document.id, Version.number == wanted)
    ).one_or_none()
    if version is None:
        raise not_found("This document")
    require_checked(version)
    require_open(session, caller, document.id)
    return document, version


def document(session: Session, caller: Caller, document_id: UUID) -> dict[str, Any]:
    """Return one document with its versions; raise a 404 `Problem` if there is none that `caller` may read."""
    row = session.execute(_rows(caller).where(Document.id == document_id)).one_or_none()
    if row is None:
        raise not_found("This document")
    versions = session.scalars(select(Version).where(Version.document_id == document_id).order_by(Version.number))
    return _described(row, caller) | {"versions": [describe_version(version) for version in versions]}


def documents(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID | None = None,
    request_id: UUID | None = None,
    folder: UUID | str | None = None,
    q: str = "",
    tag: str = "",
    kind: str = "",
    origin: str = "",
    status: str = "available",
    new: bool = False,
    sort: str = "-changed",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return a page of the documents that `caller` may read, the last changed first unless `sort` says otherwise.

    `folder` is a folder's id, `top` for what lies in none, or None for all.
    """
    statement = _rows(caller).where(Document.status == status)
    if account_id:
        statement = statement.where(Document.account_id == account_id)
    if request_id:
        statement = statement.where(Document.request_id == request_id)
    if folder:
        statement = statement.where(Document.folder_id == (None if isinstance(folder, str) else folder))
    if origin:
        statement = statement.where(Document.origin == origin)
    if kind:
        statement = statement.where(lists.of_kind(kind))
    for word in searchable(q).split():
        statement = statement.where(lists.named_or_tagged(word, tags=caller.is_staff))
    if tag and caller.is_staff:
        statement = statement.where(lists.tagged(tag))
    if new:
        statement = statement.where(_is_new())
    rows, following = lists.page(session, statement, sort, cursor, limit)
    return {"items": [_described(row, caller) for row in rows], "next": following}


def history(
    session: Session, caller: Caller, document_id: UUID, *, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Return who did and opened what of a document, the latest first; raise a 404 `Problem` as `document` does.

    A client is told what concerns the client's side: not how staff keeps its files.
    """
    get_document(session, caller, document_id)
    statement = select(Entry).where(Entry.document_id == document_id)
    if caller.is_client:
        statement = statement.where(Entry.action.not_in(INTERNAL))
    if cursor:
        statement = statement.where(Entry.id < _parse_id(cursor))
    entries = session.scalars(statement.order_by(Entry.id.desc()).limit(limit + 1)).all()
    return {
        "items": [_entry(entry) for entry in entries[:limit]],
        "next": str(entries[limit - 1].id) if len(entries) > limit else None,
    }


def uploads_allowed(session: Session) -> bool:
    """Return whether clients may upload. Until the firm has said otherwise they may, as in a new installation."""
    return session.scalars(select(PortalSettings.share_documents)).one_or_none() is not False


def account_status(session: Session, account_id: UUID) -> str | None:
    """Return the status of an account, or None while its copy has not arrived."""
    return session.scalars(select(PortalAccount.status).where(PortalAccount.id == account_id)).one_or_none()


def account_locale(session: Session, account_id: UUID) -> str:
    """Return the language of an account."""
    return session.scalars(select(PortalAccount.locale).where(PortalAccount.id == account_id)).one_or_none() or "en"


def earlier_upload(session: Session, user_id: UUID, key: str) -> IdempotencyKey | None:
    """Return what a user's idempotency key led to before."""
    return session.get(IdempotencyKey, (user_id, key))


def describe_version(version: Version) -> dict[str, Any]:
    """Return a version as the API shows it."""
    names = ("number", "content_type", "size", "sha256", "origin", "created_by", "created_at", "scan")
    return {name: getattr(version, name) for name in names}


def _rows(caller: Caller) -> Select[Document, str, int, datetime, bool, str]:
    opened = (
        select(func.min(Reader.first_at))
        .where(Reader.document_id == Document.id, Reader.kind == "client")
        .correlate(Document)
        .scalar_subquery()
    )
    own = and_(Reader.document_id == Document.id, Reader.user_id == _user_id(caller))
    return (
        select(Document, PortalAccount.name, Reader.version_number, opened, is_locked(Document.id), Folder.name)
        .outerjoin(PortalAccount, PortalAccount.id == Document.account_id)
        .outerjoin(Reader, own)
        .outerjoin(Folder, Folder.id == Document.folder_id)
        .where(visible_to(caller))
    )


def _is_new() -> ColumnElement[bool]:
    unread = or_(Reader.version_number.is_(None), Reader.version_number < Document.version_number)
    return and_(unread, Document.shared, or_(Document.origin != "client", Document.version_number > 1))


def _user_id(caller: Caller) -> UUID | None:
    return caller.id if isinstance(caller.id, UUID) else None


def _described(row: Any, caller: Caller) -> dict[str, Any]:
    found, account_name, seen, opened_at, locked, folder_name = row
    unread = found.shared and (seen or 0) < found.version_number
    from_us = found.origin != "client" or found.version_number > 1
    state: dict[str, Any] = found.state()
    if caller.is_client:
        del state["tags"], state["client_roles"]
    return state | {
        "folder_name": folder_name,
        "may_add_version": caller.can("documents.write")
        or (caller.is_client and takes_version_from(caller, found) and not caller.read_only),
        "account_name": account_name,
        "changed_at": found.changed_at,
        "scan": found.scan,
        "new": caller.is_client and unread and from_us,
        "opened_at": opened_at,
        "locked": locked,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    names: Iterable[str] = ("id", "at", "action", "by", "version_number", "how", "detail")
    return {name: getattr(entry, name) for name in names}


def _parse_id(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise invalid({"cursor": ["This is no cursor of this list."]}) from None
