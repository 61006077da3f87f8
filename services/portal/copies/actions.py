"""Keeping the copies: each call brings one up to the state that an event carries, unless it is newer already."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, insert, or_, update
from sqlalchemy.orm import Session

from services.chassis.database import upsert_newer
from services.contracts.client_roles import WORKS
from services.portal.copies.models import (
    Document,
    DocumentOpening,
    IdentityUser,
    IdentityUserContact,
    SignRecipient,
    SignRequest,
    UploadNotice,
)
from services.portal.directory.standing import refresh_portal_status
from services.portal.search.actions import forget, keep

RESTRICTED = "restricted"
State = Mapping[str, Any]

USER = ("id", "kind", "email", "name", "status", "delivery_failure", "version")
DOCUMENT = (
    *("id", "account_id", "name", "content_type", "size", "status", "origin", "shared", "shared_at"),
    *("uploaded_by", "uploaded_at", "sign_request_id", "request_id", "version_number", "version"),
)
SIGN_REQUEST = (
    *("id", "account_id", "document_id", "title", "status", "pages", "due_on"),
    *("created_by", "created_at", "sent_at", "completed_at", "version"),
)


def copy_user(session: Session, state: State) -> None:
    """Take over a user and which contacts they are."""
    if not upsert_newer(session, IdentityUser, _only(state, USER)):
        return
    gone = delete(IdentityUserContact).where(IdentityUserContact.user_id == state["id"])
    accounts = set(session.scalars(gone.returning(IdentityUserContact.account_id)))
    links = [
        {"user_id": state["id"], "contact_id": access["contact_id"], "account_id": access["account_id"]}
        for access in state["accounts"]
    ]
    if links:
        session.execute(insert(IdentityUserContact), links)
    if accounts := accounts | {link["account_id"] for link in links}:
        refresh_portal_status(session, sorted(accounts))


def copy_invitation(session: Session, user_id: UUID, expires_at: datetime) -> None:
    """Take over until when a user's newest invitation works."""
    session.execute(
        update(IdentityUser)
        .where(IdentityUser.id == user_id)
        .where(
            or_(IdentityUser.invitation_expires_at.is_(None), IdentityUser.invitation_expires_at < expires_at),
        )
        .values(invitation_expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )


def copy_document(session: Session, state: State) -> None:
    """Take over a document. One in a folder that not all of the client's people see is `restricted` here:

    the firm alone is told of it by portal, and the others by documents, which knows who sees what.
    """
    values = _only(state, DOCUMENT) | {"uploaded_by": _person(state["uploaded_by"]), "status": _status(state)}
    if upsert_newer(session, Document, values):
        of = {"account_id": UUID(str(state["account_id"])), "at": state["uploaded_at"]}
        keep(session, "document", UUID(str(state["id"])), [state["name"]], **of)


def forget_document(session: Session, document_id: UUID) -> None:
    """Let go of a document that was deleted for good."""
    session.execute(delete(Document).where(Document.id == document_id))
    forget(session, "document", document_id)


def copy_opening(session: Session, document_id: UUID, by: State, at: datetime) -> None:
    """Take over when somebody last opened a document."""
    values = {
        "id": uuid5(document_id, str(by["id"])),
        "document_id": document_id,
        "user_id": UUID(str(by["id"])),
        "kind": by["kind"],
        "at": at,
        "version": int(at.timestamp() * 1_000_000),
    }
    upsert_newer(session, DocumentOpening, values)


def copy_upload_notice(session: Session, state: State) -> str:
    """Take over that a client said to be done uploading; return the names of what came, as a title."""
    title = ", ".join(document["name"] for document in state["documents"])[:300]
    values = {name: state[name] for name in ("id", "account_id", "count", "at")}
    upsert_newer(session, UploadNotice, values | {"title": title, "version": 1})
    return title


def copy_sign_request(session: Session, state: State) -> None:
    """Take over a sign request and how far each recipient is."""
    values = _only(state, SIGN_REQUEST) | {"created_by": _person(state["created_by"])}
    if not upsert_newer(session, SignRequest, values):
        return
    session.execute(delete(SignRecipient).where(SignRecipient.sign_request_id == state["id"]))
    recipients = [
        {"id": entry["id"], "sign_request_id": state["id"]}
        | {name: entry[name] for name in ("contact_id", "role", "status")}
        for entry in state["recipients"]
    ]
    if recipients:
        session.execute(insert(SignRecipient), recipients)
    of = {"account_id": UUID(str(state["account_id"])), "at": state["created_at"]}
    keep(session, "sign_request", UUID(str(state["id"])), [state["title"]], **of)


def _status(state: State) -> str:
    roles = state.get("client_roles")
    is_restricted = state["status"] == "available" and roles is not None and not set(roles) >= WORKS
    return RESTRICTED if is_restricted else str(state["status"])


def _only(state: State, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: state[name] for name in names if name in state}


def _person(state: State) -> dict[str, Any]:
    return {"kind": state["kind"], "id": str(state["id"]), "name": state["name"]}
