"""Turns what everybody signed into one sealed file: stamps, certificate of completion, seal. Never commits."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.runtime import Runtime
from services.signing import actions, audit, fonts, installation_key, pdf, queries, stamping, verification, wording
from services.signing.certificate import Facts, Signer, Step, draw_certificate
from services.signing.geometry import Rectangle
from services.signing.models import AuditEvent, Consent, Field, Recipient, Signature, SignRequest, Value
from services.signing.stamping import Mark

CERTIFIED_STEPS = ("created", "sent", "viewed", "consented", "signed")
US_LETTER, A4 = (612.0, 792.0), (595.0, 842.0)


class SealingFailed(Exception):
    """The signed document cannot be sealed; the event that asked for it is tried again, and dead in the end."""


def seal_sign_request(session: Session, runtime: Runtime, found: SignRequest) -> None:
    """Seal a sign request that everybody has signed, store the file and complete the request.

    Raises `SealingFailed` where the stored bytes are not those that were signed, or the result does not verify.
    """
    from services.signing.sealing import seal

    assert found.document_sha256 is not None
    original = b"".join(runtime.blobs.read(queries.original_key(found.document_sha256)))
    at = clock.now()
    firm = queries.firm(session)
    name = ((firm.legal_name or firm.firm_name) if firm else "") or "Atrio"
    key_id, key = installation_key.current(session, runtime.sealer, name)
    steps = audit.load(session, found.id)
    stamped = _stamp(session, found, original, _facts(session, found, steps, name, at, runtime.settings.public_url))
    sealed = seal(stamped, key, reason=wording.SEAL_REASON[_locale(session, found)])
    verdict = verification.verify(sealed, [key.certificate])
    if not verdict.valid:
        raise SealingFailed(f"the sealed file does not verify: {verdict.reason}")
    runtime.blobs.write(queries.sealed_key(verdict.sha256), [sealed])
    _complete(session, found, verdict.sha256, verdict.size, at)
    found.seal_key_id = key_id
    head = {"chain_in_certificate": steps[-1].hash}
    audit.append(session, found.id, "completed", actions.SYSTEM, at=at, sha256=verdict.sha256, **head)
    facts = {"sealed_sha256": verdict.sha256, "sealed_size": verdict.size, "completed_at": at}
    actions.tell(session, found, "completed", **facts)


def _complete(session: Session, found: SignRequest, sha256: str, size: int, at: datetime) -> None:
    actions.move(found, "completed")
    found.sealed_sha256, found.sealed_size, found.completed_at = sha256, size, at
    for recipient in found.recipients:
        if recipient.role == "copy" and recipient.status == "waiting":
            actions.move_recipient(recipient, "notified")
            recipient.notified_at = at


def _stamp(session: Session, found: SignRequest, original: bytes, facts: Facts) -> bytes:
    if pdf.sha256(original) != found.document_sha256:
        raise SealingFailed("the stored document is not the one that was signed")
    pages = [pdf.parse_geometry(page) for page in found.pages]
    overlay, numbers = stamping.draw_overlay(_marks(session, found), pages)
    return pdf.stamp(original, overlay, numbers, draw_certificate(facts))


def _marks(session: Session, found: SignRequest) -> list[Mark]:
    statement = select(Field, Value, Recipient).join(Value, Value.field_id == Field.id)
    rows = session.execute(
        statement.join(Recipient, Recipient.id == Field.recipient_id).where(Field.sign_request_id == found.id)
    )
    return [_mark(field, value, recipient) for field, value, recipient in rows]


def _mark(field: Field, value: Value, recipient: Recipient) -> Mark:
    place = Rectangle(field.x, field.y, field.width, field.height)
    locale = wording.known(recipient.locale)
    if field.type == "date":
        return Mark(field.page, place, text=wording.day(date.fromisoformat(value.text), locale))
    caption = ""
    if field.type == "signature" and recipient.signed_at:
        time = f"{wording.moment(recipient.signed_at, locale)} UTC"
        caption = wording.SIGNED_BY[locale].format(name=recipient.name, time=time)
    font = value.font or fonts.TEXT
    return Mark(field.page, place, value.text, font, value.drawing, value.checked, caption)


def _locale(session: Session, found: SignRequest) -> str:
    """Return the language of the person who agreed first: the certificate is written for them."""
    statement = select(Consent.locale).where(Consent.sign_request_id == found.id).order_by(Consent.at).limit(1)
    return wording.known(session.scalars(statement).one_or_none() or "en")


def _facts(
    session: Session, found: SignRequest, steps: Sequence[AuditEvent], firm: str, at: datetime, public_url: str
) -> Facts:
    locale = _locale(session, found)
    page = found.pages[0]
    return Facts(
        locale=locale,
        firm=firm,
        title=found.title,
        reference=str(found.id),
        sent_by=found.created_by["name"],
        completed_at=at,
        document_sha256=found.document_sha256 or "",
        document_pages=len(found.pages),
        signers=_signers(session, found),
        steps=[Step(step.at, step.actor["name"], step.action) for step in steps if step.action in CERTIFIED_STEPS],
        chain_head=steps[-1].hash,
        verify_url=f"{public_url}/verify",
        size=US_LETTER if abs(min(page["width"], page["height"]) - US_LETTER[0]) < 5 else A4,
    )


def _signers(session: Session, found: SignRequest) -> list[Signer]:
    rows = session.execute(
        select(Recipient, Signature, Consent)
        .join(Signature, Signature.recipient_id == Recipient.id)
        .join(Consent, Consent.recipient_id == Recipient.id)
        .where(Recipient.sign_request_id == found.id)
        .order_by(Signature.at, Signature.id)
    )
    return [_signer(session, *row) for row in rows]


def _signer(session: Session, recipient: Recipient, signature: Signature, given: Consent) -> Signer:
    value = session.scalars(
        select(Value)
        .join(Field, Field.id == Value.field_id)
        .where(Field.recipient_id == recipient.id, Field.type == "signature")
        .order_by(Field.page, Field.y)
        .limit(1)
    ).one()
    return Signer(
        name=recipient.name,
        email=recipient.email,
        methods=tuple(signature.methods),
        authenticated_at=signature.authenticated_at,
        ip=signature.ip,
        user_agent=signature.user_agent,
        disclosure_version=given.disclosure_version,
        disclosure_sha256=given.disclosure_sha256,
        disclosure_locale=given.locale,
        notified_at=recipient.notified_at,
        viewed_at=recipient.viewed_at,
        consented_at=given.at,
        signed_at=signature.at,
        drawing=value.drawing,
        typed=value.text,
        font=value.font or fonts.SCRIPT,
    )
