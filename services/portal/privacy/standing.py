"""Whether an account is erased: nothing may be written into it any more."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.privacy.models import BEGUN, Erasure


def require_not_erased(session: Session, account_id: UUID) -> None:
    """Raise 409 for an account that is erased, or being erased."""
    begun = select(Erasure.id).where(Erasure.account_id == account_id, Erasure.status.in_(BEGUN))
    if session.scalars(begun).first():
        raise problems.conflict("account_erased", "The data of this client is erased.")
