"""Making, revoking and using a link. Nothing here commits."""

import hashlib
from collections.abc import Mapping
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
from services.documents.folders import queries as folders
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


def link_to_document(session: Session, caller: Caller, document_id: UUID, **may: Any) -> tuple[ShareLink, str]:
    """Make a link to a document; return it and its token, which nothing keeps. `may` is as in `_make`.

    Raises 404 for a document that is not the caller's to read, 409 `document_locked` or `document_not_available`.
    """
    document = library.get_document(session, caller, document_id, lock=True)
    if document.status != "available":
        raise conflict("document_not_available", "This document is in the recycle bin or in quarantine.")
    if session.scalar(select(is_locked(Document.id)).where(Document.id == document.id)):
        raise conflict("document_locked", "This document is locked until it is paid.")
    target = {"account_id": document.account_id, "document_id": document.id, "name": document.name}
    link, token = _make(session, caller, target, **may)
    _note(session, document, "link_made", caller.person)
    return link, token


def link_to_folder(session: Session, caller: Caller, folder_id: UUID, **may: Any) -> tuple[ShareLink, str]:
    """Make a link to what the client may see in a folder, now and later; 404 for one that is not the caller's."""
    folder = folders.get_folder(session, caller, folder_id)
    return _make(session, caller, {"account_id": folder.account_id, "folder_id": folder.id, "name": folder.name}, **may)


def _make(
    session: Session,
    caller: Caller,
    target: Mapping[str, Any],
    *,
    days: int,
    most_days: int,
    most_downloads: int | None,
    note: str,
    password_hash: str | None,
    key: str | None = None,
) -> tuple[ShareLink, str]:
    """Make a link that works for so many days and downloads.

    Raises 409 `link_made_already` for a repeated `key`, 422 for too many days, 403 where clients make none.
    """
    require_may_share(session, caller)
    if days > most_days:
        raise invalid({"days": [f"At most {most_days} days."]})
    made_key = _made_key(caller, key)
    if made_key and session.scalar(select(ShareLink.id).where(ShareLink.made_key == made_key)):
        raise conflict("link_made_already", "This link was made already. Its address is shown once.")
    token, now = new_token(), clock.now()
    link = ShareLink(**target, id=new_id(), note=note, token_hash=hash_token(token), password_hash=password_hash)
    link.made_key, link.created_by, link.created_at = made_key, caller.person, now
    link.expires_at, link.most_downloads = now + timedelta(days=days), most_downloads
    link.downloads = link.tries = 0
    link.version = 1
    session.add(link)
    session.flush()
    _tell(session, link, "created", caller.person)
    return link, token


def revoke_link(session: Session, caller: Caller, link_id: UUID) -> ShareLink:
    """Close a link for good; what is closed already stays as it is."""
    link = get_link(session, caller, link_id, lock=True)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = clock.now(), caller.person
        link.version += 1
        if link.document_id and (document := session.get(Document, link.document_id)):
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


def take_download(session: Session, link: ShareLink, address: str, found: tuple[Document, Version] | None) -> None:
    """Count one download and note it, of a document or (None) of the link's folder; raise `over` if none is left.

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
    by = {"kind": "service", "id": "link", "name": link.note or link.name}
    name, number = (found[0].name, found[1].number) if found else (link.name, None)
    _use(session, link, "downloaded", name, number, address)
    if found:
        _note(session, found[0], "link_used", by, number)
    _tell(session, link, "used", by, {"at": clock.now(), "name": name, "version": count})


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
