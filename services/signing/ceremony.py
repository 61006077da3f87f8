"""What signers do: open, agree, sign, or decline. Only they themselves, signed in, can do it. Never commits."""

import base64
import binascii
import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.blobs import BlobMissing, Blobs
from services.chassis.problems import Problem, conflict, invalid, not_found
from services.chassis.sandbox import JobRefused
from services.signing import actions, audit, disclosure, fonts, pdf, queries
from services.signing.geometry import Rectangle
from services.signing.models import Consent, DisclosureText, Field, Recipient, Signature, SignRequest, Value
from services.signing.schemas import PNG_URL

FILL_IN = "Fill this in."
DRAWING_ERRORS = {
    "not_png": "This drawing is no PNG picture.",
    "too_large": "This drawing has too many pixels.",
    "blank": "This drawing is empty.",
}


@dataclass(frozen=True)
class Browser:
    """Where a signer's browser is and what it calls itself, as reported by the gateway."""

    ip: str = ""
    user_agent: str = ""

    def facts(self, caller: Caller) -> dict[str, Any]:
        """Return what the audit chain keeps of how a step was made."""
        return {
            "ip": self.ip,
            "user_agent": self.user_agent,
            "methods": list(caller.methods),
            "authenticated_at": caller.authenticated_at,
        }


def view(session: Session, caller: Caller, sign_request_id: UUID, browser: Browser) -> SignRequest:
    """Note that a signer opened the document; nothing happens the second time."""
    found, recipient = _own(session, caller, sign_request_id)
    if found.status != "sent" or recipient.status != "notified":
        return found
    at = clock.now()
    actions.move_recipient(recipient, "viewed")
    recipient.viewed_at = at
    found.version += 1
    _note(session, found, recipient, caller, browser, "viewed", at, document_sha256=found.document_sha256)
    actions.tell(session, found, "viewed", recipient_id=recipient.id, at=at)
    return found


def consent(
    session: Session,
    caller: Caller,
    sign_request_id: UUID,
    browser: Browser,
    *,
    disclosure_version: str,
    locale: str,
    document_sha256: str,
    disclosure_sha256: str | None = None,
) -> SignRequest:
    """Note that a signer agreed to the disclosure, for the very file that was shown. Raises `Problem`."""
    found, recipient = _own(session, caller, sign_request_id)
    _require_turn(found, recipient)
    _require_same(found, document_sha256)
    text = disclosure.current(locale, queries.firm(session))
    if text.version != disclosure_version or disclosure_sha256 not in (None, text.sha256):
        raise conflict("disclosure_changed", "The disclosure was changed. Read the new text and agree to it.")
    if recipient.status == "consented":
        return found
    if recipient.status == "notified":
        raise conflict("not_viewed", "Open the document first.")
    at = clock.now()
    actions.move_recipient(recipient, "consented")
    found.version += 1
    _keep(session, text)
    given = Consent(
        sign_request_id=found.id,
        recipient_id=recipient.id,
        disclosure_version=text.version,
        disclosure_sha256=text.sha256,
        locale=text.locale,
        document_sha256=document_sha256,
        at=at,
        ip=browser.ip,
        user_agent=browser.user_agent,
    )
    session.add(given)
    details = {
        "disclosure_version": text.version,
        "disclosure_sha256": text.sha256,
        "locale": text.locale,
        "document_sha256": document_sha256,
    }
    _note(session, found, recipient, caller, browser, "consented", at, **details)
    return found


def _keep(session: Session, text: disclosure.Disclosure) -> None:
    if session.get(DisclosureText, text.sha256) is not None:
        return
    with contextlib.suppress(IntegrityError), session.begin_nested():  # somebody else agreed to it at the same time
        session.add(DisclosureText(sha256=text.sha256, version=text.version, locale=text.locale, text=text.text))


def sign(
    session: Session,
    caller: Caller,
    sign_request_id: UUID,
    browser: Browser,
    blobs: Blobs,
    *,
    document_sha256: str,
    values: Sequence[Mapping[str, Any]],
) -> SignRequest:
    """Take a signer's values and signature, once. Raises `Problem`.

    When the last signer has signed, the sign request is `signed`, and the worker seals it.
    """
    drawings = _clean_drawings(values)  # before the row is locked: others wait for it
    found, recipient = _own(session, caller, sign_request_id)
    _require_turn(found, recipient)
    given = queries.consent_of(session, recipient)
    if recipient.status != "consented" or given is None:
        raise conflict("consent_needed", "Agree to the disclosure first.")
    if given.document_sha256 != document_sha256:
        raise _changed()
    _require_same(found, document_sha256)
    _require_stored(blobs, document_sha256)
    at = clock.now()
    made = _fill_in(list(queries.fields_of(found, recipient)), values, drawings, _day_of(caller, at))
    session.add_all(made)
    session.add(
        Signature(
            sign_request_id=found.id,
            recipient_id=recipient.id,
            document_sha256=document_sha256,
            at=at,
            user_id=caller.id,
            session_id=caller.session_id or "",
            methods=list(caller.methods),
            authenticated_at=datetime.fromtimestamp(caller.authenticated_at, UTC),
            ip=browser.ip,
            user_agent=browser.user_agent,
        )
    )
    actions.move_recipient(recipient, "signed")
    recipient.signed_at = at
    recipient.user_id = caller.id if isinstance(caller.id, UUID) else recipient.user_id
    hashes = {str(value.field_id): _hash_of(value) for value in made}
    _note(session, found, recipient, caller, browser, "signed", at, document_sha256=document_sha256, values=hashes)
    if all(one.is_done for one in found.recipients):
        actions.move(found, "signed")
    else:
        found.version += 1
        actions.notify_next(found)
    actions.tell(session, found, "signed", recipient_id=recipient.id, at=at)
    return found


def decline(session: Session, caller: Caller, sign_request_id: UUID, browser: Browser, reason: str) -> SignRequest:
    """Note that a signer will not sign; the sign request is over. Raises `Problem`."""
    found, recipient = _own(session, caller, sign_request_id)
    _require_turn(found, recipient)
    at = clock.now()
    actions.move_recipient(recipient, "declined")
    actions.move(found, "declined")
    found.closed_at, found.close_reason = at, reason
    _note(session, found, recipient, caller, browser, "declined", at, reason=reason)
    actions.tell(session, found, "declined", recipient_id=recipient.id, reason=reason)
    return found


def _own(session: Session, caller: Caller, sign_request_id: UUID) -> tuple[SignRequest, Recipient]:
    found = queries.get_sign_request(session, caller, sign_request_id, lock=True)
    recipient = queries.own_recipient(caller, found)
    if recipient is None:
        raise not_found(queries.WHAT)
    return found, recipient


def _require_turn(found: SignRequest, recipient: Recipient) -> None:
    if recipient.role != "signer":
        raise conflict("not_a_signer", "You get a copy; there is nothing for you to sign.")
    if recipient.status == "signed":
        raise conflict("already_signed", "You have signed this already.")
    if found.status != "sent":
        raise actions.illegal(found, "signed")


def _require_same(found: SignRequest, document_sha256: str) -> None:
    if found.document_sha256 != document_sha256:
        raise _changed()


def _changed() -> Problem:
    return conflict("document_changed", "The document is not the one that was shown to you. Open it again.")


def _require_stored(blobs: Blobs, sha256: str) -> None:
    """Require that the stored bytes are still those that were shown."""
    digest = hashlib.sha256()
    try:
        for piece in blobs.read(queries.original_key(sha256)):
            digest.update(piece)
    except BlobMissing:
        raise _changed() from None
    if digest.hexdigest() != sha256:
        raise _changed()


def _note(
    session: Session,
    found: SignRequest,
    recipient: Recipient,
    caller: Caller,
    browser: Browser,
    action: str,
    at: datetime,
    **details: Any,
) -> None:
    facts = {"recipient_id": recipient.id, "email": recipient.email} | details | browser.facts(caller)
    audit.append(session, found.id, action, caller.person, at=at, **facts)


def _clean_drawings(values: Sequence[Mapping[str, Any]]) -> dict[UUID, bytes]:
    found, errors, known = {}, {}, dict[str, bytes]()
    for entry in values:
        if not (drawing := entry["drawing"]):
            continue
        try:
            if drawing not in known:
                known[drawing] = pdf.clean_ink(base64.b64decode(drawing.removeprefix(PNG_URL), validate=True)).data
            found[entry["field_id"]] = known[drawing]
        except (JobRefused, binascii.Error) as refusal:
            reason = refusal.reason if isinstance(refusal, JobRefused) else "not_png"
            errors[str(entry["field_id"])] = [DRAWING_ERRORS.get(reason, DRAWING_ERRORS["not_png"])]
    if errors:
        raise invalid(errors)
    return found


def _fill_in(
    fields: Sequence[Field], values: Sequence[Mapping[str, Any]], drawings: Mapping[UUID, bytes], today: date
) -> list[Value]:
    """Return the values of `fields`; raise a 422 `Problem` that names each field whose value is not right."""
    given = {entry["field_id"]: entry for entry in values}
    errors = {str(one): ["This is none of your fields."] for one in given if one not in {field.id for field in fields}}
    made = []
    for field in fields:
        entry = given.get(field.id) or {"text": None, "typed": None, "checked": None}
        value = _value(field, entry, drawings.get(field.id), today)
        if isinstance(value, Value):
            made.append(value)
        elif value or field.required:
            errors[str(field.id)] = [value or FILL_IN]
    if len(given) < len(values):
        errors[""] = ["Each field can be filled in once."]
    if errors:
        raise invalid(errors)
    return made


def _value(field: Field, entry: Mapping[str, Any], drawing: bytes | None, today: date) -> Value | str:
    """Return the value of a field, or what is wrong with it (empty where nothing was given)."""
    from services.signing import stamping

    if field.type in ("signature", "initials"):
        return _signature(field, entry, drawing)
    if field.type == "checkbox":
        return Value(field_id=field.id, checked=True) if entry["checked"] else ""
    text = (entry["text"] or "").strip()
    if field.type == "date":
        try:
            return Value(field_id=field.id, text=(date.fromisoformat(text) if text else today).isoformat())
        except ValueError:
            return "Write the date as year-month-day."
    if text and not stamping.fits(text, Rectangle(field.x, field.y, field.width, field.height)):
        return "This is too long for its place."
    return Value(field_id=field.id, text=text) if text else ""


def _signature(field: Field, entry: Mapping[str, Any], drawing: bytes | None) -> Value | str:
    if drawing:
        return Value(field_id=field.id, drawing=drawing)
    if not (typed := entry["typed"]):
        return ""
    if absent := fonts.missing(typed["text"], typed["font"]):
        return f"This typeface has no {absent}. Draw your signature instead."
    return Value(field_id=field.id, text=typed["text"], font=typed["font"])


def _hash_of(value: Value) -> str:
    body = value.drawing or f"{value.text}\n{value.font or ''}\n{value.checked}".encode()
    return hashlib.sha256(body).hexdigest()


def _day_of(caller: Caller, at: datetime) -> date:
    try:
        return at.astimezone(ZoneInfo(caller.timezone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return at.date()
