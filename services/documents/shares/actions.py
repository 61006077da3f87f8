"""Making, revoking and using a link. Nothing here commits."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import Problem, conflict, forbidden, invalid
from services.chassis.secrets import hash_token, new_token
from services.documents.library import queries as library
from services.documents.library.models import Document, Entry, Version
from services.documents.locks.queries import is_locked
from services.documents.shares.models import ShareLink, ShareUse
from services.documents.shares.queries import clients_may_share, get_link, is_live, over

MOST_TRIES, TRIES_MINUTES = 5, 15
"""Wrong passwords of a link before it waits: a throttle and no lock, as anybody with the link may try (threat 22)."""


def require_may_share(session: Session, caller: Caller) -> None:
    """Raise 403 where a client wants to make links and the firm lets none do so."""
    if caller.is_client and not clients_may_share(session):
        raise forbidden("The firm lets no client make links.", code="share_links_switched_off")


def make_link(
    session: Session,
    caller: Caller,
    document_id: UUID,
    *,
    days: int,
    most_days: int,
    most_downloads: int | None,
    note: str,
    password_hash: str | None,
    key: str | None = None,
) -> tuple[ShareLink, str]:
    """Make a link to a document; return it and its token, which nothing keeps.

    Raises 404 for a document that is not the caller's to read, 409 `document_locked` or `document_not_available`,
    409 `link_made_already` for a repeated `key`, 422 for too many days.
    """
    require_may_share(session, caller)
    if days > most_days:
        raise invalid({"days": [f"At most {most_days} days."]})
    document = library.get_document(session, caller, document_id, lock=True)
    if document.status != "available":
        raise conflict("document_not_available", "This document is in the recycle bin or in quarantine.")
    if session.scalar(select(is_locked(Document.id)).where(Document.id == document.id)):
        raise conflict("document_locked", "This document is locked until it is paid.")
    made_key = _made_key(caller, key)
    if made_key and session.scalar(select(ShareLink.id).where(ShareLink.made_key == made_key)):
        raise conflict("link_made_already", "This link was made already. Its address is shown once.")
    token, now = new_token(), clock.now()
    link = ShareLink(
        id=new_id(),
        account_id=document.account_id,
        document_id=document.id,
        name=document.name,
        note=note,
        token_hash=hash_token(token),
        password_hash=password_hash,
        made_key=made_key,
        created_by=caller.person,
        created_at=now,
        expires_at=now + timedelta(days=days),
        most_downloads=most_downloads,
        downloads=0,
        tries=0,
        version=1,
    )
    session.add(link)
    _note(session, document, "link_made", caller.person)
    session.flush()
    _tell(session, link, "created", caller.person)
    return link, token


def revoke_link(session: Session, caller: Caller, link_id: UUID) -> ShareLink:
    """Close a link for good; what is closed already stays as it is."""
    link = get_link(session, caller, link_id, lock=True)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = clock.now(), caller.person
        link.version += 1
        if document := session.get(Document, link.document_id):
            _note(session, document, "link_revoked", caller.person)
        session.flush()
        _tell(session, link, "revoked", caller.person)
    return link


def count_try(session: Session, link_id: UUID) -> None:
    """Count a try at the password before it is looked at; raise 429 for one too many.

    One statement counts and decides, so that no number of tries at once gets more than the limit (threat 4).
    """
    now = clock.now()
    begin = now - timedelta(minutes=TRIES_MINUTES)
    is_new = or_(ShareLink.tries_since.is_(None), ShareLink.tries_since < begin)
    counted = (
        update(ShareLink)
        .where(ShareLink.id == link_id, or_(is_new, ShareLink.tries < MOST_TRIES))
        .values(
            tries=case((is_new, 1), else_=ShareLink.tries + 1),
            tries_since=case((is_new, now), else_=ShareLink.tries_since),
        )
        .returning(ShareLink.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(counted).first() is None:
        raise Problem(429, "too_many_attempts", "Too many tries", "Try again later.", retry_after=TRIES_MINUTES * 60)


def note_wrong_password(session: Session, link: ShareLink, address: str) -> None:
    """Keep that somebody did not know the password."""
    _use(session, link, "refused", link.name, None, address)


def take_download(session: Session, link: ShareLink, document: Document, version: Version, address: str) -> None:
    """Count one download and note it; raise the answer for a link that is over where there is none left.

    One statement counts and decides, so that downloads at once never exceed the limit.
    """
    counted = (
        update(ShareLink)
        .where(ShareLink.id == link.id, is_live())
        .values(downloads=ShareLink.downloads + 1, last_used_at=clock.now(), tries=0, version=ShareLink.version + 1)
        .returning(ShareLink.version)
        .execution_options(synchronize_session=False)
    )
    count = session.scalar(counted)
    if count is None:
        raise over()
    _use(session, link, "downloaded", document.name, version.number, address)
    by = {"kind": "service", "id": "link", "name": link.note or link.name}
    _note(session, document, "link_used", by, version.number)
    _tell(session, link, "used", by, {"at": clock.now(), "name": document.name, "version": count})


def _use(session: Session, link: ShareLink, what: str, name: str, number: int | None, address: str) -> None:
    use = ShareUse(id=new_id(), link_id=link.id, at=clock.now(), what=what, name=name, version_number=number)
    use.address = address[:45]
    session.add(use)


def _note(session: Session, document: Document, action: str, by: dict[str, Any], number: int | None = None) -> None:
    entry = Entry(id=new_id(), document_id=document.id, at=clock.now(), action=action, by=by)
    entry.version_number = number or document.version_number
    session.add(entry)


def _tell(session: Session, link: ShareLink, what: str, by: dict[str, Any], more: dict[str, Any] | None = None) -> None:
    data = link.state() | {"by": by} | (more or {})
    outbox.record(session, f"documents.link.{what}.v1", subject=link.id, version=data["version"], data=data)


def _made_key(caller: Caller, key: str | None) -> str | None:
    return hashlib.sha256(f"{caller.id} {key}".encode()).hexdigest() if key else None
