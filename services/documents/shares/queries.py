"""Reads of links: those of a document, all of the firm's, and the one that a visitor holds."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import AccountAccess, Caller
from services.chassis.problems import Problem, invalid, not_found
from services.chassis.secrets import hash_token
from services.documents.archives import queries as archives
from services.documents.copies.models import PortalAccount, PortalSettings
from services.documents.library import queries as library
from services.documents.library.models import Document, Version
from services.documents.locks.queries import is_locked
from services.documents.shares.models import ShareLink, ShareUse

ANYBODY = Caller(kind="service", id="link", name="link")
"""Whoever holds a link reads as a service does; which document it is, the link alone decides."""
STATES = ("active", "over")
SHOWN = (
    "id account_id document_id folder_id name note created_by created_at expires_at most_downloads downloads "
    "last_used_at revoked_at revoked_by"
)


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Return the predicate of the links that `caller` may see: a client those that its own side made."""
    if caller.is_client:
        own = ShareLink.created_by["kind"].as_string() == "client"
        return and_(ShareLink.account_id == caller.account_id, own)
    if caller.assigned_only:
        return ShareLink.account_id.in_(select(PortalAccount.id).where(PortalAccount.adviser_id == caller.id))
    return true()


def get_link(session: Session, caller: Caller, link_id: UUID, *, lock: bool = False) -> ShareLink:
    """Return a link; raise a 404 `Problem` if there is none that `caller` may see."""
    statement = select(ShareLink).where(ShareLink.id == link_id, visible_to(caller))
    link = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if link is None:
        raise not_found("This link")
    return link


def link(session: Session, caller: Caller, link_id: UUID) -> dict[str, Any]:
    """Return a link and its last 100 uses; raise a 404 `Problem` as `get_link` does."""
    found = get_link(session, caller, link_id)
    uses = session.scalars(select(ShareUse).where(ShareUse.link_id == found.id).order_by(ShareUse.id.desc()).limit(100))
    return describe(found, _account_name(session, found.account_id)) | {"uses": [_use(use) for use in uses]}


def links(
    session: Session,
    caller: Caller,
    *,
    document_id: UUID | None = None,
    folder_id: UUID | None = None,
    state: str = "",
    q: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return a page of the links that `caller` may see, the newest first."""
    statement = _rows().where(visible_to(caller))
    if document_id:
        statement = statement.where(ShareLink.document_id == document_id)
    if folder_id:
        statement = statement.where(ShareLink.folder_id == folder_id)
    if state:
        statement = statement.where(is_live() if state == "active" else ~is_live())
    for word in q.split():
        found = [column.icontains(word, autoescape=True) for column in (ShareLink.name, ShareLink.note)]
        statement = statement.where(or_(*found, PortalAccount.name.icontains(word, autoescape=True)))
    if cursor:
        statement = statement.where(ShareLink.id < _parse(cursor))
    rows = session.execute(statement.order_by(ShareLink.id.desc()).limit(limit + 1)).all()
    return {
        "items": [describe(found, name) for found, name in rows[:limit]],
        "next": str(rows[limit - 1][0].id) if len(rows) > limit else None,
    }


def is_live() -> ColumnElement[bool]:
    """Return the predicate of links that still give something out."""
    return and_(
        ShareLink.revoked_at.is_(None),
        ShareLink.expires_at > clock.now(),
        or_(ShareLink.most_downloads.is_(None), ShareLink.downloads < ShareLink.most_downloads),
    )


def held_link(session: Session, token: str) -> ShareLink:
    """Return the link of `token`; raise the one answer for every link that gives nothing: wrong, expired, used up...

    One statement finds them all, so that the time tells no more than the answer.
    """
    statement = select(ShareLink).where(ShareLink.token_hash == hash_token(token), is_live())
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise over()
    return found


def held_document(session: Session, link: ShareLink) -> tuple[Document, Version]:
    """Return the document of a link in its newest version; the answer of `held_link` where it is not to be had."""
    statement = select(Document.id).where(
        Document.id == link.document_id, Document.status == "available", ~is_locked(Document.id)
    )
    if link.created_by["kind"] == "client":  # gives no more than the client may see
        statement = statement.where(library.visible_to(as_client(link)))
    document_id = session.scalars(statement).one_or_none()
    if document_id is None:
        raise over()
    try:
        return library.get_version(session, ANYBODY, document_id, None)
    except Problem as problem:
        raise over() from problem


def held_folder(session: Session, link: ShareLink) -> tuple[str, list[archives.Chosen]]:
    """Return the name of a link's folder and what the client may see in it and below; else as `held_document`."""
    assert link.folder_id
    try:
        name, found = archives.in_folder(session, as_client(link), link.folder_id)
    except Problem as problem:
        raise over() from problem
    closed = set(
        session.scalars(select(Document.id).where(Document.id.in_([one.id for one in found]), is_locked(Document.id)))
    )
    given = [one for one in found if one.id not in closed]
    if not given:
        raise over()
    return name, given


def as_client(link: ShareLink) -> Caller:
    """Return the client of a link, who only looks: by a folder's link nobody gets more, whoever made it."""
    access = AccountAccess(link.account_id, link.account_id, "owner")
    return Caller(
        kind="client", id=link.id, name="link", accounts=(access,), account_id=link.account_id, read_only=True
    )


def over() -> Problem:
    """Return the answer for a link that gives nothing. It does not say why."""
    return Problem(404, "share_link_over", "Not available any more")


def clients_may_share(session: Session) -> bool:
    """Return whether the firm lets its clients make links; not until it has said so."""
    return session.scalars(select(PortalSettings.client_share_links)).one_or_none() is True


def describe(found: ShareLink, account_name: str | None) -> dict[str, Any]:
    """Return a link as the API shows it; nothing of its token or password."""
    used_up = found.most_downloads is not None and found.downloads >= found.most_downloads
    state = "used_up" if used_up else "expired" if found.expires_at <= clock.now() else "active"
    return {name: getattr(found, name) for name in SHOWN.split()} | {
        "state": "revoked" if found.revoked_at else state,
        "has_password": found.password_hash is not None,
        "account_name": account_name,
    }


def _rows() -> Select[ShareLink, str]:
    return select(ShareLink, PortalAccount.name).outerjoin(PortalAccount, PortalAccount.id == ShareLink.account_id)


def _account_name(session: Session, account_id: UUID) -> str | None:
    return session.scalars(select(PortalAccount.name).where(PortalAccount.id == account_id)).one_or_none()


def _use(use: ShareUse) -> dict[str, Any]:
    return {name: getattr(use, name) for name in ("id", "at", "what", "name", "version_number", "address")}


def _parse(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise invalid({"cursor": ["This is no cursor of this list."]}) from None
