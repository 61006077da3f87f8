"""Reads of the signing service. What a caller may not see is not in the result."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, exists, select, true
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.blobs import Blobs
from services.chassis.problems import conflict, invalid, not_found
from services.signing import audit
from services.signing.models import (
    SHOWN_TO_RECIPIENTS,
    Consent,
    DisclosureText,
    Field,
    PortalAccount,
    PortalSettings,
    Recipient,
    SealKeyRecord,
    SignRequest,
)

WHAT = "This sign request"


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Return the predicate of the sign requests that `caller` may see.

    A client: those of the account being looked at in which they themselves are a recipient, once it is their turn;
    whoever gets a copy sees it when it is complete. Staff who see assigned clients only: those of the clients whose
    adviser they are. Other staff and services: all.
    """
    if caller.assigned_only:
        return SignRequest.account_id.in_(select(PortalAccount.id).where(PortalAccount.adviser_id == caller.id))
    if not caller.is_client:
        return true()
    theirs = exists().where(
        Recipient.sign_request_id == SignRequest.id,
        Recipient.contact_id == caller.contact_id,
        Recipient.status != "waiting",
    )
    return and_(SignRequest.account_id == caller.account_id, SignRequest.status.in_(SHOWN_TO_RECIPIENTS), theirs)


def get_sign_request(session: Session, caller: Caller, sign_request_id: UUID, *, lock: bool = False) -> SignRequest:
    """Return the sign request, its row locked if asked; raise a 404 `Problem` if `caller` may see none such."""
    statement = select(SignRequest).where(SignRequest.id == sign_request_id, visible_to(caller))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise not_found(WHAT)
    return found


def own_recipient(caller: Caller, sign_request: SignRequest) -> Recipient | None:
    """Return the caller's own part in a sign request; None for staff, services and strangers."""
    if not caller.is_client:
        return None
    return next((one for one in sign_request.recipients if one.contact_id == caller.contact_id), None)


def sign_request(session: Session, caller: Caller, sign_request_id: UUID) -> dict[str, Any]:
    """Return one sign request whole; raise a 404 `Problem` if `caller` may see none such."""
    found = get_sign_request(session, caller, sign_request_id)
    recipient = own_recipient(caller, found)
    account = session.get(PortalAccount, found.account_id)
    return _described(found, account.name if account else "") | {
        "message": found.message,
        "closed_at": found.closed_at,
        "close_reason": found.close_reason,
        "document_sha256": found.document_sha256,
        "document_size": found.document_size,
        "sealed_sha256": found.sealed_sha256,
        "sealed_size": found.sealed_size,
        "pages": [{name: page[name] for name in ("number", "width", "height")} for page in found.pages],
        "fields": [
            _columns(field, "id recipient_id type page x y width height required label")
            for field in found.fields
            if recipient is None or field.recipient_id == recipient.id
        ],
        "mine": _mine(session, found, recipient) if recipient else None,
    }


def _described(found: SignRequest, account_name: str) -> dict[str, Any]:
    names = "id account_id document_id title status failure due_on created_by created_at sent_at completed_at version"
    recipient = "id contact_id user_id name email role order status notified_at viewed_at signed_at"
    return _columns(found, names) | {
        "account_name": account_name,
        "recipients": [_columns(one, recipient) for one in found.recipients],
    }


def _columns(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _mine(session: Session, found: SignRequest, recipient: Recipient) -> dict[str, Any]:
    consent = consent_of(session, recipient)
    return {
        "recipient_id": recipient.id,
        "status": recipient.status,
        "role": recipient.role,
        "step": _step(found, recipient),
        "consented_at": consent.at if consent else None,
        "disclosure_version": consent.disclosure_version if consent else None,
    }


def _step(found: SignRequest, recipient: Recipient) -> str:
    if found.status != "sent" or recipient.role == "copy":
        return "none"
    steps = {"notified": "view", "viewed": "consent", "consented": "sign"}
    return steps.get(recipient.status, "none")


def sign_requests(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID | None = None,
    status: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return a page of the sign requests that `caller` may see, the latest first."""
    statement = select(SignRequest, PortalAccount.name).where(visible_to(caller))
    statement = statement.outerjoin(PortalAccount, PortalAccount.id == SignRequest.account_id)
    if account_id:
        statement = statement.where(SignRequest.account_id == account_id)
    if status:
        statement = statement.where(SignRequest.status == status)
    if cursor:
        statement = statement.where(SignRequest.id < _parse_cursor(cursor))
    rows = session.execute(statement.order_by(SignRequest.id.desc()).limit(limit + 1)).all()
    return {
        "items": [_described(found, account_name or "") for found, account_name in rows[:limit]],
        "next": str(rows[limit - 1][0].id) if len(rows) > limit else None,
    }


def _parse_cursor(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise invalid({"cursor": ["This is no cursor of an answer before."]}) from None


def original_of(session: Session, caller: Caller, sign_request_id: UUID) -> tuple[SignRequest, str]:
    """Return the sign request and the hash of its document; raise a 409 `Problem` where there is no document yet."""
    found = get_sign_request(session, caller, sign_request_id)
    if found.document_sha256 is None:
        raise conflict("no_document", "The document has not been fetched, or could not be used.")
    return found, found.document_sha256


def page_texts(blobs: Blobs, sha256: str) -> list[str]:
    """Return the words of each page of a stored document."""
    texts: list[str] = orjson.loads(b"".join(blobs.read(text_key(sha256))))
    return texts


def original_key(sha256: str) -> str:
    """Return where a document's bytes are stored."""
    return f"originals/{sha256}"


def text_key(sha256: str) -> str:
    """Return where the words of a document's pages are stored."""
    return f"texts/{sha256}"


def sealed_key(sha256: str) -> str:
    """Return where a sealed file is stored."""
    return f"sealed/{sha256}"


def consent_of(session: Session, recipient: Recipient) -> Consent | None:
    """Return what a recipient agreed to, if they did."""
    return session.scalars(select(Consent).where(Consent.recipient_id == recipient.id)).one_or_none()


def firm(session: Session) -> PortalSettings | None:
    """Return the copy of the firm's settings; None until portal has told them."""
    return session.get(PortalSettings, 1)


def audit_trail(session: Session, caller: Caller, sign_request_id: UUID) -> dict[str, Any]:
    """Return the evidence of a sign request, and whether its chain is whole."""
    found = get_sign_request(session, caller, sign_request_id)
    steps = audit.load(session, found.id)
    consents = session.execute(
        select(Consent, DisclosureText.text)
        .join(DisclosureText, DisclosureText.sha256 == Consent.disclosure_sha256)
        .where(Consent.sign_request_id == found.id)
        .order_by(Consent.at)
    )
    names = "recipient_id disclosure_version disclosure_sha256 locale document_sha256 at ip user_agent"
    return {
        "steps": [_columns(step, "sequence at action actor details previous_hash hash") for step in steps],
        "consents": [_columns(consent, names) | {"text": text} for consent, text in consents],
        "broken_at": audit.verify_chain(steps),
    }


def certificates(session: Session) -> list[bytes]:
    """Return every certificate that this installation ever sealed with, in DER."""
    return list(session.scalars(select(SealKeyRecord.certificate).order_by(SealKeyRecord.id)))


def recorded_hashes(session: Session, sha256: str) -> list[str]:
    """Return the hashes on record that equal `sha256`: one, or none."""
    statement = select(SignRequest.sealed_sha256).where(SignRequest.sealed_sha256 == sha256)
    return [found for found in session.scalars(statement) if found]


def fields_of(sign_request: SignRequest, recipient: Recipient) -> Iterable[Field]:
    """Return the fields that a recipient fills in."""
    return (field for field in sign_request.fields if field.recipient_id == recipient.id)
