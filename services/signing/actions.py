"""What staff and the course of things change of a sign request. Never commits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.outbox import record
from services.chassis.problems import Problem, conflict, invalid
from services.contracts.client_roles import SIGNS
from services.signing import audit, pdf, queries
from services.signing.geometry import Rectangle
from services.signing.models import (
    RECIPIENT_TRANSITIONS,
    TRANSITIONS,
    Field,
    IdentityUser,
    IdentityUserContact,
    PortalAccount,
    PortalContact,
    Recipient,
    SignRequest,
)

SYSTEM = {"kind": "service", "id": "signing", "name": "Atrio"}


def create_sign_request(
    session: Session,
    caller: Caller,
    *,
    account_id: UUID,
    document_id: UUID,
    title: str,
    message: str = "",
    due_on: date | None = None,
) -> SignRequest:
    """Make a sign request; its document is fetched and checked after the commit. Raises `Problem`."""
    account = session.get(PortalAccount, account_id)
    kept_from = caller.assigned_only and account is not None and account.adviser_id != caller.id
    if account is None or account.status == "archived" or kept_from:
        raise invalid({"account_id": ["There is no such active client."]})
    made = SignRequest(
        account_id=account_id,
        document_id=document_id,
        title=title,
        message=message,
        due_on=due_on,
        created_by=caller.person,
        created_at=clock.now(),
        pages=[],
        version=1,
        status="preparing",
    )
    session.add(made)
    session.flush()
    audit.append(session, made.id, "created", caller.person, document_id=document_id, account_id=account_id)
    tell(session, made, "created")
    return made


def take_document(
    session: Session, made: SignRequest, *, sha256: str, size: int, pages: Sequence[Mapping[str, Any]]
) -> None:
    """Note the checked document of a sign request, which is then a draft."""
    move(made, "draft")
    made.document_sha256, made.document_size, made.pages = sha256, size, list(pages)
    audit.append(session, made.id, "prepared", SYSTEM, sha256=sha256, size=size, pages=len(pages))


def fail(session: Session, made: SignRequest, reason: str) -> None:
    """Note that the document of a sign request cannot be signed, and why."""
    move(made, "failed")
    made.failure = reason
    audit.append(session, made.id, "failed", SYSTEM, reason=reason)


def set_plan(
    session: Session,
    caller: Caller,
    sign_request_id: UUID,
    *,
    recipients: Sequence[Mapping[str, Any]],
    fields: Sequence[Mapping[str, Any]],
) -> SignRequest:
    """Say who fills in what, and where, in place of what was said before. Only for a draft; raises `Problem`."""
    found = queries.get_sign_request(session, caller, sign_request_id, lock=True)
    if found.status != "draft":
        raise illegal(found, "planned")
    contacts = _contacts(session, found.account_id, [entry["contact_id"] for entry in recipients])
    _check_plan(found, recipients, fields)
    found.fields.clear()
    session.flush()
    found.recipients.clear()
    session.flush()
    by_key = {}
    for entry in recipients:
        contact = contacts[entry["contact_id"]]
        by_key[entry["key"]] = Recipient(
            contact_id=contact.id,
            user_id=_user_of(session, contact.id),
            name=contact.name,
            email=contact.email,
            locale=contact.locale,
            role=entry["role"],
            order=entry["order"],
        )
        found.recipients.append(by_key[entry["key"]])
    session.flush()
    for field in fields:
        values = {name: value for name, value in field.items() if name != "recipient"}
        found.fields.append(Field(recipient_id=by_key[field["recipient"]].id, **values))
    found.version += 1
    session.flush()
    audit.append(
        session, found.id, "planned", caller.person, recipients=[str(one.contact_id) for one in found.recipients],
        fields=len(fields),
    )  # fmt: skip
    return found


def _contacts(session: Session, account_id: UUID, wanted: Sequence[UUID]) -> dict[UUID, PortalContact]:
    """Return the contacts of those ids; raise 422 where one is none of the client's, or cannot open what is signed."""
    statement = select(PortalContact).where(
        PortalContact.id.in_(wanted), PortalContact.account_id == account_id, PortalContact.removed.is_(False)
    )
    contacts = {contact.id: contact for contact in session.scalars(statement)}
    if unknown := [str(number) for number, one in enumerate(wanted) if one not in contacts]:
        raise invalid({f"recipients.{number}.contact_id": ["This is no contact of the client."] for number in unknown})
    barred = [number for number, one in enumerate(wanted) if (contacts[one].role or "signer") not in SIGNS]
    if barred:
        raise cannot_sign({f"recipients.{number}.contact_id": contacts[wanted[number]].name for number in barred})
    return contacts


def cannot_sign(names: Mapping[str, str]) -> Problem:
    """Return the answer for recipients, by their field, whose role at the client lets them open nothing here."""
    errors = {field: [f"{name} cannot sign: their role is for invoices only."] for field, name in names.items()}
    return Problem(422, "cannot_sign", "Somebody cannot sign", "Choose another person or role.", errors=errors)


def _user_of(session: Session, contact_id: UUID) -> UUID | None:
    statement = (
        select(IdentityUser.id)
        .join(IdentityUserContact, IdentityUserContact.user_id == IdentityUser.id)
        .where(IdentityUserContact.contact_id == contact_id)
        .order_by(IdentityUser.version.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def _check_plan(
    found: SignRequest, recipients: Sequence[Mapping[str, Any]], fields: Sequence[Mapping[str, Any]]
) -> None:
    errors: dict[str, list[str]] = {}
    roles = {entry["key"]: entry["role"] for entry in recipients}
    contacts = Counter(entry["contact_id"] for entry in recipients)
    if len(roles) < len(recipients) or len(contacts) < len(recipients):
        errors["recipients"] = ["Each recipient can be named once."]
    elif "signer" not in roles.values():
        errors["recipients"] = ["Somebody has to sign."]
    pages = {page["number"]: pdf.parse_geometry(page) for page in found.pages}
    for number, field in enumerate(fields):
        place = Rectangle(field["x"], field["y"], field["width"], field["height"])
        if field["page"] not in pages:
            errors[f"fields.{number}.page"] = [f"The document has {len(pages)} pages."]
        elif not pages[field["page"]].holds(place):
            errors[f"fields.{number}"] = ["This field reaches beyond the page."]
        if roles.get(field["recipient"]) != "signer":
            errors[f"fields.{number}.recipient"] = ["This is none of the signers."]
    signing = {field["recipient"] for field in fields if field["type"] == "signature" and field["required"]}
    for number, entry in enumerate(recipients):
        if entry["role"] == "signer" and entry["key"] not in signing:
            errors[f"recipients.{number}"] = ["Each signer needs a place for the signature."]
    if errors:
        raise invalid(errors)


def send(session: Session, caller: Caller, sign_request_id: UUID) -> SignRequest:
    """Send a planned sign request to those who come first. Raises `Problem`."""
    found = queries.get_sign_request(session, caller, sign_request_id, lock=True)
    if found.status == "draft" and not found.recipients:
        raise conflict("no_plan", "Say first who signs, and where.")
    move(found, "sent")
    _contacts(session, found.account_id, [recipient.contact_id for recipient in found.recipients])
    found.sent_at = clock.now()
    for recipient in found.recipients:
        recipient.user_id = _user_of(session, recipient.contact_id)
    notify_next(found)
    audit.append(
        session, found.id, "sent", caller.person, document_sha256=found.document_sha256,
        recipients=[recipient.email for recipient in found.recipients],
    )  # fmt: skip
    tell(session, found, "sent")
    return found


def notify_next(found: SignRequest) -> None:
    """Let those begin whose turn it is: the signers of the lowest order that is not finished."""
    pending = [one for one in found.recipients if not one.is_done]
    turn = min((one.order for one in pending), default=None)
    for one in pending:
        if one.order == turn and one.status == "waiting":
            move_recipient(one, "notified")
            one.notified_at = clock.now()


def void(session: Session, caller: Caller, sign_request_id: UUID, reason: str) -> SignRequest:
    """Take a sign request back, before everybody has signed. Raises `Problem`."""
    found = queries.get_sign_request(session, caller, sign_request_id, lock=True)
    move(found, "voided")
    found.closed_at, found.close_reason = clock.now(), reason
    audit.append(session, found.id, "voided", caller.person, reason=reason)
    tell(session, found, "voided", reason=reason, by=caller.person)
    return found


def move(found: SignRequest, status: str) -> None:
    """Bring a sign request to `status`; raise a 409 `Problem` where its present one does not allow it."""
    if status not in TRANSITIONS[found.status]:
        raise illegal(found, status)
    found.status = status
    found.version += 1


def move_recipient(recipient: Recipient, status: str) -> None:
    """Bring a recipient to `status`; raise a 409 `Problem` where the present one does not allow it."""
    if status not in RECIPIENT_TRANSITIONS[recipient.status]:
        raise conflict("illegal_transition", f"Who is {recipient.status} cannot become {status}.")
    recipient.status = status


def illegal(found: SignRequest, status: str) -> Exception:
    """Return the answer for a step that the state does not allow."""
    return conflict("illegal_transition", f"A sign request that is {found.status} cannot be {status}.")


def tell(session: Session, found: SignRequest, what: str, **more: Any) -> None:
    """Record the event `signing.sign_request.<what>.v1` with the request's whole state and `more`."""
    session.flush()
    record(
        session,
        f"signing.sign_request.{what}.v1",
        subject=found.id,
        version=found.version,
        data=found.state() | more,
    )
