"""Reads of links: those of a document, all of the firm's, and the one that a visitor holds."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.problems import Problem, invalid, not_found
from services.chassis.secrets import hash_token
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
    state: str = "",
    q: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return a page of the links that `caller` may see, the newest first."""
    statement = _rows().where(visible_to(caller))
    if document_id:
        statement = statement.where(ShareLink.document_id == document_id)
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


def held(session: Session, token: str) -> tuple[ShareLink, Document, Version]:
    """Return the link of `token` with its document in the newest version.

    Raises the one answer for every link that gives nothing: wrong, expired, revoked, used up; or whose document is
    deleted, locked or not ready. One statement finds them all, so that the time tells no more than the answer.
    """
    row = session.execute(
        select(ShareLink, Document.id)
        .join(Document, Document.id == ShareLink.document_id)
        .where(
            ShareLink.token_hash == hash_token(token),
            is_live(),
            Document.status == "available",
            ~is_locked(Document.id),
            # A link of the client's side gives no more than the client may see.
            or_(ShareLink.created_by["kind"].as_string() != "client", Document.shared, Document.origin == "client"),
        )
    ).one_or_none()
    if row is None:
        raise over()
    try:
        document, version = library.get_version(session, ANYBODY, row[1], None)
    except Problem as problem:
        raise over() from problem
    return row[0], document, version


def over() -> Problem:
    """Return the answer for a link that gives nothing. It does not say why."""
    return Problem(404, "share_link_over", "Not available any more")


def clients_may_share(session: Session) -> bool:
    """Return whether the firm lets its clients make links; not until it has said so."""
    return session.scalars(select(PortalSettings.client_share_links)).one_or_none() is True


def count_live(session: Session, document_id: UUID) -> int:
    """Return how many links to a document are open."""
    statement = select(func.count()).select_from(ShareLink).where(ShareLink.document_id == document_id, is_live())
    return session.scalar(statement) or 0


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
