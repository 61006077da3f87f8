"""Setting quotas."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.problems import not_found
from services.documents.library import queries as library
from services.documents.quotas.models import EVERY_CLIENT, Quota


def set_default(session: Session, caller: Caller, size: int | None) -> None:
    """Set what holds for clients without a quota of their own; None is without limit."""
    _set(session, caller, EVERY_CLIENT, size)


def set_own(session: Session, caller: Caller, account_id: UUID, size: int | None) -> None:
    """Give an account a quota of its own; None is without limit. Raises 404 for one that `caller` may not see."""
    _check_seen(session, caller, account_id)
    _set(session, caller, account_id, size)


def drop_own(session: Session, caller: Caller, account_id: UUID) -> None:
    """Let what holds for everyone hold for this account too."""
    _check_seen(session, caller, account_id)
    if found := session.get(Quota, account_id):
        session.delete(found)


def _check_seen(session: Session, caller: Caller, account_id: UUID) -> None:
    if account_id == EVERY_CLIENT or not library.may_upload_to(session, caller, account_id):
        raise not_found("This account")


def _set(session: Session, caller: Caller, account_id: UUID, size: int | None) -> None:
    session.merge(Quota(account_id=account_id, bytes=size, set_by=caller.person, set_at=clock.now()))
