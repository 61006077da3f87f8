"""What erasing a client takes from signing. Completed sign requests stay whole, with their chain of evidence, for as

long as the firm has to be able to prove them; then they go by the same rule.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.account_data.feature import Erased, Order
from services.chassis.account_data.rows import Map, erase_rows
from services.chassis.runtime import Runtime
from services.signing import queries
from services.signing.models import IdentityUser, Model, PortalAccount, PortalContact, SignRequest

SIGNED = ("signed", "completed")


def erase(session: Session, runtime: Runtime, order: Order) -> Erased:
    """Erase the client's sign requests with their files, and empty the copies of the directory."""
    account_id, found = order.whose.account_id, Erased()
    query = select(SignRequest).where(SignRequest.account_id == account_id).order_by(SignRequest.id)
    gone: list[SignRequest] = []
    for one in session.scalars(query.with_for_update()).all():
        until = _kept_until(one, order.keep_signed_years)
        if until and until > clock.now().date():
            found.keep("signed_requests", 1, "signed", until)
        else:
            gone.append(one)
    _delete_files(session, runtime, gone, found)
    roots = {"sign_requests": SignRequest.id.in_([one.id for one in gone])}
    rule = Map(kept=("portal_contacts",), roots=roots, columns={"account_id": "account"})
    for name, count in erase_rows(session, Model.metadata, order.whose, rule).items():
        found.count(name, count)
    _empty_copies(session, order)
    return found


def _kept_until(one: SignRequest, years: int) -> date | None:
    if one.status not in SIGNED or not years:
        return None
    day = (one.completed_at or clock.now()).date()
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _delete_files(session: Session, runtime: Runtime, gone: list[SignRequest], found: Erased) -> None:
    """Delete the files of these; a file is named by its content, so another sign request may have the same."""
    ids: list[UUID] = [one.id for one in gone]
    for one in gone:
        for sha256, keys in (
            (one.document_sha256, (queries.original_key, queries.text_key)),
            (one.sealed_sha256, (queries.sealed_key,)),
        ):
            if sha256 and not _is_used(session, sha256, ids):
                for key in keys:
                    runtime.blobs.delete(key(sha256))
                found.count("files", 1)


def _is_used(session: Session, sha256: str, but: list[UUID]) -> bool:
    same = or_(SignRequest.document_sha256 == sha256, SignRequest.sealed_sha256 == sha256)
    return session.scalars(select(SignRequest.id).where(same, SignRequest.id.not_in(but)).limit(1)).first() is not None


def _empty_copies(session: Session, order: Order) -> None:
    account_id = order.whose.account_id
    called = f"Erased client #{order.number}"
    session.execute(update(PortalAccount).where(PortalAccount.id == account_id).values(name=called))
    empty = {"name": "Erased person", "portal_user": False, "removed": True}
    contacts = select(PortalContact).where(PortalContact.account_id == account_id)
    for contact in session.scalars(contacts):
        contact.email = f"{contact.id}@erased.invalid"
        for name, value in empty.items():
            setattr(contact, name, value)
    for user in session.scalars(select(IdentityUser).where(IdentityUser.id.in_(order.whose.user_ids))):
        user.name, user.email, user.status = "Erased person", f"{user.id}@erased.invalid", "suspended"
    session.flush()
